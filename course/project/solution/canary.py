"""Decides what becomes of a new model, each time that more labels have come."""

# BEGIN SOLUTION 4
#| # TODO 4: what would have to be known before one of the other two words may be said?
#| def decide(champion, canary):
#|     """Return "promote", "roll back" or "wait"."""
#|     if canary["log_loss"] <= champion["log_loss"]:
#|         return "promote"
#|     return "wait"
from math import sqrt

LEAST_LABELS, ENOUGH_LABELS = 100, 500
# One look after each batch of labels is many looks, so worse has to be very clear.
WORSE, NOT_WORSE = 3.0, 2.0
LEAST_REQUESTS, ERROR_SHARE = 50, 0.05


def decide(champion, canary):
    """Return "promote", "roll back" or "wait"."""
    if canary["requests"] >= LEAST_REQUESTS and canary["errors"] / canary["requests"] > ERROR_SHARE:
        return "roll back"
    fewer = min(champion["labels"], canary["labels"])
    if fewer < LEAST_LABELS:
        return "wait"
    error = sqrt(sum(one["variance"] / one["labels"] for one in (champion, canary)))
    z = (canary["log_loss"] - champion["log_loss"]) / error
    if z > WORSE:
        return "roll back"
    return "promote" if fewer >= ENOUGH_LABELS and z < NOT_WORSE else "wait"


# END SOLUTION
