"""`checker verify` names every grade on which nbgrader and the record disagree, and why."""

import json
import shutil

import pytest

from checker.cli import main
from checker.course import find_course
from checker.nbgrader.record import grade_all, open_gradebook
from checker.nbgrader.room import room
from checker.nbgrader.stage import stage

from .conftest import HAND_INS, MINI, SLUG, autograded, hand_in_of

# Importing nbgrader takes seconds.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def graded_once(tmp_path_factory, gradebook):
    """All three are graded once; every test changes a copy."""
    root = tmp_path_factory.mktemp("graded") / "mini"
    shutil.copytree(MINI, root)
    where = room(find_course(root))
    stage(where)
    for student, files in HAND_INS.items():
        hand_in_of(where, student, files)
    shutil.copyfile(gradebook, where.gradebook)
    list(grade_all(where))
    autograded(where, "right", {"task-1": 2.0, "task-2": 3.0})
    autograded(where, "half", {"task-1": 2.0, "task-2": 0.0})
    return where.course.root


@pytest.fixture
def graded(graded_once, tmp_path, monkeypatch):
    shutil.copytree(graded_once, tmp_path / "mini")
    monkeypatch.chdir(tmp_path / "mini")
    return room(find_course())


def test_equal_grades_are_counted(graded, capsys):
    assert main(["verify"]) == 0

    assert capsys.readouterr().out == "6 grades compared, 0 differ\n"


@pytest.mark.parametrize("output", ["nan", "-1.0", "a text"])
def test_what_nbgrader_pays_in_full_is_named(graded, capsys, output):
    autograded(graded, "untouched", {"task-1": 0.0, "task-2": output})

    assert main(["verify"]) == 1

    assert capsys.readouterr().out == (
        "untouched  01_greeting  task 2: record 0, nbgrader 3, gradebook 0\n"
        "6 grades compared, 1 differ\n"
        "The gradebook holds the record. next: checker nbgrader run export\n"
    )


def test_points_lost_to_a_warning_are_named_with_their_reason(graded, capsys):
    path = graded.autograded("right", graded.course.exercise(1))
    path.unlink()
    path.parent.rmdir()
    autograded(graded, "right", {"task-1": "stderr", "task-2": "error"})

    assert main(["verify"]) == 1

    assert capsys.readouterr().out == (
        "right  01_greeting  task 1: record 2, nbgrader 0, gradebook 2 "
        "(its cell wrote to stderr, which nbgrader takes for a failure)\n"
        "right  01_greeting  task 2: record 3, nbgrader 0, gradebook 3 (its cell ended with KeyError)\n"
        "6 grades compared, 2 differ\n"
        "The gradebook holds the record. next: checker nbgrader run export\n"
    )


def test_a_gradebook_that_was_written_to_is_named(graded, capsys):
    with open_gradebook(graded) as gradebook:
        gradebook.find_grade("task-2", SLUG, SLUG, "half").manual_score = 500
        gradebook.db.commit()

    assert main(["verify"]) == 1

    assert capsys.readouterr().out == (
        "half  01_greeting  task 2: record 0, nbgrader 0, gradebook 500\n"
        "6 grades compared, 1 differ\n"
        "next: checker nbgrader grade, which writes the record to the gradebook\n"
    )


def test_a_hand_in_without_a_record_is_named(booked, monkeypatch, capsys):
    autograded(booked, "right", {"task-1": 2.0, "task-2": 3.0})
    monkeypatch.chdir(booked.course.root)

    assert main(["verify", "--json"]) == 1

    rows = json.loads(capsys.readouterr().out)
    assert rows[2] == {
        "student": "right", "exercise": SLUG, "task": 1, "record": None, "nbgrader": 2.0, "gradebook": None, "why": "",
        "same": False,
    }  # fmt: skip


def test_nothing_to_compare_is_said(staged, monkeypatch, capsys):
    monkeypatch.chdir(staged.course.root)

    assert main(["verify"]) == 2

    assert capsys.readouterr().err == (
        f"error: Nothing is handed in: '{staged.root}/submitted' holds no folder TRAINEE/NN_slug.\n"
        "try: checker nbgrader run collect NN_slug\n"
    )
