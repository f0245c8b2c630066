"""A job: one exercise of one hand-in, named by the digest of all that decides its result.

Whoever runs a job twice gets the same result, so that a lost worker or a second grader does no harm.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from checker.course import Course
from checker.exercise import Exercise
from checker.journal import digest_of_key

PACKAGE = Path(__file__).resolve().parents[1]
# What shows, keeps and proves results, and decides none.
NOT_JUDGING = {"tests", "verbs", "classroom", "law", "nbgrader", "doctor", "release", "new_exercise", "__pycache__"}


@dataclass(frozen=True)
class Job:
    """`folder` is any folder with this hand-in: identical ones are judged once."""

    exercise: str
    folder: Path
    hand_in: str
    profile: str
    seed: int
    decided_by: Mapping[str, str] = field(hash=False)

    @property
    def key(self) -> dict[str, Any]:
        return {
            "exercise": self.exercise, "submission": self.hand_in, "profile": self.profile, "seed": self.seed,
            **self.decided_by,
        }  # fmt: skip

    @property
    def digest(self) -> str:
        return digest_of_key(self.key)


def decided_by(course: Course, exercise: Exercise) -> dict[str, str]:
    """What a result depends on beside the hand-in and the seed, each with its digest."""
    return {
        "checks": exercise.checks_digest(),
        "checker": _checker_digest(),
        "data": _digest(path for name in exercise.resources for path in _files(course.resource(name))),
        "environment": _environment(course),
    }


@cache
def _checker_digest() -> str:
    paths = sorted(path for path in PACKAGE.rglob("*.py") if not NOT_JUDGING & set(path.relative_to(PACKAGE).parts))
    return _digest(paths)


def _environment(course: Course) -> str:
    lock = course.root / str(course.table.get("lock", ""))
    text = lock.read_bytes() if lock.is_file() else b""
    return hashlib.sha256(platform.python_version().encode() + b"\0" + text).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
