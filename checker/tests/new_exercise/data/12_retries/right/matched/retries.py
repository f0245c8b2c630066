"""Decides whether a failed request is sent again, and after how long a pause."""

FIRST, LONGEST = 0.5, 8.0


def pause(attempt: int) -> float:
    return min(FIRST * 2 ** (attempt - 1), LONGEST)


def again(status: int) -> bool:
    match status:
        case 429:
            return True
        case _:
            return status // 100 == 5
