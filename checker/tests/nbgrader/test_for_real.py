"""nbgrader itself, from the assignment to the export: four ways to a grade, and they agree."""

import csv
import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from checker.cli import main
from checker.nbgrader.compare import compare
from checker.verbs.nbgrader import surroundings

from .conftest import HAND_INS, POINTS, SLUG, hand_in_of

# One process for what would be three of `checker nbgrader run`: importing nbgrader takes most of their time.
DRIVER = f"""
from nbgrader.apps import AutogradeApp, ExportApp, GenerateFeedbackApp
for app in (AutogradeApp(), GenerateFeedbackApp(), ExportApp()):
    app.initialize([] if isinstance(app, ExportApp) else [{SLUG!r}])
    app.start()
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A course in which three made trainees went all the way through nbgrader; where it lies and what grade said."""
    from checker.course import find_course
    from checker.nbgrader.room import room
    from checker.nbgrader.stage import stage

    from .conftest import MINI

    root = tmp_path_factory.mktemp("school") / "mini"
    shutil.copytree(MINI, root)
    where = room(find_course(root))
    stage(where)
    # As in a shell where the environment was not activated: its programs are not on the PATH.
    bare = {**os.environ, "PATH": "/usr/bin:/bin"}
    words = [sys.executable, "-m", "checker", "nbgrader", "run", "generate_assignment", SLUG]
    subprocess.run(words, cwd=root, env=bare, capture_output=True, check=True)
    for student, files in HAND_INS.items():
        shutil.rmtree(where.root / "submitted" / student, ignore_errors=True)
        hand_in_of(where, student, files)
    subprocess.run([sys.executable, "-c", DRIVER], cwd=where.root, env=surroundings(where), check=True)
    return where


@pytest.mark.full
@pytest.mark.timeout(600)
def test_notebook_terminal_nbgrader_and_gradebook_agree(school, monkeypatch, capsys):
    monkeypatch.chdir(school.course.root)
    before = compare(school)
    terminal = {student: in_the_terminal(school, student, capsys) for student in POINTS}

    assert main(["nbgrader", "grade"]) == 0
    assert main(["verify"]) == 0

    assert {student: in_the_notebook(school, student) for student in POINTS} == POINTS
    assert terminal == POINTS
    assert {(one.student, one.task): one.nbgrader for one in before} == flat(POINTS)
    assert {(one.student, one.task): one.gradebook for one in compare(school)} == flat(POINTS)
    assert exported(school) == {student: sum(points) for student, points in POINTS.items()}
    assert all((school.root / "feedback" / student / SLUG / f"{SLUG}.html").is_file() for student in POINTS)


def flat(points):
    return {(student, task): value for student, both in points.items() for task, value in enumerate(both, start=1)}


def in_the_notebook(where, student):
    """What `score` returned in the graded cells."""
    book = nbformat.read(where.autograded(student, where.course.exercise(1)), as_version=4)
    cells = [cell for cell in book.cells if cell.metadata.nbgrader.grade]
    return tuple(float(cell.outputs[-1]["data"]["text/plain"]) for cell in cells)


def in_the_terminal(where, student, capsys):
    main(["check", "1", "--json", "--folder", str(where.root / "submitted" / student / SLUG)])
    rows = json.loads(capsys.readouterr().out)["rows"]
    return tuple(sum(row["earned"] for row in rows if row["task"] == task) for task in (1, 2))


def exported(where):
    with (where.root / "grades.csv").open() as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
