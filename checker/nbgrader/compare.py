"""Where nbgrader's own grades and the checker's record differ, task by task.

nbgrader runs a trainee's notebook in a kernel that the trainee's code can reach, so its number is practice: the
executed notebook says what it paid, the gradebook what counts now, the record what the files are worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.exercise import Exercise
from checker.nbgrader.record import by_task, open_gradebook, record_of
from checker.nbgrader.room import HandedIn, Room, cell_name, task_points
from checker.result import Result

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Compared:
    """One task of one hand-in. None stands for a grade that is not there."""

    student: str
    exercise: str
    task: int
    record: float | None
    nbgrader: float | None
    gradebook: float | None
    why: str = ""

    @property
    def same(self) -> bool:
        """Whether all grades that are there are equal; one that nbgrader never made is no disagreement."""
        there = {grade for grade in (self.record, self.nbgrader, self.gradebook) if grade is not None}
        return self.record is not None and len(there) == 1

    def __str__(self) -> str:
        grades = ", ".join(
            f"{name} {'has none' if grade is None else format(grade, 'g')}"
            for name, grade in (("record", self.record), ("nbgrader", self.nbgrader), ("gradebook", self.gradebook))
        )
        return f"{self.student}  {self.exercise}  task {self.task}: {grades}" + (f" ({self.why})" if self.why else "")


def compare(room: Room) -> list[Compared]:
    """Every task of everything that was handed in. Raises Misuse when there is nothing to compare."""
    found = room.hand_ins()
    with open_gradebook(room) as gradebook:
        return [one for handed in found for one in _compared(room, gradebook, handed)]


def _compared(room: Room, gradebook: Gradebook, handed: HandedIn) -> Iterator[Compared]:
    student, exercise = handed.student, handed.exercise
    record: Result | None = record_of(room, student, exercise)
    earned = by_task(record) if record else {}
    paid = _paid(room.autograded(student, exercise))
    for task in task_points(room.course, exercise):
        own, why = paid.get(cell_name(task), (None, ""))
        yield Compared(
            student,
            exercise.slug,
            task,
            float(earned.get(task, 0)) if record else None,
            own,
            _in_gradebook(gradebook, student, exercise, task),
            why,
        )


def _paid(notebook: Path) -> dict[str, tuple[float | None, str]]:
    """Graded cell -> what nbgrader pays for its output, and what in the output cost the points."""
    if not notebook.is_file():
        return {}
    import nbformat
    from nbgrader.utils import determine_grade, is_grade

    paid: dict[str, tuple[float | None, str]] = {}
    for cell in nbformat.read(notebook, as_version=4).cells:  # type: ignore[no-untyped-call]
        if is_grade(cell):
            paid[cell.metadata.nbgrader.grade_id] = (determine_grade(cell)[0], _why(cell))
    return paid


def _why(cell: Any) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            return f"its cell ended with {output.ename}"
        if output.output_type == "stream" and output.name == "stderr":
            return "its cell wrote to stderr, which nbgrader takes for a failure"
    return ""


def _in_gradebook(gradebook: Gradebook, student: str, exercise: Exercise, task: int) -> float | None:
    from nbgrader.api import MissingEntry

    try:
        grade = gradebook.find_grade(cell_name(task), Path(exercise.notebook).stem, exercise.slug, student)
    except MissingEntry:
        return None
    return float(grade.score)
