"""The record: every hand-in judged by the checker, kept, and written to nbgrader's gradebook."""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.collect import collect
from checker.errors import CheckerError, Misuse, NothingHandedIn
from checker.exercise import Exercise
from checker.grade import Grader
from checker.journal import Journal
from checker.nbgrader.room import HandedIn, Room, cell_name, task_points
from checker.result import Result
from checker.sandbox import grading

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Graded:
    """One hand-in. `problem` says why there is no grade; `notes` what an instructor should know of it."""

    student: str
    exercise: Exercise
    result: Result | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


def grade_all(room: Room, *, seed: int | None = None) -> Iterator[Graded]:
    """Judge everything in submitted/ and write each result to the gradebook as it comes.

    Raises Misuse when nothing is there to be graded or the gradebook does not know the assignments yet.
    """
    found = room.hand_ins()
    with Grader(room.course, isolation=grading()) as grader, open_gradebook(room) as gradebook:
        for handed in found:
            graded = _judged(room, grader, handed, seed)
            if graded.result:
                graded = _written(room, gradebook, graded, graded.result)
            yield graded


def _judged(room: Room, grader: Grader, handed: HandedIn, seed: int | None) -> Graded:
    student, exercise, folder = handed.student, handed.exercise, handed.folder
    try:
        key = {
            "exercise": exercise.slug, "submission": collect(exercise, folder).digest,
            "checks": exercise.checks_digest(), "profile": "", "seed": seed,
        }  # fmt: skip
    except NothingHandedIn as nothing:
        return Graded(student, exercise, problem=str(nothing))
    journal = Journal(room.records / student)
    with journal.locked():
        result = journal.finished(key)
        if result is None:
            journal.begin(key)
            result = grader.grade(exercise, folder, seed=seed)
            journal.finish(key, result)
    if result.status != "graded":
        return Graded(student, exercise, problem="A check could not be run, so no grade was written.")
    return Graded(student, exercise, result)


def record_of(room: Room, student: str, exercise: Exercise) -> Result | None:
    """The kept result of one hand-in, or None when it was not graded by the checker."""
    try:
        kept = json.loads((room.records / student / f"{exercise.slug}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Result.from_dict(kept["result"])


def by_task(result: Result) -> dict[int, int]:
    """Task -> the points that were earned in it."""
    earned: dict[int, int] = {}
    for row in result.rows:
        earned[row.task] = earned.get(row.task, 0) + row.earned
    return earned


@contextmanager
def open_gradebook(room: Room) -> Iterator[Gradebook]:
    """nbgrader's gradebook, which must be there: nbgrader alone knows how to make one that it can use."""
    if importlib.util.find_spec("nbgrader") is None:
        raise CheckerError("nbgrader is not installed in this environment.", "make env")
    from nbgrader.api import Gradebook

    if not room.gradebook.is_file():
        raise Misuse(
            f"There is no gradebook {str(room.gradebook)!r} yet.",
            "checker nbgrader stage, then checker nbgrader run generate_assignment NN_slug",
        )
    with Gradebook(f"sqlite:///{room.gradebook}", room.course_id) as gradebook:
        yield gradebook


def _written(room: Room, gradebook: Gradebook, graded: Graded, result: Result) -> Graded:
    slug, notebook = graded.exercise.slug, Path(graded.exercise.notebook).stem
    _refuse_stale(room, gradebook, graded.exercise)
    with warnings.catch_warnings():
        # SQLAlchemy tells nbgrader about its own order of inserts; nobody here can mend it.
        warnings.simplefilter("ignore")
        gradebook.update_or_create_student(graded.student)
        gradebook.update_or_create_submission(slug, graded.student)
    earned, notes = by_task(result), []
    for task in task_points(room.course, graded.exercise):
        grade = gradebook.find_grade(cell_name(task), notebook, slug, graded.student)
        grade.auto_score = float(earned.get(task, 0))
        grade.needs_manual_grade = False
        if grade.manual_score is not None or grade.extra_credit:
            notes.append(f"task {task} has points entered by hand, which count instead; they were kept")
    gradebook.db.commit()
    return Graded(graded.student, graded.exercise, result, notes=tuple(notes))


def _refuse_stale(room: Room, gradebook: Gradebook, exercise: Exercise) -> None:
    """The gradebook must know the tasks as the checks count them today."""
    known = known_points(gradebook, exercise)
    wanted = {cell_name(task): float(points) for task, points in task_points(room.course, exercise).items()}
    if known != wanted:
        raise Misuse(
            f"The gradebook knows {exercise.slug} as {_in_words(known)}, the checks count {_in_words(wanted)}.",
            f"checker nbgrader stage, then checker nbgrader run generate_assignment {exercise.slug} --force",
        )


def known_points(gradebook: Gradebook, exercise: Exercise) -> dict[str, float]:
    from nbgrader.api import MissingEntry

    try:
        notebook: Any = gradebook.find_notebook(Path(exercise.notebook).stem, exercise.slug)
    except MissingEntry:
        return {}
    return {cell.name: float(cell.max_score) for cell in notebook.grade_cells}


def _in_words(points: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in sorted(points.items())) or "nothing"
