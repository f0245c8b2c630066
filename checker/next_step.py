"""The one line below a report: what to do now."""

from __future__ import annotations

from pathlib import Path

from checker.exercise import Exercise
from checker.result import Result


def next_step(result: Result, root: Path, exercise: Exercise, task: int | None = None) -> str:
    """`task` is the one that was asked for, None for the whole exercise."""
    number = int(exercise.number)
    lost = [row for row in result.rows if not row.good and row.verdict != "waits_for" and row.kind != "stretch"]
    if not lost:
        return f"next: {_onwards(root, exercise, task)}"
    if all(row.verdict == "could_not_check" for row in lost):
        return "next: checker doctor"
    again = f"this run again: --seed {result.seed}; isolation: {result.isolation}"
    return f"next: change the file and check again, or: checker hint {number}   ({again})"


def _onwards(root: Path, exercise: Exercise, task: int | None) -> str:
    number = int(exercise.number)
    later = [one for one in exercise.tasks if task is not None and one.number > task]
    if later:
        return f"task {number}.{later[0].number}, {later[0].title}: checker check {number}.{later[0].number}"
    if task is not None:
        return f"the whole exercise: checker check {number}"
    walkthrough = f"solutions/{exercise.slug}/README.md"
    # A trainee pack has none: what comes next there is the next exercise.
    return f"read the walkthrough, {walkthrough}" if (root / walkthrough).is_file() else "checker status"
