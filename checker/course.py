"""What the checker knows of a course: the table [tool.checker] of the nearest pyproject.toml."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.errors import Misuse, NoSuchExercise
from checker.exercise import Exercise, read_exercise

# Names the folder of an instructor's hidden checks: `checker grade --extra-checks` hands it to its processes by this.
EXTRA_CHECKS = "CHECKER_EXTRA_CHECKS"


@dataclass(frozen=True)
class Course:
    """Where exercises, the trainee's work and trusted resources lie; paths are absolute."""

    root: Path
    table: dict[str, Any] = field(hash=False)

    @property
    def exercises_folder(self) -> Path:
        return self.root / str(self.table["exercises"])

    @property
    def work(self) -> Path:
        return self.root / str(self.table.get("work", "work"))

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        folders = sorted(p.parent for p in self.exercises_folder.glob("*/exercise.toml"))
        found = tuple(read_exercise(folder) for folder in folders)
        given = os.environ.get(EXTRA_CHECKS)
        return with_extra_checks(found, Path(given)) if given else found

    @cached_property
    def project(self) -> Exercise | None:
        """The final project, where the course has one; it is declared, started and judged as an exercise is."""
        return read_exercise(self.root / self.table["project"]) if "project" in self.table else None

    @property
    def all(self) -> tuple[Exercise, ...]:
        """The exercises, then the final project."""
        return (*self.exercises, *([self.project] if self.project else []))

    def exercise(self, name: str | int) -> Exercise:
        """Find an exercise by number (1, "1", "01") or slug. Raises NoSuchExercise with the nearest name."""
        wanted = str(name).strip().rstrip("/").rsplit("/", 1)[-1]
        for exercise in self.all:
            number_matches = wanted.isdigit() and int(wanted) == int(exercise.number)
            if number_matches or wanted in (exercise.slug, exercise.slug[3:]):
                return exercise
        known = {e.slug: e for e in self.all} | {e.slug[3:]: e for e in self.all}
        near = get_close_matches(wanted, known, n=1, cutoff=0.5)
        asked = f" Did you mean {known[near[0]].slug}?" if near else ""
        raise NoSuchExercise(f"There is no exercise {wanted!r}.{asked}", "checker list")

    def resource(self, name: str, given: dict[str, Path] | None = None) -> Path:
        """The trusted folder `name`: what the caller gives, else CHECKER_RESOURCE_<NAME>, else pyproject.toml's."""
        if given and name in given:
            return Path(given[name])
        override = os.environ.get(f"CHECKER_RESOURCE_{name.upper()}")
        return Path(override) if override else self.root / self.table.get("resources", {}).get(name, name)

    def tiers(self, profile: str | None) -> tuple[str, ...]:
        """The tiers that count in a profile. Raises Misuse for an unknown profile."""
        wanted = profile or self.table.get("default_profile", "self")
        if self._profiles is None:
            return ("room", "full")
        if wanted not in self._profiles:
            known = ", ".join(self._profiles)
            raise Misuse(f"There is no profile {wanted!r}. There are: {known}.", "checker check 1 --profile self")
        return tuple(self._profiles[wanted]["tiers"])

    @cached_property
    def grading(self) -> dict[str, int]:
        """The rules of grading: the table [grading] of the file that [tool.checker] grading names; empty without."""
        path = self.root / self.table["grading"] if "grading" in self.table else None
        if path is None or not path.is_file():
            return {}
        rules: dict[str, int] = tomllib.loads(path.read_text(encoding="utf-8")).get("grading", {})
        return rules

    @cached_property
    def _profiles(self) -> dict[str, Any] | None:
        """The profiles by name; None where the course has none. Read once: a warm judge asks at every save."""
        path = self.root / self.table["profiles"] if "profiles" in self.table else None
        if path is None or not path.is_file():
            return None
        profiles: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("profiles", {})
        return profiles


def use_extra_checks(folder: Path | None) -> None:
    """Have this process and those that it starts grade with an instructor's hidden checks."""
    if folder is not None:
        os.environ[EXTRA_CHECKS] = str(folder.resolve())


def with_extra_checks(exercises: tuple[Exercise, ...], folder: Path) -> tuple[Exercise, ...]:
    """The exercises with hidden checks from FOLDER/NN_slug/test_*.py beside their own.

    Raises Misuse for a folder that is not there, holds none, or names an exercise that the course does not have.
    """
    if not folder.is_dir():
        raise Misuse(f"There is no folder {str(folder)!r} with extra checks.", "--extra-checks FOLDER")
    known = {exercise.slug for exercise in exercises}
    named = sorted({path.parent.name for path in folder.glob("*/test_*.py")})
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        near = get_close_matches(unknown[0], known, n=1, cutoff=0.5) if unknown else []
        said = f"{unknown[0]!r} is no exercise" if unknown else "no NN_slug/test_*.py is there"
        raise Misuse(
            f"The folder {str(folder)!r} holds no extra checks of this course: {said}.",
            f"name it {near[0]}" if near else "checker list",
        )
    return tuple(
        replace(exercise, extra=folder.resolve() / exercise.slug) if exercise.slug in named else exercise
        for exercise in exercises
    )


def find_course(start: Path | None = None) -> Course:
    """The course that `start` lies in. Raises Misuse when there is none above it.

    Without `start` it is the folder that CHECKER_COURSE names (for hand-ins that lie elsewhere), else the current one.
    """
    start = (start or Path(os.environ.get("CHECKER_COURSE") or Path.cwd())).resolve()
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("checker")
            if table:
                return Course(folder, table)
    raise Misuse(
        f"No course found at {str(start)!r} or above: no pyproject.toml there has a table [tool.checker].",
        "change into the folder of the course, then run the command again",
    )
