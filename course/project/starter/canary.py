"""Decides what becomes of a new model, each time that more labels have come."""

# BEGIN SOLUTION 4
# TODO 4: what would have to be known before one of the other two words may be said?
def decide(champion, canary):
    """Return "promote", "roll back" or "wait"."""
    if canary["log_loss"] <= champion["log_loss"]:
        return "promote"
    return "wait"
# END SOLUTION
