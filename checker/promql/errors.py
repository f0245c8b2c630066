"""What can be wrong with a query or a rule; each text is a sentence that a trainee may read."""

from __future__ import annotations


class QueryRefused(ValueError):
    """Prometheus would refuse the text of the query."""


class QueryFailed(ValueError):
    """The query is one, and its evaluation ends with an error: two series where one is needed, for instance."""


class CannotFollow(ValueError):
    """The query is one, and this evaluator does not compute it. Nothing is known about its result."""


class RulesRefused(ValueError):
    """Prometheus would refuse the file of rules. `path` leads to the faulty part of the parsed file."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path
