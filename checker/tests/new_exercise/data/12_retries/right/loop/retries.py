"""Decides whether a failed request is sent again, and after how long a pause."""

FIRST, LONGEST = 0.5, 8.0


def pause(attempt: int) -> float:
    seconds = FIRST
    for _ in range(1, attempt):
        seconds = min(seconds * 2, LONGEST)
    return seconds


def again(status: int) -> bool:
    return status == 429 or status >= 500
