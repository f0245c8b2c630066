"""Reads course/coverage.toml: for each row of the coverage list, the places that cover it and what is to come."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.tables import TableError, listed, record

PATH = Path(__file__).parent / "coverage.toml"
KINDS = {
    "E": "graded in an exercise",
    "S": "works in the sample service",
    "X": "a runnable example",
    "P": "a page that teaches",
    "D": "a slide",
    "Q": "a question with its answer",
    "G": "a guide",
}


class CoverageError(ValueError):
    """The coverage list contradicts itself or names what is not there."""


@dataclass(frozen=True)
class Cover:
    """The places of some rows by kind, and in words what is still to come for them."""

    rows: tuple[str, ...]
    E: tuple[str, ...] = ()
    S: tuple[str, ...] = ()
    X: tuple[str, ...] = ()
    P: tuple[str, ...] = ()
    D: tuple[str, ...] = ()
    Q: tuple[str, ...] = ()
    G: tuple[str, ...] = ()
    planned: str = ""

    def places(self, kind: str) -> tuple[str, ...]:
        return tuple(getattr(self, kind))

    def all_places(self) -> Iterator[str]:
        for kind in KINDS:
            yield from self.places(kind)


@dataclass(frozen=True)
class Row:
    """One row of the list: the kinds of cover that it wants, and what it has."""

    id: str
    wanted: str
    cover: Cover

    @property
    def missing(self) -> str:
        """The kinds that have no place yet."""
        return "".join(kind for kind in self.wanted if not self.cover.places(kind))


def load(path: Path = PATH, *, root: Path | None = None) -> tuple[Row, ...]:
    """Read every row with its cover, and check that places exist. Raises CoverageError saying what to change."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        covers = [record(Cover, f"cover {n}", one) for n, one in enumerate(listed(table, "cover"), start=1)]
        ids = dict(_ids(table.get("wanted", {})))
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise CoverageError(f"{path.name}: {error}") from error
    rows = tuple(Row(id, wanted, _cover(id, covers, path.name)) for id, wanted in ids.items())
    for refusal in _refusals(rows, covers, root or path.parents[1]):
        raise CoverageError(f"{path.name}: {refusal}")
    return rows


def summary(rows: tuple[Row, ...]) -> dict[str, int]:
    """Count the rows that are done, begun, and planned only."""
    done = sum(not row.missing for row in rows)
    planned = sum(row.missing == row.wanted for row in rows)
    return {"rows": len(rows), "done": done, "begun": len(rows) - done - planned, "planned": planned}


def _ids(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for group, text in table.items():
        if group[-1] not in "/-":
            yield group, text
            continue
        number = 0
        for run in text.split():
            kinds, _, times = run.partition("*")
            if set(kinds) - set(KINDS) or not (times or "1").isdigit():
                raise TableError(f"[wanted] {group!r} has {run!r}. Write kinds of {''.join(KINDS)}, as in 'PD*2'.")
            for _ in range(int(times or 1)):
                number += 1
                yield f"{group}{number:02d}", kinds


def _cover(id: str, covers: list[Cover], file: str) -> Cover:
    named = [(len(name), cover) for cover in covers for name in cover.rows if _names(name, id)]
    if not named:
        raise CoverageError(f"{file}: nothing covers {id!r}. Add it to the rows of a [[cover]].")
    longest = max(length for length, _ in named)
    best = [cover for length, cover in named if length == longest]
    if len(best) > 1:
        raise CoverageError(f"{file}: {id!r} is covered {len(best)} times. Keep one.")
    return best[0]


def _names(name: str, id: str) -> bool:
    return name == id or (name[-1] in "/-" and id.startswith(name))


def _refusals(rows: tuple[Row, ...], covers: list[Cover], root: Path) -> Iterator[str]:
    used = {name for row in rows for name in row.cover.rows if _names(name, row.id)}
    for cover in covers:
        for name in cover.rows:
            if name not in used:
                yield f"{name!r} covers no row. Correct the name or take it out."
        for place in cover.all_places():
            if not (root / place).exists():
                yield f"{cover.rows[0]!r} names {place!r}, which is not there. Correct the path."
    for row in rows:
        if row.missing and not row.cover.planned:
            yield f"{row.id!r} has no place for {row.missing!r}. Name one, or say in `planned` what is to come."


def main(argv: list[str]) -> int:
    """`python -m course coverage`: how much of the coverage list has its places, and with --missing what has not."""
    parser = argparse.ArgumentParser(prog="python -m course coverage", description=main.__doc__)
    parser.add_argument("--missing", action="store_true", help="every row that lacks a place, and the plan for it")
    parser.add_argument("--json", action="store_true", help="the counts as JSON")
    options = parser.parse_args(argv)
    rows = load()
    counts = summary(rows)
    if options.json:
        print(json.dumps(counts, indent=1))
        return 0
    if options.missing:
        for row in rows:
            if row.missing:
                print(f"{row.id:<18} {'+'.join(row.missing):<8} {row.cover.planned}")
    print(f"{counts['done']} of {counts['rows']} rows done, {counts['begun']} begun, {counts['planned']} planned.")
    for kind, says in KINDS.items():
        wanted = [row for row in rows if kind in row.wanted]
        print(f"  {kind}  {says:<26}{sum(kind not in row.missing for row in wanted):>5} of {len(wanted)}")
    return 0
