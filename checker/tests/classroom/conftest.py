"""Hand-ins of the miniature course, as folders and zips."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checker.classroom.collecting import Collected, collect_class
from checker.classroom.jobs import Job
from checker.classroom.processes import Event
from checker.classroom.run import Executor
from checker.course import Course
from checker.grade import Grader
from checker.tests.conftest import GOOD, clean

RIGHT = {"greeting.py": clean(GOOD / "greeting.py"), "answers.toml": "length = 3\n"}
PARTIAL = RIGHT | {"answers.toml": "length = 4\n"}
EMPTY = {"greeting.py": "import given\ndef greet(name):\n    return given.nobody()\n", "answers.toml": 'length = "?"\n'}
SLUG = "01_greeting"


def one(found: dict[str, Collected]) -> Collected:
    """The only one that was collected."""
    (only,) = found.values()
    return only


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """The folder of submissions."""
    (tmp_path / "given").mkdir()
    return tmp_path / "given"


@pytest.fixture
def folder(given: Path) -> Callable[..., Path]:
    """Write a hand-in as files below `given/at`."""

    def make(at: str, files: Mapping[str, str | bytes] = RIGHT) -> Path:
        place = given / at
        place.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    return make


@pytest.fixture
def zipped(given: Path) -> Callable[..., Path]:
    """Write a zip; names as they are given, also those that no honest program writes."""

    def make(name: str, at: str = SLUG, files: Mapping[str, str | bytes] = RIGHT, **more: str | bytes) -> Path:
        path = given / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for file, content in files.items():
                made.writestr(f"{at}/{file}" if at else file, content)
            for file, content in more.items():
                made.writestr(file, content)
        return path

    return make


@pytest.fixture
def collected(given: Path, mini: Course, tmp_path: Path) -> Callable[..., dict[str, Collected]]:
    """Collect, with two exercises known so that no folder is taken for the only one's; id -> Collected."""

    def run(*, alone: bool = False) -> dict[str, Collected]:
        other = replace(mini.exercise(1), folder=mini.exercises_folder / "02_other")
        exercises = (mini.exercise(1),) if alone else (mini.exercise(1), other)
        return {one.id: one for one in collect_class(given, exercises, tmp_path / "out")[0]}

    return run


@pytest.fixture
def here(grader: Grader) -> Executor:
    """Jobs run in this process, by the session's grader: starting processes is what costs in a test."""

    def execute(root: Path, jobs: Sequence[Job], count: int) -> Iterator[Event]:
        for job in jobs:
            yield Event(job, done=False)
            result = grader.grade(job.exercise, job.folder, seed=job.seed, profile=job.profile or None)
            yield Event(job, True, result.to_dict())

    return execute
