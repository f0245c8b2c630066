"""What several verbs share: which exercise, task or check a person means, and which folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from checker.course import Course
from checker.errors import Misuse
from checker.exercise import Exercise


@dataclass(frozen=True)
class Target:
    """`5`, `05`, `05_kubernetes`, `5.2` (a task) or `05.probes` (a check)."""

    exercise: Exercise
    task: int | None = None
    check: str | None = None


def read_target(course: Course, text: str) -> Target:
    """Raises NoSuchExercise, or Misuse for a task that is none of the exercise's."""
    name, _, rest = text.partition(".")
    exercise = course.exercise(name)
    if not rest:
        return Target(exercise)
    if not rest.isdigit():
        return Target(exercise, check=rest)
    if int(rest) not in {task.number for task in exercise.tasks}:
        numbers = ", ".join(f"{exercise.number}.{task.number}" for task in exercise.tasks)
        raise Misuse(
            f"There is no task {text!r}. Exercise {exercise.number} has {numbers}.",
            f"checker check {int(exercise.number)}",
        )
    return Target(exercise, task=int(rest))


def work_folder(course: Course, exercise: Exercise) -> Path:
    """The trainee's folder. Raises Misuse when the exercise was not started."""
    folder = course.work / exercise.slug
    if not folder.is_dir():
        shown = folder.relative_to(course.root).as_posix()
        raise Misuse(f"There is no {shown!r} yet.", f"checker start {int(exercise.number)}")
    return folder


def exercise_here(course: Course, given: str | None) -> str:
    """The exercise that is named, else the one whose folder the shell stands in."""
    if given:
        return given
    for part in reversed(Path.cwd().parts):
        if re.fullmatch(r"\d\d_\w+", part):
            return part
    raise Misuse("Which exercise? None is named, and this folder is not one of work/.", "checker check 1")
