"""Modules of one folder of checks find each other, and no other exercise's."""

from __future__ import annotations

import pytest

from checker import read_hints, sibling
from checker.errors import ExerciseFault


@pytest.fixture
def checks(tmp_path):
    """Folders of checks of two exercises, each with a module of the same name."""
    folders = [tmp_path / name / "checks" for name in ("91_one", "92_two")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "asking.py").write_text(f"NAME = {folder.parent.name!r}\nLIST = []\n")
        (folder / "hints.toml").write_text('[probes]\nnudge = "n"\npointer = "p"\nexample = "e"\n')
    return folders


def test_a_sibling_is_imported_once_and_belongs_to_its_exercise(checks):
    one, two = (sibling(str(folder / "test_x.py"), "asking") for folder in checks)

    assert (one.NAME, two.NAME) == ("91_one", "92_two")
    assert sibling(str(checks[0] / "test_y.py"), "asking") is one


def test_a_sibling_that_is_not_there_is_said(checks):
    with pytest.raises(ExerciseFault) as fault:
        sibling(str(checks[0] / "test_x.py"), "askign")

    assert str(fault.value) == "checks/test_x.py asks for askign.py, which is not beside it."


def test_a_sibling_that_fails_is_asked_again_next_time(checks):
    (checks[0] / "broken.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        sibling(str(checks[0] / "test_x.py"), "broken")
    (checks[0] / "broken.py").write_text("fine = True\n")

    assert sibling(str(checks[0] / "test_x.py"), "broken").fine


def test_hints_are_three_texts_by_the_id_of_their_check(checks):
    assert read_hints(str(checks[0] / "test_x.py")) == {"probes": ("n", "p", "e")}
