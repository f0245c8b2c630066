"""The checker's grade is the record, and it stands in nbgrader's gradebook."""

import json
import shutil

import pytest

from checker.cli import main
from checker.errors import Misuse
from checker.nbgrader.record import grade_all, open_gradebook

from .conftest import POINTS, SLUG, hand_in_of

# Importing nbgrader takes seconds.
pytestmark = pytest.mark.slow


def in_gradebook(where, student):
    with open_gradebook(where) as gradebook:
        grades = [gradebook.find_grade(f"task-{task}", SLUG, SLUG, student) for task in (1, 2)]
        return tuple(grade.score for grade in grades)


def test_the_grades_of_all_stand_in_the_gradebook(booked, monkeypatch, capsys):
    monkeypatch.chdir(booked.course.root)

    assert main(["nbgrader", "grade"]) == 0

    assert capsys.readouterr().out == (
        "half  01_greeting  2 of 5\nright  01_greeting  5 of 5\nuntouched  01_greeting  0 of 5\n"
        "next: checker verify, then checker nbgrader run export\n"
    )
    assert {student: in_gradebook(booked, student) for student in POINTS} == POINTS


def test_a_record_is_kept_and_not_made_twice(booked):
    first = [graded.result for graded in grade_all(booked)]
    kept = json.loads((booked.records / "half" / f"{SLUG}.json").read_text())

    assert [graded.result for graded in grade_all(booked)] == first
    assert kept["result"]["score"] == 2


def test_points_entered_by_hand_are_kept_and_told(booked):
    list(grade_all(booked))
    with open_gradebook(booked) as gradebook:
        gradebook.find_grade("task-2", SLUG, SLUG, "half").manual_score = 500
        gradebook.db.commit()

    half = next(graded for graded in grade_all(booked) if graded.student == "half")

    assert half.notes == ("task 2 has points entered by hand, which count instead; they were kept",)
    assert in_gradebook(booked, "half") == (2, 500)


def test_a_folder_without_any_of_the_files_gets_no_grade(booked, monkeypatch, capsys):
    folder = hand_in_of(booked, "absent", {})
    for name in ("greeting.py", "answers.toml"):
        (folder / name).unlink()
    monkeypatch.chdir(booked.course.root)

    assert main(["nbgrader", "grade"]) == 1

    assert capsys.readouterr().out.splitlines()[0] == (
        f"absent  01_greeting  The folder '{folder}' holds nothing of exercise 01. "
        "It hands in: greeting.py, answers.toml."
    )


def test_a_check_that_breaks_writes_no_grade(booked):
    list(grade_all(booked))
    checks = booked.course.exercise(1).checks / "test_01_greeting.py"
    checks.write_text(checks.read_text().replace("reply = submission", "1 / 0\n    reply = submission"))

    right = next(graded for graded in grade_all(booked) if graded.student == "right")

    assert right.problem == "A check could not be run, so no grade was written."
    assert in_gradebook(booked, "right") == (2, 3)


def test_nothing_handed_in_is_said(staged):
    with pytest.raises(Misuse) as raised:
        list(grade_all(staged))

    assert str(raised.value) == f"Nothing is handed in: '{staged.root}/submitted' holds no folder TRAINEE/NN_slug."
    assert raised.value.next_step == "checker nbgrader run collect NN_slug"


def test_a_missing_gradebook_is_said(handed_in):
    with pytest.raises(Misuse) as raised:
        list(grade_all(handed_in))

    assert str(raised.value) == f"There is no gradebook '{handed_in.root}/gradebook.db' yet."
    assert raised.value.next_step == "checker nbgrader stage, then checker nbgrader run generate_assignment NN_slug"


def test_a_gradebook_of_other_points_is_refused(booked):
    checks = booked.course.exercise(1).checks / "test_01_greeting.py"
    checks.write_text(checks.read_text().replace("points=2", "points=4"))

    with pytest.raises(Misuse) as raised:
        list(grade_all(booked))

    assert str(raised.value) == (
        "The gradebook knows 01_greeting as task-1 2, task-2 3, the checks count task-1 4, task-2 3."
    )
    assert raised.value.next_step == (
        "checker nbgrader stage, then checker nbgrader run generate_assignment 01_greeting --force"
    )


def test_an_assignment_that_nbgrader_does_not_know_is_refused(booked):
    shutil.copytree(booked.course.exercises_folder / SLUG, booked.course.exercises_folder / "02_greeting")
    (booked.root / "submitted/half/02_greeting").mkdir()
    (booked.root / "submitted/half/02_greeting/greeting.py").write_text("")

    with pytest.raises(Misuse) as raised:
        list(grade_all(type(booked)(type(booked.course)(booked.course.root, booked.course.table), booked.root)))

    assert str(raised.value) == "The gradebook knows 02_greeting as nothing, the checks count task-1 2, task-2 3."
