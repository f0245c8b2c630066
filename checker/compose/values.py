"""Values of a Compose file that know where they were written, so that a message about the merged model has a line."""

from __future__ import annotations

import re
from typing import Any

TIME = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)")
UNITS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0,
}  # fmt: skip


# What to ask oneself, by the kind of fault.
NEXT = {
    "": "What does Compose expect at this place?",
    "key": "How is this key spelled, and to which part of the file does its indentation make it belong?",
    "kind": "Which form does the value of this key have: a text, a list, a mapping?",
    "name": "Under which top-level key must this name be listed too?",
    "service": "Which services start, and is this one spelled as they are?",
    "circle": "Which of them can start before the others?",
    "dollar": "Is a variable meant, or the dollar sign itself?",
    "unset": "In which file beside this one is the variable's value to stand?",
    "port": "Which of the two numbers is the machine's, and which the container's?",
    "file": "How is the file's name spelled, seen from the folder of compose.yaml?",
}


class Refused(Exception):
    """Compose would not build a project from these files. `says` is the reason, `where` the file and line.

    `next` is what to do or to ask oneself; it follows from `kind`, a key of NEXT, where no other is given.
    """

    def __init__(self, says: str, where: str, kind: str = "", *, next: str = "") -> None:
        super().__init__(f"{where}: {says}")
        self.says, self.where, self.next = says, where, next or NEXT[kind]


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


def seconds(text: str) -> float:
    """A time of Compose such as 1m30s in seconds; 0 for none."""
    return sum(float(count) * UNITS[unit] for count, unit in TIME.findall(text))


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
