"""What a pack contains: the table [tool.checker.pack] of pyproject.toml, read once and refused when it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.course import Course
from checker.errors import ExerciseFault, Misuse

KEYS = {"template", "copy", "exercise", "given", "wheel", "made", "known", "settings"}


@dataclass(frozen=True)
class Wheel:
    """A package that travels built: its folder, and the entries of it that the build needs."""

    folder: Path
    take: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """Everything in a pack that the checker does not know by itself; paths are relative to the course.

    `template` is laid over the pack's root, `copy` keeps its place, `exercise` is taken of every exercise.
    `made` maps a path in the pack to the `python -m` words that write it. `known` lines of answers may be shown:
    each is in the pyproject.toml with the reason why.
    """

    template: str
    copy: tuple[str, ...]
    exercise: tuple[str, ...]
    given: tuple[str, ...]
    wheels: tuple[Wheel, ...]
    made: dict[str, str]
    known: dict[str, str]


def read_contents(course: Course) -> Contents:
    """Raises Misuse when the course has no such table, ExerciseFault when the table is wrong."""
    table = course.table.get("pack")
    if table is None:
        raise Misuse(
            f"{str(course.root / 'pyproject.toml')!r} has no table [tool.checker.pack].",
            "run checker release in the course itself, not in a pack of it",
        )
    _refuse_unknown(table)
    return Contents(
        template=str(table.get("template", "")),
        copy=tuple(table.get("copy", ())),
        exercise=tuple(table.get("exercise", ())),
        given=tuple(table.get("given", ())),
        wheels=tuple(Wheel(course.root / one["folder"], tuple(one["take"])) for one in table.get("wheel", ())),
        made=dict(table.get("made", {})),
        known={line: _reason(entry) for entry in table.get("known", ()) for line in entry["lines"]},
    )


def _refuse_unknown(table: dict[str, Any]) -> None:
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise ExerciseFault(
            f"pyproject.toml: [tool.checker.pack] has an unknown key {unknown[0]!r}. "
            f"It may have: {', '.join(sorted(KEYS))}."
        )


def _reason(entry: dict[str, Any]) -> str:
    reason = str(entry.get("why", "")).strip()
    if not reason:
        raise ExerciseFault(
            f"pyproject.toml: [tool.checker.pack] knows the line {entry['lines'][0]!r} without a reason. "
            "Say in 'why' for what reason trainees may see it."
        )
    return reason
