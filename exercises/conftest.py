"""What the law of this folder needs: a warm grader, and the trained model where an exercise asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.course import find_course
from checker.grade import Grader
from checker.law.bench import Bench


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The law goes from exercise to exercise, so that each process makes few of them warm; tests of all come first."""
    law = [place for place, item in enumerate(items) if item.path.name == "test_law.py"]
    for place, item in zip(law, sorted((items[place] for place in law), key=_exercise), strict=True):
        items[place] = item


def _exercise(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return callspec.params["case"].exercise.number if callspec else ""


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One grader per process; results are shared with the other processes of this run."""
    course = find_course(Path(__file__).parent)
    needed = {name for exercise in course.exercises for name in exercise.resources}
    resources = {"model": request.getfixturevalue("bundle_dir")} if "model" in needed else {}
    base = tmp_path_factory.getbasetemp()
    # With xdist each process has a folder below the one of the run.
    shared = (base.parent if hasattr(request.config, "workerinput") else base) / "law"
    with Grader(course, resources) as grader:
        yield Bench(grader, shared)
