"""Grades exercise 1's starter and its solution, and prints the points as JSON; runs in .venv, for `proof`."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from checker.course import Course, find_course
from checker.exercise import Exercise
from checker.grade import Grader
from checker.observed import fill_in, observed_answers

# What a folder without a trainee's state is taken to have; the solution's observed answers depend on it.
SEED = 1


def points(course: Course, exercise: Exercise, folder: Path) -> dict[str, list[int]]:
    """Points and maximum of both. `folder` is a scratch folder."""
    shutil.copytree(exercise.starter, folder / "starter")
    shutil.copytree(exercise.folder / "solution", folder / "solution")
    answers = folder / "solution" / "answers.toml"
    if answers.exists():
        filled = fill_in(answers.read_text(encoding="utf-8"), observed_answers(course, exercise, SEED))
        answers.write_text(filled, encoding="utf-8")
    with Grader(course) as grader:
        results = {name: grader.grade(exercise, folder / name) for name in ("starter", "solution")}
    return {name: [result.score, result.max] for name, result in results.items()}


def main() -> int:
    course = find_course(Path(__file__))
    with tempfile.TemporaryDirectory() as folder:
        json.dump(points(course, course.exercise(1), Path(folder)), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
