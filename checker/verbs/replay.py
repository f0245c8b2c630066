"""`checker replay`: a recorded run of an exercise, the one nearest to the trainee's own work."""

from __future__ import annotations

import argparse
from typing import Any

from checker.course import Course, find_course
from checker.exercise import Exercise
from checker.recorded import RecordedRun, Recording, as_text, choose, find
from checker.state import load_state
from checker.verbs.target import exercise_here, read_target


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", help="exercise (3 or 03_dockerfile); default: the folder you are in")
    parser.add_argument("case", nargs="?", help="which recorded case, such as build; default: the first")
    parser.add_argument("--of", help="of which files: starter, solution, or a wrong answer by name")
    parser.add_argument("--list", action="store_true", help="list what was recorded, a line each")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    exercise = read_target(course, exercise_here(course, arguments.target)).exercise
    recording = find(course, exercise, arguments.case)
    if arguments.list:
        for one in recording.runs:
            print(f"{recording.case:<10}{one.of:<28}{one.says}".rstrip())
        return 0
    print(as_text(*replayed(course, exercise, arguments.case, arguments.of)))
    return 0


def replayed(course: Course, exercise: Exercise, case: str | None, of: str | None) -> tuple[Recording, RecordedRun]:
    """The recording and the run that is shown."""
    recording = find(course, exercise, case)
    return recording, choose(recording, of, last_rows(course, exercise))


def last_rows(course: Course, exercise: Exercise) -> list[dict[str, Any]]:
    """What the last check of the trainee's own files said; nothing when there was none."""
    folder = course.work / exercise.slug
    rows: list[dict[str, Any]] = load_state(folder).last.get("rows", []) if folder.is_dir() else []
    return rows
