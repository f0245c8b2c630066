"""Turns a TOML table into a frozen dataclass, and says which key is missing, unknown or of the wrong type."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import date
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")
SIMPLE = {str: "text", int: "a whole number", float: "a number", bool: "true or false", date: "a date"}


class TableError(ValueError):
    """A table does not have the keys that its reader needs."""


def record(kind: type[T], where: str, table: Any) -> T:
    """Make one `kind` of a table; lists become tuples."""
    if not isinstance(table, dict):
        raise TableError(f"{where} is {table!r}, not a table. Write its keys as `name = value`.")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise TableError(f"{where} has an unknown key {key!r}. Known are: {', '.join(known)}.")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            raise TableError(f"{where} has no {name!r}. Add it.")
    hints = get_type_hints(kind)
    for key, value in table.items():
        _refuse_type(where, key, value, hints[key])
    return kind(**{key: tuple(one) if isinstance(one, list) else one for key, one in table.items()})


def listed(table: dict[str, Any], key: str) -> list[Any]:
    """Return a list of a table, empty when it is not there."""
    value = table.get(key, [])
    if not isinstance(value, list):
        raise TableError(f"{key!r} is {value!r}, not a list. Write it in square brackets.")
    return value


def _refuse_type(where: str, key: str, value: Any, hint: Any) -> None:
    if hint not in SIMPLE:
        return
    # bool is an int to Python; nobody who writes `minutes = true` means 1.
    good = type(value) is hint or (hint is float and type(value) is int)
    if not good:
        raise TableError(f"{where}: {key!r} is {value!r}, not {SIMPLE[hint]}. Correct it.")
