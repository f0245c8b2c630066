"""Decides whether a failed request is sent again, and after how long a pause."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


def pause(attempt: int) -> float:
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def again(status: int) -> bool:
    return status == 429 or status >= 500
