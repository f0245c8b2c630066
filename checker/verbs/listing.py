"""`checker list`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from checker.course import find_course
from checker.exercise import Exercise
from checker.state import begun, load_state


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    rows = [_row(exercise, course.work / exercise.slug) for exercise in course.all]
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        points = f"{row['score']} of {row['max']}" if row["max"] else ("begun" if row["begun"] else "")
        print(f"{row['number']}  {row['title']:<28}{points:>10}   {row['summary']}")
    return 0


def _row(exercise: Exercise, folder: Path) -> dict[str, object]:
    started = folder.is_dir()
    last = load_state(folder).last if started else {}
    return {
        "number": exercise.number,
        "slug": exercise.slug,
        "title": exercise.title,
        "summary": exercise.summary,
        "started": started,
        "begun": started and begun(exercise, folder, last),
        "score": last.get("score", 0),
        "max": last.get("max", 0),
    }
