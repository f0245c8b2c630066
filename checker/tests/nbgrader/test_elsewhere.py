"""A hand-in may lie outside the course: CHECKER_COURSE says which one it belongs to."""

import pytest

from checker.course import find_course
from checker.errors import Misuse


def test_the_course_that_is_named_is_found_from_anywhere(mini, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("CHECKER_COURSE", str(mini.root))

    assert find_course().root == mini.root.resolve()


def test_a_folder_that_is_given_wins(mini, monkeypatch):
    monkeypatch.setenv("CHECKER_COURSE", "/nowhere")

    assert find_course(mini.root).root == mini.root.resolve()


def test_a_folder_without_a_course_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_COURSE", str(tmp_path))

    with pytest.raises(Misuse) as raised:
        find_course()

    assert str(raised.value) == (
        f"No course found at '{tmp_path}' or above: no pyproject.toml there has a table [tool.checker]."
    )
