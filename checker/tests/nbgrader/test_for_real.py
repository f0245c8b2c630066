"""nbgrader itself, from the assignment to the export: four ways to a grade, and they agree; and its panels in Lab."""

import csv
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from checker.cli import main
from checker.nbgrader.compare import compare
from checker.verbs.nbgrader import surroundings

from .conftest import HAND_INS, POINTS, SLUG, hand_in_of

# The exchange knows a trainee by the name of who runs the program; nbgrader itself takes 2 s to import and ask.
ME = pwd.getpwuid(os.getuid()).pw_name
STUDENTS = {ME if name == "half" else name: files for name, files in HAND_INS.items()}
EARNED = {ME if name == "half" else name: points for name, points in POINTS.items()}
# One process for what would be seven of `checker nbgrader run`: importing nbgrader takes most of their time.
DRIVER = """
import json, os, sys
from pathlib import Path
from nbgrader import apps
slug, exchange, desk, files = sys.argv[1:]
def run(app, *words):
    app.initialize(list(words))
    app.start()
run(apps.ReleaseAssignmentApp(), slug)
school = os.getcwd()
os.chdir(desk)
told = ("--CourseDirectory.course_id=course", f"--Exchange.root={exchange}", f"--Exchange.cache={desk}/cache")
run(apps.FetchAssignmentApp(), slug, *told)
for name, text in json.loads(files).items():
    (Path(slug) / name).write_text(text)
run(apps.SubmitApp(), slug, *told)
os.chdir(school)
run(apps.CollectApp(), slug)
run(apps.AutogradeApp(), slug)
run(apps.GenerateFeedbackApp(), slug)
run(apps.ExportApp())
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
        if student != "half":
            hand_in_of(where, student, files)
    # What that one writes is handed out, fetched, handed in and collected as nbgrader does it.
    where.exchange.mkdir(parents=True)
    desk = tmp_path_factory.mktemp("desk")
    words = [SLUG, str(where.exchange), str(desk), json.dumps(HAND_INS["half"])]
    subprocess.run([sys.executable, "-c", DRIVER, *words], cwd=where.root, env=surroundings(where), check=True)
    return where


@pytest.mark.full
@pytest.mark.timeout(600)
def test_notebook_terminal_nbgrader_and_gradebook_agree(school, monkeypatch, capsys):
    monkeypatch.chdir(school.course.root)
    before = compare(school)
    terminal = {student: in_the_terminal(school, student, capsys) for student in EARNED}

    assert main(["nbgrader", "grade"]) == 0
    assert main(["verify"]) == 0

    assert {student: in_the_notebook(school, student) for student in EARNED} == EARNED
    assert terminal == EARNED
    assert {(one.student, one.task): one.nbgrader for one in before} == flat(EARNED)
    assert {(one.student, one.task): one.gradebook for one in compare(school)} == flat(EARNED)
    assert exported(school) == {student: sum(points) for student, points in EARNED.items()}
    assert all((school.root / "feedback" / student / SLUG / f"{SLUG}.html").is_file() for student in EARNED)


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


# -- in Lab ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def lab(school, tmp_path_factory):
    """The address of the instructor's Lab, as `checker nbgrader lab` opens it."""
    own = tmp_path_factory.mktemp("jupyter")
    kept = {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    known = {"JUPYTER_TOKEN": "told", "JUPYTER_PLATFORM_DIRS": "1"}
    with (own / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "checker", "nbgrader", "lab", "--no-browser", "--port", "0"],
            cwd=school.course.root, env=os.environ | kept | known, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        limit = time.monotonic() + 200
        while not (found := list((own / "RUNTIME").glob("jpserver-*.json"))) and time.monotonic() < limit:
            assert process.poll() is None, (own / "log").read_text()
            time.sleep(0.05)
        yield json.loads(found[0].read_text())["url"]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def asked(lab, path):
    with urllib.request.urlopen(f"{lab}{path}{'&' if '?' in path else '?'}token=told", timeout=200) as reply:
        return reply.read().decode()


@pytest.mark.full
@pytest.mark.timeout(600)
def test_formgrader_and_the_panels_show_the_record_in_lab(school, lab, monkeypatch):
    monkeypatch.chdir(school.course.root)
    assert main(["nbgrader", "grade"]) == 0

    rows = json.loads(asked(lab, f"formgrader/api/submissions/{SLUG}"))
    listed = json.loads(asked(lab, "assignments?course_id=course"))

    assert {one["student"]: one["score"] for one in rows} == {
        student: sum(points) for student, points in EARNED.items()
    }
    assert {one["needs_manual_grade"] for one in rows} == {False}
    # A folder that formgrader cannot work in has a page of its own, which says so.
    assert "manage_assignments.js" in asked(lab, "formgrader/manage_assignments")
    assert [(one["assignment_id"], one["status"]) for one in listed["value"]] == [(SLUG, "released")]
    assert "@jupyter/nbgrader" in asked(lab, "lab")
