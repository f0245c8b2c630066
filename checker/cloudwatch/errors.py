"""The one error of this package: a text that CloudWatch refuses, or that is not evaluated here."""

from __future__ import annotations


class Refused(ValueError):
    """A pattern, a query or an alarm that cannot be evaluated; the message says why. `key` names the faulty key."""

    def __init__(self, says: str, key: str = "") -> None:
        super().__init__(says)
        self.key = key
