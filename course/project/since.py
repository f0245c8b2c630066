"""Which of a trainee's files are others by now than when the row that they belong to was judged."""

from __future__ import annotations

from checker.collect import collect
from checker.errors import Misuse, NothingHandedIn
from checker.exercise import Exercise
from checker.state import State
from course.project.rubric import Rubric

# Files of a row beside those that exercise.toml gives to one as a whole.
BESIDE = {"load.json": 5, "analysis.toml": 5, "answers.toml": 6, "runbook.md": 7}


def rows_of(project: Exercise) -> dict[str, int]:
    """The row of each file that is judged."""
    return {one.name: one.task for one in project.whole} | BESIDE


def changed(project: Exercise, rubric: Rubric, state: State) -> dict[int, tuple[str, ...]]:
    """By number of the row, the files that have changed since its checks; rows without one are left out."""
    try:
        digests = collect(project, state.folder).digests
    except (Misuse, NothingHandedIn):
        digests = {}
    place = rows_of(project)
    found = {}
    for row in rubric.rows:
        names = {name for check in row.checks for name in state.changed_since(check, digests)}
        if names := {name for name in names if place.get(name) == row.number}:
            found[row.number] = tuple(sorted(names))
    return found
