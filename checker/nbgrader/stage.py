"""Stages nbgrader's source: the starter, its notebook with one locked graded cell per task, and the settings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from checker.exercise import Exercise
from checker.nbgrader.room import Room, cell_name, task_points

LITTER = ("__pycache__", "*.pyc", ".ipynb_checkpoints", ".checker.json")
EMPTY = {
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}
INTRODUCTION = """## Points

The cells below count the points of your files, a cell per task. They cannot be changed."""
SETTINGS = '''\
"""nbgrader for this course. Written by `checker nbgrader stage`; an edit here is lost."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.course_id = {course_id!r}
# The default, /usr/local/share/nbgrader/exchange, is writable for nobody.
c.Exchange.root = {exchange!r}
# What a trainee hands in stays; every other file is put back as it was given out.
c.Autograde.exclude_overwriting = {kept}
# A graded cell starts a checking process; the default of 30 s is too short on a busy machine.
c.Execute.timeout = 300
'''


def stage(room: Room) -> list[str]:
    """Write source/ and the settings anew; submissions, gradebook and records stay. Returns what was staged."""
    staged = []
    for exercise in room.course.all:
        folder = room.source(exercise)
        shutil.rmtree(folder, ignore_errors=True)
        _stage(room, exercise, folder)
        staged.append(exercise.slug)
    for stale in sorted(room.root.glob("source/*")):
        if stale.name not in staged:
            shutil.rmtree(stale)
    (room.root / "nbgrader_config.py").write_text(_settings(room), encoding="utf-8")
    return staged


def _stage(room: Room, exercise: Exercise, folder: Path) -> None:
    shutil.copytree(exercise.starter, folder, ignore=shutil.ignore_patterns(*LITTER))
    for one in exercise.whole:
        if one.exercise and not (folder / one.name).exists():
            shutil.copyfile(room.course.exercise(one.exercise).starter / one.name, folder / one.name)
    for name in exercise.resources:
        given = room.course.resource(name)
        if given.is_dir():
            shutil.copytree(given, folder / name)
    brief = exercise.folder / "README.md"
    if brief.is_file():
        shutil.copyfile(brief, folder / "README.md")
    path = folder / exercise.notebook
    notebook: dict[str, Any] = {**EMPTY, "cells": []}
    if path.is_file():
        notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += graded_cells(exercise, task_points(room.course, exercise))
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def graded_cells(exercise: Exercise, points: dict[int, int]) -> list[dict[str, Any]]:
    """A heading and one locked cell per task; the cell's value is the task's points."""
    head = {"cell_type": "markdown", "id": "points", "source": INTRODUCTION, "metadata": _locked("points")}
    return [head, *(_graded_cell(exercise, task, value) for task, value in points.items())]


def _graded_cell(exercise: Exercise, task: int, points: int) -> dict[str, Any]:
    # The last expression is a number from 0 to `points`: nbgrader pays in full for NaN, a negative or no value.
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_name(task),
        "metadata": _locked(cell_name(task), points=points),
        "outputs": [],
        "source": f'from checker.notebook import score\n\nscore("{exercise.number}", {task})',
    }


def _locked(name: str, *, points: int | None = None) -> dict[str, Any]:
    table = {
        "grade": points is not None, "grade_id": name, "locked": True, "schema_version": 3, "solution": False,
        "task": False,
    }  # fmt: skip
    return {"deletable": False, "editable": False, "nbgrader": table | ({} if points is None else {"points": points})}


def _settings(room: Room) -> str:
    kept = {exercise.slug: list(exercise.hand_in) for exercise in room.course.all}
    return SETTINGS.format(course_id=room.course_id, exchange=str(room.exchange), kept=json.dumps(kept, indent=4))
