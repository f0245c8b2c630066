"""The one error of this package: what is wrong and where, then what to do about it."""

from __future__ import annotations


class TrainingError(Exception):
    """Carries the two lines that a command prints after `error:` and `try:`."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} Try: {remedy}")
        self.problem = problem
        self.remedy = remedy
