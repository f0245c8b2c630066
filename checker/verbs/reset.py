"""`checker reset`: the starter again; nothing of the trainee's is thrown away."""

from __future__ import annotations

import argparse
import shutil
import time

from checker.course import find_course
from checker.state import load_state
from checker.verbs.start import start
from checker.verbs.target import exercise_here, read_target, work_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", help="exercise; default: the folder you are in")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    exercise = read_target(course, exercise_here(course, arguments.target)).exercise
    folder = work_folder(course, exercise)
    backup = course.work / "backup" / f"{exercise.slug}-{time.strftime('%Y%m%d-%H%M%S')}"
    number = 1
    while backup.exists():
        number += 1
        backup = backup.with_name(f"{backup.name}-{number}")
    state = load_state(folder)
    backup.mkdir(parents=True)
    # What is in the folder moves, the folder stays: a terminal may stand in it, and would move along.
    for path in sorted(folder.iterdir()):
        shutil.move(path, backup / path.name)
    start(course, exercise)
    # The seed and what was helped stay: a reset is no way to a new draw.
    state.last = {}
    state.save()
    print(f"{exercise.slug}: the starter is back; your files are in {backup.relative_to(course.root)}")
    print(f"next: checker check {int(exercise.number)}")
    return 0
