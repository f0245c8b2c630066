"""Reads rubric.toml and lays a result beside it: points per row, passed or not and why, what a person adds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course.tables import TableError, listed, record

PATH = Path(__file__).with_name("rubric.toml")


class RubricError(ValueError):
    """The rubric contradicts itself or the checks; the message says where and what to change."""


@dataclass(frozen=True)
class Row:
    """One row: its points, the checks that give them, what zero, half and full mean; `person`: somebody reads."""

    number: int
    title: str
    points: int
    checks: tuple[str, ...]
    zero: str
    half: str
    full: str
    person: bool = False

    @property
    def by(self) -> str:
        return "a person" if self.person else "machine"


@dataclass(frozen=True)
class Rubric:
    """The whole rubric."""

    pass_mark: int
    needed: tuple[int, ...]
    sprint: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Earned:
    """What one row got; `most` is what could be got for it, `checked` whether a machine has looked at all of it.

    `changed` are the row's files that are others by now than when it was judged.
    """

    row: Row
    earned: int
    most: int
    helped: bool
    checked: bool = True
    changed: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        if self.row.person:
            return "for a person"
        if not self.checked:
            return "not checked yet"
        return "full" if self.earned == self.most else "half" if 2 * self.earned >= self.most else "below half"


@dataclass(frozen=True)
class Mark:
    """A graded project. `missing` says what keeps it from passing; a person's points may still come."""

    rows: tuple[Earned, ...]
    missing: tuple[str, ...]
    scaled: int | None = None

    @property
    def points(self) -> int:
        return sum(one.earned for one in self.rows)

    @property
    def passed(self) -> bool:
        return not self.missing

    @property
    def stale(self) -> tuple[Earned, ...]:
        """The rows whose points are of other files than those that lie there now."""
        return tuple(one for one in self.rows if one.changed)

    def since(self, changed: Mapping[int, tuple[str, ...]]) -> Mark:
        """The same mark, with the files of each row that have changed since it was judged."""
        return replace(self, rows=tuple(replace(one, changed=changed.get(one.row.number, ())) for one in self.rows))


def load(path: Path = PATH) -> Rubric:
    """Read and check a rubric. Raises RubricError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = tuple(record(Row, f"[[row]] {number}", one) for number, one in enumerate(listed(table, "row"), start=1))
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise RubricError(f"{path.name}: {error}") from error
    rubric = Rubric(table["pass"], tuple(table["needed"]), tuple(table["sprint"]), rows)
    total = sum(row.points for row in rubric.rows)
    if total != 100:
        raise RubricError(f"{path.name}: the rows sum to {total} points, not to 100. Change the points of a row.")
    return rubric


def mark(rubric: Rubric, results: Sequence[Mapping[str, Any]], *, person: int | None = None) -> Mark:
    """Judge the rows of a result. `person` are the points that somebody gave for the rows that a person judges."""
    by_id = {str(one["id"]): one for one in results}
    rows = tuple(_earned(row, by_id, person or 0) for row in rubric.rows)
    points = sum(one.earned for one in rows)
    missing = [
        f"row {one.row.number} has {one.earned} of {one.most} points, below half"
        for one in rows
        if one.row.number in rubric.needed and one.checked and 2 * one.earned < one.most
    ]
    missing = [*_open(rows), *missing]
    if points < rubric.pass_mark:
        missing.append(f"{points} of 100 points, {rubric.pass_mark} are needed")
    return Mark(rows, tuple(missing))


def sprint(rubric: Rubric, results: Sequence[Mapping[str, Any]]) -> Mark:
    """Judge the room sprint: its own checks, scaled to its own maximum."""
    by_id = {str(one["id"]): one for one in results if one["id"] in rubric.sprint}
    chosen = [replace(row, checks=tuple(n for n in row.checks if n in rubric.sprint)) for row in rubric.rows]
    rows = tuple(_earned(row, by_id, 0) for row in chosen if row.checks)
    most = sum(one.most for one in rows)
    scaled = round(100 * sum(one.earned for one in rows) / most) if most else 0
    short = [f"{scaled} of 100, {rubric.pass_mark} are needed"] if scaled < rubric.pass_mark else []
    return Mark(rows, (*_open(rows), *short), scaled)


def _open(rows: Sequence[Earned]) -> list[str]:
    """What was never looked at cannot be passed."""
    return [f"row {one.row.number} was not checked" for one in rows if not one.checked]


def _earned(row: Row, by_id: Mapping[str, Mapping[str, Any]], person: int) -> Earned:
    if row.person:
        return Earned(row, min(person, row.points), row.points, helped=False)
    found = [by_id[name] for name in row.checks if name in by_id]
    most = sum(int(one["max"]) for one in found)
    return Earned(
        row,
        sum(int(one["earned"]) for one in found),
        most if len(found) == len(row.checks) else row.points,
        helped=any(one.get("helped") for one in found),
        checked=len(found) == len(row.checks),
    )
