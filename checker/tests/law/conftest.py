"""A miniature course that keeps the law, to be broken one line at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.course import Course, find_course
from checker.grade import Grader
from checker.law.bench import Bench
from checker.law.case import Case, read_case

MINI = Path(__file__).parent / "data" / "mini"
Edit = Callable[[str, str, str], Case]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the miniature course."""
    shutil.copytree(MINI, tmp_path / "mini")
    return find_course(tmp_path / "mini")


@pytest.fixture
def case(course: Course) -> Case:
    return read_case(course.exercise(1))


@pytest.fixture
def edited(course: Course) -> Edit:
    """Replace a text once in one file of the exercise (a new file for an empty text), and read it again."""

    def edit(name: str, old: str, new: str) -> Case:
        path = course.exercises_folder / "01_parcel" / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert old in text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
        return read_case(find_course(course.root).exercise(1))

    return edit


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Grader(find_course(MINI)) as grader:
        yield Bench(grader, tmp_path_factory.mktemp("law"))
