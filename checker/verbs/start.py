"""`checker start`: copies starters into work/ and never overwrites what is there."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from checker.collect import STATE_FILE
from checker.course import Course, find_course
from checker.errors import Misuse
from checker.exercise import Exercise, Whole
from checker.state import begun, draw_seed, load_state


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "exercise", nargs="?", help="number or slug; without it, every exercise not in work/ yet (not the project)"
    )


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    wanted = [course.exercise(arguments.exercise)] if arguments.exercise else list(course.exercises)
    for exercise in wanted:
        new = start(course, exercise)
        folder = (course.work / exercise.slug).relative_to(course.root)
        print(f"{exercise.number}  {'copied to' if new else 'is there:'} {folder}")
    if arguments.exercise:
        print(f"next: read {folder}/README.md, then run: checker check {int(wanted[0].number)}")
    return 0


def start(course: Course, exercise: Exercise) -> bool:
    """Copy what is missing of the starter, the brief and the resources. True when the folder is new."""
    folder = course.work / exercise.slug
    new = not folder.is_dir()
    if not exercise.starter.is_dir():
        raise Misuse(f"{exercise.slug} has no starter/.", "make sync")
    folder.mkdir(parents=True, exist_ok=True)
    seeded = (folder / STATE_FILE).exists() or _touched(exercise, folder)
    for path in sorted(exercise.starter.rglob("*")):
        target = folder / path.relative_to(exercise.starter)
        if path.is_file() and "__pycache__" not in path.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for one in exercise.whole:
        if one.exercise and not (folder / one.name).exists():
            shutil.copyfile(_earlier(course, one), folder / one.name)
    for name in exercise.resources:
        source = course.resource(name)
        if source.is_dir() and not (folder / name).exists():
            shutil.copytree(source, folder / name)
    shutil.copyfile(exercise.folder / "README.md", folder / "README.md")
    state = load_state(folder)
    if not seeded:
        state.seed = draw_seed()
    state.save()
    return new


def _touched(exercise: Exercise, folder: Path) -> bool:
    """Whether somebody has worked here without a state: an answer differs, or a script wrote a file for seed 1."""
    given = {path.name for path in exercise.starter.iterdir()} | {one.name for one in exercise.whole}
    given |= {Path(name).parts[0] for name in exercise.resources} | {"README.md", "__pycache__"}
    # What is hidden is an editor's own, such as .ipynb_checkpoints.
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return begun(exercise, folder, {}) or not names <= given


def _earlier(course: Course, one: Whole) -> Path:
    """A file of another exercise: the trainee's own where that one was begun, else as it was given."""
    own = course.work / one.exercise / one.name
    return own if own.is_file() else course.exercise(one.exercise).starter / one.name
