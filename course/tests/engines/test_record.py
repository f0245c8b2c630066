"""Recording: what exercise.toml asks for, run over every target, cleaned, and the same the second time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from checker import recorded
from checker.course import find_course
from checker.law.case import read_case
from checker.law.recordings import recordings_are_current
from course.engines import record

MINI = Path(__file__).parents[1] / "data" / "mini_course"
# An id as engines draw them: Docker draws again where one has digits alone.
PLAN = """
[record.run]
says = "What sh says."
engine = "shell"
of = ["starter", "solution", "wrong/*"]
run = ["pwd; cat app.py; date -u; head -c 32 /dev/urandom | sha256sum | cut -c1-10 | sed s/^/4f/", "exit 3"]
after = ["rm app.py"]
"""


@pytest.fixture
def course(tmp_path):
    """The miniature course with a starter, a finder of a shell and one case to record."""
    shutil.copytree(MINI, tmp_path / "mini", ignore=shutil.ignore_patterns("__pycache__"))
    root = tmp_path / "mini"
    table = (
        (root / "pyproject.toml").read_text().replace("[tool.checker]", '[tool.checker]\nengines = ["finder.py"]', 1)
    )
    (root / "pyproject.toml").write_text(table)
    (root / "finder.py").write_text(f"print({json.dumps(json.dumps({'found': True, 'version': '5.2'}))})")
    folder = root / "exercises" / "01_greeting"
    shutil.copytree(folder / "solution", folder / "starter")
    with (folder / "exercise.toml").open("a") as file:
        file.write(PLAN)
    return find_course(root)


def test_a_second_recording_is_the_same_and_the_law_takes_it(course):
    case = read_case(course.exercise(1))
    plan = recorded.plans(course.exercise(1))["run"]

    assert record._record(course, case, plan) == 0
    path = course.root / "recorded" / "01_greeting" / "run.json"
    first = path.read_text()
    assert record._record(course, case, plan) == 0

    assert path.read_text() == first
    assert recordings_are_current(case) == []


def test_a_recording_holds_no_answer_and_no_folder(course):
    case = read_case(course.exercise(1))
    (course.exercise(1).starter / "app.py").write_text("nothing = 1\n")
    plan = recorded.plans(course.exercise(1))["run"]

    record._record(course, case, plan)

    found = recorded.find(course, course.exercise(1), "run")
    steps = next(run for run in found.runs if run.of == "solution").steps
    assert steps[0].output.splitlines()[0] == "."
    assert record.MASK in steps[0].output
    assert [step.exit_code for step in steps] == [0, 3]
    wrong = next(run for run in found.runs if run.of.startswith("wrong/"))
    assert wrong.says and wrong.loses


def prepared(course, *before):
    path = course.exercise(1).folder / "exercise.toml"
    path.write_text(path.read_text().replace('run = ["pwd', f'before = {json.dumps(before)}\nrun = ["pwd'))
    found = {"found": True, "version": "5.2", "facts": {"load": "echo loaded"}}
    (course.root / "finder.py").write_text(f"print({json.dumps(json.dumps(found))})")
    course = find_course(course.root)
    return course, read_case(course.exercise(1)), recorded.plans(course.exercise(1))["run"]


def test_what_prepares_a_run_knows_engine_and_exercise_and_is_not_recorded(course):
    plain = recorded.plans(course.exercise(1))["run"].digest({})
    course, case, plan = prepared(course, "$ENGINE_LOAD > app.py", "test -f $EXERCISE/exercise.toml")

    record._record(course, case, plan)

    steps = recorded.find(course, course.exercise(1), "run").runs[0].steps
    assert [step.command for step in steps] == list(plan.run)
    assert steps[0].output.splitlines()[1] == "loaded"
    assert plan.digest({}) != plain


def test_a_preparation_that_fails_is_no_recording(course, capsys, monkeypatch):
    course, *_ = prepared(course, "echo no room >&2; exit 7")
    monkeypatch.setattr(record, "ROOT", course.root)

    assert record.main(["1"]) == 1

    assert capsys.readouterr().err == "error: 01_greeting run: 'echo no room >&2; exit 7' ended with 7:\nno room\n"
    assert not (course.root / "recorded").exists()


def test_without_the_engine_nothing_is_written(course, capsys):
    said = {"found": False, "needed": "No shell answers. Start one."}
    (course.root / "finder.py").write_text(f"print({json.dumps(json.dumps(said))})")
    case = read_case(course.exercise(1))

    assert record._record(course, case, recorded.plans(course.exercise(1))["run"]) == 1

    assert capsys.readouterr().err == "01_greeting run: not recorded. No shell answers. Start one.\n"
    assert not (course.root / "recorded").exists()
