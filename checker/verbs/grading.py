"""`checker grade`: judge one trainee's folder for the record, exercise by exercise, resumable."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from checker.collect import collect
from checker.course import Course, find_course
from checker.errors import Misuse
from checker.exercise import Exercise
from checker.grade import Grader
from checker.journal import Journal
from checker.report import as_text
from checker.result import Result


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a trainee's folder with NN_slug folders in it, or one such folder")
    parser.add_argument("--exercise", action="append", help="only this exercise (may be repeated)")
    parser.add_argument("--out", type=Path, help="where results and the journal are kept (default: build/grades/NAME)")
    parser.add_argument("--profile", help="count the tiers of this profile of the course")
    parser.add_argument(
        "--seed", type=int, default=None, help="the same inputs for every run; default: fresh ones, recorded"
    )
    parser.add_argument("--json", action="store_true", help="the results as JSON")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    found = hand_ins(course, arguments.folder, arguments.exercise)
    out = arguments.out or course.root / "build" / "grades" / arguments.folder.resolve().name
    journal = Journal(out)
    results = []
    with Grader(course) as grader, journal.locked():
        for slug in journal.in_flight():
            print(f"{slug}: an earlier run ended before its result; not graded then, judged again now", file=sys.stderr)
        for number, (exercise, folder) in enumerate(found, start=1):
            results.append(_graded(grader, journal, exercise, folder, arguments))
            print(f"[{number} of {len(found)}] {exercise.slug}", file=sys.stderr, flush=True)
    _print(results, arguments)
    print(f"results: {out}", file=sys.stderr)
    return max(result.exit_code for result in results)


def hand_ins(course: Course, folder: Path, only: list[str] | None) -> list[tuple[Exercise, Path]]:
    """The exercises that a folder holds. Raises Misuse when it holds none."""
    if not folder.is_dir():
        raise Misuse(f"There is no folder {str(folder)!r}.", "checker grade work")
    wanted = [course.exercise(name) for name in only] if only else list(course.exercises)
    if folder.resolve().name in {exercise.slug for exercise in wanted}:
        return [(course.exercise(folder.resolve().name), folder)]
    found = [(exercise, folder / exercise.slug) for exercise in wanted if (folder / exercise.slug).is_dir()]
    if not found:
        slugs = ", ".join(exercise.slug for exercise in wanted)
        raise Misuse(f"The folder {str(folder)!r} holds none of: {slugs}.", "checker grade work")
    return found


def _graded(
    grader: Grader, journal: Journal, exercise: Exercise, folder: Path, arguments: argparse.Namespace
) -> Result:
    key = {
        "exercise": exercise.slug, "submission": collect(exercise, folder).digest, "checks": exercise.checks_digest(),
        "profile": arguments.profile or "", "seed": arguments.seed,
    }  # fmt: skip
    kept = journal.finished(key)
    if kept:
        return kept
    journal.begin(key)
    result = grader.grade(exercise, folder, seed=arguments.seed, profile=arguments.profile)
    journal.finish(key, result)
    return result


def _print(results: list[Result], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps([result.to_dict() for result in results], indent=1))
        return
    for result in results:
        print(as_text(result, color=sys.stdout.isatty()), end="\n\n")
    print(f"total: {sum(r.score for r in results)} of {sum(r.max for r in results)} points")
