"""What a query can end with, by the names that Athena's engine, Trino, gives it."""

from __future__ import annotations


class QueryFailed(Exception):
    """A statement that the engine refuses. `name` is Trino's name of the error, such as TYPE_MISMATCH."""

    def __init__(self, name: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.name, self.message, self.line = name, message, line

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{self.name}: {place}{self.message}"


class NotSupported(QueryFailed):
    """A statement that Athena may well know, and this engine does not: no verdict on whoever wrote it."""

    def __init__(self, what: str) -> None:
        super().__init__("NOT_SUPPORTED_HERE", f"{what} is not known to this stand-in for Athena.")
