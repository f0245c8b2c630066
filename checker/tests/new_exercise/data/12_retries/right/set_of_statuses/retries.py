"""Decides whether a failed request is sent again, and after how long a pause."""

FIRST, LONGEST = 0.5, 8.0
PASSING = {429, *range(500, 600)}


def pause(attempt: int) -> float:
    return min(FIRST * 2 ** (attempt - 1), LONGEST)


def again(status: int) -> bool:
    return status in PASSING
