"""What the checker knows of a course: the table [tool.checker] of the nearest pyproject.toml."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.errors import Misuse, NoSuchExercise
from checker.exercise import Exercise, read_exercise


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
        return tuple(read_exercise(folder) for folder in folders)

    def exercise(self, name: str | int) -> Exercise:
        """Find an exercise by number (1, "1", "01") or slug. Raises NoSuchExercise with the nearest name."""
        wanted = str(name).strip().rstrip("/").rsplit("/", 1)[-1]
        for exercise in self.exercises:
            number_matches = wanted.isdigit() and int(wanted) == int(exercise.number)
            if number_matches or wanted in (exercise.slug, exercise.slug[3:]):
                return exercise
        known = {e.slug: e for e in self.exercises} | {e.slug[3:]: e for e in self.exercises}
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
