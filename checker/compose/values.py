"""Values of a Compose file that know where they were written, so that a message about the merged model has a line."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Compose would not build a project from these files. `says` is the reason, `where` the file and line."""

    def __init__(self, says: str, where: str) -> None:
        super().__init__(f"{where}: {says}")
        self.says, self.where = says, where


class Table(dict[str, Any]):
    """A mapping with the place of each of its values."""

    def __init__(self, here: str = "") -> None:
        super().__init__()
        self.here = here
        self.at: dict[str, str] = {}

    def put(self, key: str, value: Any, at: str) -> None:
        self[key] = value
        self.at[key] = at

    def place(self, key: str) -> str:
        """Where the value of this key was written; where it was not, the place of the mapping itself."""
        return self.at.get(key, self.here)


class Row(list[Any]):
    """A list with the place of each of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[str] = []

    def put(self, value: Any, at: str) -> None:
        self.append(value)
        self.at.append(at)

    def pairs(self) -> list[tuple[Any, str]]:
        """The items with their places."""
        return list(zip(self, self.at, strict=True))


def table(at: str, **values: Any) -> Table:
    """A mapping all of whose values were written at one place."""
    made = Table(at)
    for key, value in values.items():
        made.put(key, value, at)
    return made


def as_text(value: Any) -> str:
    """A scalar as Compose prints it into an environment variable."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def place(value: Any, *path: str | int) -> str:
    """Where the value at this path was written, or the deepest part of it that is there."""
    where = value.here if isinstance(value, Table) else ""
    for step in path:
        if isinstance(value, Table) and step in value:
            where, value = value.place(str(step)), value[str(step)]
        elif isinstance(value, Row) and isinstance(step, int) and step < len(value):
            where, value = value.at[step], value[step]
        else:
            break
    return where
