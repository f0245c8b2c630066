"""Exercise 1 through nbgrader with its real notebook: three made trainees, and every grade agrees."""

import csv
import json
import shutil
import subprocess
import sys

import pytest

from checker.course import find_course
from checker.exercise import Exercise
from checker.markers import derive, put_in_place, regions
from checker.observed import fill_in, observed_answers
from course.build.sync import ROOT

SLUG = "01_prediction_endpoint"


def run(root, *words):
    argv = [sys.executable, "-m", "checker", *words, "--root", str(root)]
    if words[:2] == ("nbgrader", "run"):
        argv = [*argv[:5], "--root", str(root), *words[2:]]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def handed_in(exercise: Exercise, how: str, name: str) -> str:
    starter = (exercise.starter / name).read_text()
    solution = (exercise.folder / "solution" / name).read_text()
    if how == "untouched" or (how == "half" and name != "app.py"):
        return starter
    if how == "half":
        first, second = sorted(regions(solution))[:2]
        return put_in_place(put_in_place(starter, solution, first), solution, second)
    answer = derive(solution, name)[1]
    # A folder without a state file is judged with seed 1.
    return fill_in(answer, observed_answers(find_course(ROOT), exercise, 1)) if name == "answers.toml" else answer


@pytest.mark.full
@pytest.mark.twice_a_week(0)
@pytest.mark.timeout(1800)
def test_exercise_1_gets_the_same_grades_from_nbgrader_and_checker(tmp_path):
    exercise = find_course(ROOT).exercise(SLUG)
    run(tmp_path, "nbgrader", "stage")
    run(tmp_path, "nbgrader", "run", "generate_assignment", SLUG)
    for how in ("right", "half", "untouched"):
        folder = tmp_path / "submitted" / how / SLUG
        shutil.copytree(tmp_path / "release" / SLUG, folder)
        for name in exercise.hand_in:
            (folder / name).write_text(handed_in(exercise, how, name))

    run(tmp_path, "nbgrader", "run", "autograde", SLUG)
    run(tmp_path, "nbgrader", "grade")
    rows = json.loads(run(tmp_path, "verify", "--json"))
    run(tmp_path, "nbgrader", "run", "export")

    assert len(rows) == 3 * len(exercise.tasks)
    assert all(row["record"] == row["nbgrader"] == row["gradebook"] for row in rows)
    with (tmp_path / "grades.csv").open() as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert scores["untouched"][0] == 0 < scores["half"][0] < scores["right"][0] == scores["right"][1]
