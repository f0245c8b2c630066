"""A miniature course and a warm grader for the checker's own tests."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker import Grader
from checker.collect import collect
from checker.course import Course, find_course
from checker.exercise import Exercise
from checker.submission import Submission
from checker.workers import WorkerSource

MINI = Path(__file__).parent / "data" / "mini_course"
GOOD = MINI / "exercises" / "01_greeting" / "solution"


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """One grader for all tests: its fork server starts once."""
    with Grader(MINI) as grader:
        yield grader


@pytest.fixture
def mini(tmp_path: Path) -> Course:
    """A copy of the miniature course that a test may write to."""
    shutil.copytree(MINI, tmp_path / "mini", ignore=shutil.ignore_patterns("__pycache__"))
    return find_course(tmp_path / "mini")


@pytest.fixture
def greeting(mini: Course) -> Exercise:
    return mini.exercise(1)


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder with the right answer, then lay the given files over it; None takes a file away."""

    def make(**files: str | bytes | None) -> Path:
        folder = tmp_path / "hand_in"
        folder.mkdir(exist_ok=True)
        (folder / "greeting.py").write_text(clean(GOOD / "greeting.py"))
        (folder / "answers.toml").write_text("length = 3\n")
        for key, content in files.items():
            path = folder / key.replace("__", ".")
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return make


@pytest.fixture
def door(grader: Grader, hand_in: Callable[..., Path]) -> Iterator[Callable[..., Submission]]:
    """Open a submission on the given source of greeting.py."""
    opened: list[Submission] = []

    def open_(source: str, workers: WorkerSource | None = None, **more: str | bytes | None) -> Submission:
        exercise = grader.course.exercise(1)
        given, workers = collect(exercise, hand_in(greeting__py=source, **more)), workers or grader._source(exercise)
        door = Submission(exercise, given, workers, rng=random.Random(1), allowed=(), resources={})
        opened.append(door)
        return door

    yield open_
    for door in opened:
        door.close()


def clean(path: Path) -> str:
    from checker.markers import derive

    return derive(path.read_text(), path.name)[1]
