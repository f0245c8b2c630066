"""The folder that nbgrader works in, and the words that name things there. It is never exercises/ or solutions/.

On those nbgrader deletes what it did not make and hands the solution out with the starter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.catalog import declared_checks
from checker.course import Course
from checker.errors import Misuse
from checker.exercise import Exercise


@dataclass(frozen=True)
class HandedIn:
    """One trainee's folder of one exercise, as nbgrader collected it."""

    student: str
    exercise: Exercise
    folder: Path


@dataclass(frozen=True)
class Room:
    """`root` holds nbgrader's own folders; `records` the checker's results of each trainee."""

    course: Course
    root: Path

    @property
    def course_id(self) -> str:
        return str(self.course.table.get("nbgrader", {}).get("course_id", "course"))

    @property
    def exchange(self) -> Path:
        return self.course.root / str(self.course.table.get("nbgrader", {}).get("exchange", "build/exchange"))

    @property
    def records(self) -> Path:
        return self.root / "records"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    def source(self, exercise: Exercise) -> Path:
        return self.root / "source" / exercise.slug

    def autograded(self, student: str, exercise: Exercise) -> Path:
        return self.root / "autograded" / student / exercise.slug / exercise.notebook

    def hand_ins(self) -> list[HandedIn]:
        """Everything that was handed in, in order. Raises Misuse when there is nothing."""
        found = [
            HandedIn(folder.name, exercise, folder / exercise.slug)
            for folder in sorted(self.root.glob("submitted/*"))
            for exercise in self.course.all
            if (folder / exercise.slug).is_dir()
        ]
        if not found:
            raise Misuse(
                f"Nothing is handed in: {str(self.root / 'submitted')!r} holds no folder TRAINEE/NN_slug.",
                "checker nbgrader run collect NN_slug",
            )
        return found


def room(course: Course, root: Path | None = None) -> Room:
    """Raises Misuse for a root that holds sources of the course."""
    root = (root or course.root / "build" / "nbgrader").resolve()
    sources = course.exercises_folder.resolve()
    if root == course.root.resolve() or root.is_relative_to(sources) or sources.is_relative_to(root):
        raise Misuse(
            f"nbgrader may not work in {str(root)!r}: it deletes and overwrites files there.",
            "checker nbgrader stage, which takes build/nbgrader",
        )
    return Room(course, root)


def task_points(course: Course, exercise: Exercise) -> dict[int, int]:
    """Task -> its points in the profile that the course grades by; tasks without points are left out."""
    tiers = course.tiers(None)
    points = {task.number: 0 for task in exercise.tasks}
    for declared in declared_checks(exercise).values():
        if declared.tier in tiers:
            points[declared.task] += declared.points
    return {task: value for task, value in points.items() if value}


def cell_name(task: int) -> str:
    """The name of a task's graded cell. Stable: the gradebook finds a grade by it."""
    return f"task-{task}"
