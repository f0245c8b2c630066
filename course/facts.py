"""Reads course/facts.toml: every version, quota and price that a page prints, with its date and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from course.tables import TableError, record

PATH = Path(__file__).parent / "facts.toml"


class FactError(ValueError):
    """A fact lacks what makes it one: a value, the day it was looked up, a source."""


@dataclass(frozen=True)
class Fact:
    """One figure that can go out of date; `locked` names the package whose pin must agree with it."""

    name: str
    value: str
    unit: str
    date: date
    source: str
    says: str
    locked: str = ""


def load(path: Path = PATH, *, today: date | None = None) -> dict[str, Fact]:
    """Read and check all facts, by name. Raises FactError naming the fact and what to change."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        facts = {name: record(Fact, f"fact {name!r}", _named(name, table)) for name, table in tables.items()}
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise FactError(f"{path.name}: {error}") from error
    for fact in facts.values():
        _refuse(fact, path.name, today or date.today())
    return facts


def _named(name: str, table: Any) -> Any:
    return table | {"name": name} if isinstance(table, dict) else table


def _refuse(fact: Fact, file: str, today: date) -> None:
    for key in ("value", "unit", "source", "says"):
        if not getattr(fact, key).strip():
            raise FactError(f"{file}: fact {fact.name!r} has an empty {key!r}. Fill it in.")
    if fact.date > today:
        raise FactError(f"{file}: fact {fact.name!r} is dated {fact.date}, which is to come. Give the day of looking.")


def older_than(facts: Iterable[Fact], months: int, *, today: date | None = None) -> list[Fact]:
    """Return the facts that were looked up more than so many months ago, oldest first."""
    now = today or date.today()
    # Counted back from the month, so that 31 August less six months is the last day of February.
    limit = (now.year * 12 + now.month - months, now.day)
    old = (fact for fact in facts if (fact.date.year * 12 + fact.date.month, fact.date.day) < limit)
    return sorted(old, key=lambda fact: (fact.date, fact.name))
