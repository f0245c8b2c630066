"""Decides whether a failed request is sent again, and after how long a pause."""

FIRST, LONGEST = 0.5, 8.0


def pause(attempt: int) -> float:
    """Seconds to wait before retry number `attempt`, counted from 1."""
    # BEGIN SOLUTION 1
    #| # TODO 1: a pause is twice the one before it, and none is longer than the longest.
    #| return 0.0
    return min(FIRST * 2 ** (attempt - 1), LONGEST)
    # END SOLUTION


def again(status: int) -> bool:
    """Say whether the same request may succeed later."""
    # BEGIN SOLUTION 2
    #| # TODO 2: both tickets of the brief are history.
    #| return status in range(400, 500)
    return status == 429 or status >= 500
    # END SOLUTION


if __name__ == "__main__":
    print("pauses:", *(pause(attempt) for attempt in range(1, 7)))
    print("sent again:", *(status for status in (404, 422, 429, 503) if again(status)))
