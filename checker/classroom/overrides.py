"""Points that a person set by hand, with the reason: `overrides.toml` in the folder of a class run.

It is a file that one can read and edit. A run never writes to it, so what stands there outlasts every regrade.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from checker.classroom.record import Cell, ClassRun, read_result
from checker.errors import Misuse
from checker.result import Result
from checker.state import write_atomically

FILE = "overrides.toml"
KEYS = {"submission": str, "check": str, "points": int, "comment": str, "by": str, "date": datetime.date}
HEAD = "# Points set by hand. `checker override` writes here; edit it as you like, each entry needs its comment.\n"
MOST = 1_000_000


@dataclass(frozen=True)
class Override:
    """`check` is the full name, such as `05.probes`."""

    submission: str
    check: str
    points: int
    comment: str
    by: str
    date: datetime.date

    def sentence(self, before: int) -> str:
        return (
            f"{self.check}: {self.points} in place of {before} points, set by {self.by} on {self.date.isoformat()}. "
            f"{self.comment}"
        )


def read_overrides(out: Path) -> tuple[Override, ...]:
    """The overrides of a class run, none when there is no file. Raises Misuse naming entry and key that are wrong."""
    path = out / FILE
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > MOST:
            raise Misuse(f"{path} has more than {MOST} bytes. Is it the file that `checker override` writes?")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} is not TOML: {error}.", "mend the line, or put the file away") from None
    entries = table.get("override", [])
    if set(table) - {"override"} or not isinstance(entries, list):
        raise Misuse(f"{path} may hold [[override]] entries only.", "checker override --help")
    found = tuple(_entry(path, number, entry) for number, entry in enumerate(entries, start=1))
    _refuse_twice(path, found)
    return found


def _entry(path: Path, number: int, entry: Any) -> Override:
    at = f"{path}: entry {number}"
    for key, kind in KEYS.items():
        value = entry.get(key) if isinstance(entry, dict) else None
        if value is None:
            raise Misuse(f"{at} has no {key!r}. Each entry needs {', '.join(KEYS)}.")
        if not isinstance(value, kind) or isinstance(value, bool | datetime.datetime):
            named = {str: "a text", int: "a whole number", datetime.date: "a date such as 2026-11-26"}[kind]
            raise Misuse(f"{at}: {key} is {value!r}. It must be {named}.")
        if isinstance(value, str) and not value.strip():
            raise Misuse(f"{at}: {key} is empty. Who reads it later needs it.")
    if not re.fullmatch(r"\d\d\.[a-z0-9-]+", entry["check"]):
        raise Misuse(
            f"{at}: check is {entry['check']!r}. It must be an exercise's number and a check's id, such as 05.probes."
        )
    unknown = sorted(set(entry) - set(KEYS))
    if unknown:
        raise Misuse(f"{at} has an unknown key {unknown[0]!r}. Remove it or mend its name.")
    return Override(**entry)


def _refuse_twice(path: Path, found: tuple[Override, ...]) -> None:
    met: set[tuple[str, str]] = set()
    for one in found:
        if (one.submission, one.check) in met:
            raise Misuse(f"{path}: {one.submission!r} has two overrides for {one.check}. Keep one of them.")
        met.add((one.submission, one.check))


def apply(overrides: Iterable[Override], submission: str, result: Result) -> Result:
    """The result with its points as the overrides set them, and a note for each.

    Raises Misuse when one names a check that the result does not have, or points that the check cannot give.
    """
    for one in overrides:
        if one.submission != submission or one.check[:2] != result.exercise[:2]:
            continue
        row = next((row for row in result.rows if row.id == one.check[3:]), None)
        if row is None:
            names = {f"{result.exercise[:2]}.{row.id}": row for row in result.rows}
            near = get_close_matches(one.check, names, n=1, cutoff=0)
            raise Misuse(f"There is no check {one.check!r} in {result.exercise}. Is it {near[0] if near else 'gone'}?")
        if not 0 <= one.points <= row.max:
            raise Misuse(
                f"{one.submission}: {one.points} points for {one.check}, which gives 0 to {row.max}. "
                "Set a number between the two."
            )
        rows = tuple(replace(kept, earned=one.points) if kept is row else kept for kept in result.rows)
        result = replace(result, rows=rows, notes=(*result.notes, one.sentence(row.earned)))
    return result


def write_overrides(out: Path, overrides: Iterable[Override]) -> Path:
    """Write the file whole or not at all."""
    path = out / FILE
    write_atomically(path, HEAD + "".join(_as_toml(one) for one in overrides))
    return path


def _as_toml(one: Override) -> str:
    lines = (f"{key} = {_value(getattr(one, key))}" for key in KEYS)
    return "\n[[override]]\n" + "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants as a code.
    return (
        json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        if isinstance(value, str | int)
        else value.isoformat()
    )


def apply_to_class(overrides: Iterable[Override], run: ClassRun, out: Path) -> ClassRun:
    """The record of a class with the scores as the overrides set them: what reports and exports read.

    Raises Misuse for an override of a submission or an exercise that has no result.
    """
    wanted = {(one.submission, one.check[:2]) for one in overrides}
    submissions = tuple(
        replace(one, cells=tuple(_cell(overrides, one.id, cell, out, wanted) for cell in one.cells))
        for one in run.submissions
    )
    if wanted:
        who, number = sorted(wanted)[0]
        near = get_close_matches(who, [one.id for one in run.submissions], n=1, cutoff=0.5)
        asked = f" Is it {near[0]!r}?" if near and near[0] != who else ""
        raise Misuse(f"{out / FILE}: {who!r} has no result of exercise {number}.{asked}")
    return replace(run, submissions=submissions)


def _cell(overrides: Iterable[Override], who: str, cell: Cell, out: Path, wanted: set[tuple[str, str]]) -> Cell:
    """The cell with its new score; what is found is taken out of `wanted`."""
    key = (who, cell.exercise[:2])
    result = read_result(out, cell) if key in wanted else None
    if result is None:
        return cell
    wanted.discard(key)
    return replace(cell, score=apply(overrides, who, result).score)
