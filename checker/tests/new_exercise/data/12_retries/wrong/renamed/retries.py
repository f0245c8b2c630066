"""Decides whether a failed request is sent again, and after how long a pause."""

FIRST, LONGEST = 0.5, 8.0


def seconds_before(attempt: int) -> float:
    return min(FIRST * 2 ** (attempt - 1), LONGEST)


def again(status: int) -> bool:
    return status == 429 or status >= 500
