"""The one line below a report: what to do now."""

from __future__ import annotations

from checker import messages as m
from checker.course import Course
from checker.exercise import Exercise
from checker.result import Result, Row


def next_step(result: Result, course: Course, exercise: Exercise, task: int | None = None) -> str:
    """`task` is the one that was asked for, None for the whole exercise."""
    number = int(exercise.number)
    lost = [row for row in result.rows if not row.good and row.verdict != "waits_for" and not _beside(row)]
    if not lost:
        return f"next: {_onwards(course, exercise, task)}{_live(result, exercise)}"
    if all(row.verdict == "could_not_check" for row in lost):
        return f"next: {next((row.next for row in lost if row.next), 'checker doctor')}"
    if any(row.verdict == "broken" for row in lost):
        # It has no hints, and those of other rows would lead astray.
        return f"next: mend what is broken first; its row says where. Then: checker check {number}"
    again = f"this run again: --seed {result.seed}; isolation: {result.isolation}"
    return f"next: change the file and check again, or: checker hint {number}   ({again})"


def _beside(row: Row) -> bool:
    """Nothing to do about it now: a stretch row, or a live row without its engine."""
    return row.kind == "stretch" or (row.kind == "live" and row.verdict == "could_not_check")


def _live(result: Result, exercise: Exercise) -> str:
    """The live rows that were not asked for, once all others are passed."""
    if not exercise.live or any(row.kind == "live" for row in result.rows):
        return ""
    engines = ", ".join(exercise.engines)
    return f"\nnext: {m.LIVE_NEXT.format(engines=engines, number=int(exercise.number))}"


def _onwards(course: Course, exercise: Exercise, task: int | None) -> str:
    number = int(exercise.number)
    later = [one for one in exercise.tasks if task is not None and one.number > task]
    if later:
        return f"task {number}.{later[0].number}, {later[0].title}: checker check {number}.{later[0].number}"
    if task is not None:
        return f"the whole exercise: checker check {number}"
    walkthrough, after = f"solutions/{exercise.slug}/README.md", _after(course, exercise)
    # A trainee pack has none: what comes next there is the next exercise.
    if not (course.root / walkthrough).is_file():
        return after or "checker status"
    return f"read the walkthrough, {walkthrough}" + (f"; then {after}" if after else "")


def _after(course: Course, exercise: Exercise) -> str:
    """What follows an exercise in the course, and how to begin it; "" after the last."""
    later = [one for one in course.all if int(one.number) > int(exercise.number)]
    if not later:
        return ""
    following, folder = later[0], course.work / later[0].slug
    if following is course.project:
        name, start = "the final project", "checker start project"
    else:
        name, start = f"exercise {int(following.number)}, {following.title}", f"checker start {int(following.number)}"
    return f"{name}: " + (f"read {(folder / 'README.md').relative_to(course.root)}" if folder.is_dir() else start)
