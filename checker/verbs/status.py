"""`checker status`: what is done and what comes next, over all exercises and the final project."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checker.catalog import declared_checks
from checker.collect import collect
from checker.course import Course, find_course
from checker.errors import NothingHandedIn
from checker.exercise import Exercise
from checker.state import begun, broken_guards, load_state


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--times", action="store_true", help="minutes to each task that is whole, since the one before it"
    )


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    rows = progress(course)
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        print(f"{row['number']}  {row['title']:<28}{row['state']}")
        if arguments.times:
            for task, minutes in row["minutes"].items():
                print(f"      task {task}: {minutes:.0f} min")
    print(f"next: {_next(rows, course.work.relative_to(course.root).as_posix())}")
    return 0


def progress(course: Course) -> list[dict[str, Any]]:
    """One row per exercise and the final project: number, slug, title, state in words, score, max, minutes per task."""
    rows = []
    for exercise in course.all:
        folder = course.work / exercise.slug
        started = folder.is_dir()
        state = load_state(folder) if started else None
        last = state.last if state else {}
        most = _most(course, exercise, last)
        minutes = state.minutes() if state else {}
        touched = started and begun(exercise, folder, last)
        changed = _changed(exercise, folder, last)
        rows.append({
            "number": exercise.number, "slug": exercise.slug, "title": exercise.title, "started": started,
            "begun": touched,
            # The project has no notebook.
            "page": "README.md" if exercise is course.project else exercise.notebook,
            "score": last.get("score", 0), "max": most if last else 0, "minutes": minutes,
            "state": _in_words(touched, last, most, changed), "broken": len(broken_guards(last)), "changed": changed,
            "helped": dict(state.helped) if state else {},
        })  # fmt: skip
    return rows


def _most(course: Course, exercise: Exercise, last: dict[str, Any]) -> int:
    """The points of all tasks in the profile of the last check, also when that was of one task alone."""
    tiers = course.tiers(last.get("profile"))
    return sum(check.points for check in declared_checks(exercise).values() if check.tier in tiers)


def _changed(exercise: Exercise, folder: Path, last: dict[str, Any]) -> list[str]:
    """The files that are others by now than in the last check."""
    then: dict[str, str] = last.get("submission", {}).get("files", {})
    try:
        now = collect(exercise, folder).digests if then else {}
    except NothingHandedIn:
        now = {}
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def _in_words(touched: bool, last: dict[str, Any], most: int, changed: Sequence[str] = ()) -> str:
    """`make start` lays every exercise into work/: one whose files are as they were given is not begun."""
    if not touched:
        return "not begun"
    if not last:
        return "begun, not checked yet"
    broken = len(broken_guards(last))
    said = f"{last['score']} of {most} points" + (f", {broken} guard{'s' * (broken > 1)} broken" if broken else "")
    if changed:
        said += f"; changed since: {changed[0] if len(changed) == 1 else f'{len(changed)} files'}"
    return said


def _next(rows: list[dict[str, Any]], work: str) -> str:
    for row in rows:
        number = int(row["number"])
        if not row["started"]:
            return f"checker start {number}"
        if not row["begun"]:
            return f"read {work}/{row['slug']}/README.md, then run: checker check {number}"
        if not row["max"] or row["score"] < row["max"] or row["broken"] or row["changed"]:
            return f"checker check {number}"
    return "all done"
