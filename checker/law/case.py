"""One exercise as the law reads it: its files, its declared checks, its variants. Nothing is graded here."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.catalog import declared_checks
from checker.declare import Check
from checker.errors import ExerciseFault
from checker.exercise import Exercise
from checker.law.variants import Variants, read_variants
from checker.markers import MarkerError, derive, has_markers

# Left behind by tools that ran in a folder; never part of an exercise.
LITTER = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".checker.json"}
# answers.toml is filled by the trainee and, for the solution, by checks/answers.py.
ANSWERS = "answers.toml"


@dataclass(frozen=True)
class Case:
    """One exercise folder. `name` of a file is its path below the folder that it is asked for."""

    exercise: Exercise
    checks: tuple[Check, ...]
    variants: Variants

    @property
    def slug(self) -> str:
        return self.exercise.slug

    @property
    def folder(self) -> Path:
        return self.exercise.folder

    @cached_property
    def solution(self) -> dict[str, str]:
        """The solution's text files by name, with their markers."""
        return texts(self.folder / "solution")

    @cached_property
    def answer(self) -> dict[str, str]:
        """The solution's hand-in files as a finished trainee would have them: no markers, no stubs."""
        return {name: answer_of(self.solution[name]) for name in self.exercise.hand_in if name in self.solution}

    @cached_property
    def starter(self) -> dict[str, str]:
        return texts(self.exercise.starter)

    def text(self, name: str) -> str:
        """A file of the exercise folder as text, empty when it is not there (law 10 says so)."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def check(self, check_id: str) -> Check | None:
        return next((one for one in self.checks if one.id == check_id), None)

    def task_kind(self, number: int) -> str:
        return next((task.kind for task in self.exercise.tasks if task.number == number), "")


def read_case(exercise: Exercise) -> Case:
    """Read one exercise for the law. Raises ExerciseFault when its checks or variants cannot be read."""
    return Case(exercise, tuple(declared_checks(exercise).values()), read_variants(exercise.folder))


def files_below(folder: Path) -> list[str]:
    """The names of all files below a folder, sorted, without what tools leave behind."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if not LITTER & set(path.parts) and path.suffix != ".pyc")


def texts(folder: Path) -> dict[str, str]:
    """The text files below a folder; a picture or a model is no text and is left out."""
    found: dict[str, str] = {}
    for name in files_below(folder):
        with contextlib.suppress(UnicodeDecodeError):
            found[name] = (folder / name).read_text(encoding="utf-8")
    return found


def answer_of(text: str) -> str:
    return derive(text)[1] if has_markers(text) else text


def marked(case: Case) -> dict[str, str]:
    """The hand-in files that have solution markers. Raises ExerciseFault when markers do not pair up."""
    found = {n: case.solution[n] for n in case.exercise.hand_in if n in case.solution and has_markers(case.solution[n])}
    for name, text in found.items():
        try:
            derive(text, f"{case.slug}/solution/{name}")
        except MarkerError as error:
            raise ExerciseFault(str(error)) from None
    return found
