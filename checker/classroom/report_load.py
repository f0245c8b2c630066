"""Read a graded class from its folder, as the report and the feedback show it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from checker.classroom.overrides import Override, apply, apply_to_class, read_overrides
from checker.classroom.record import ClassRun, Submission, read_class, read_result
from checker.classroom.report_data import Report, Trainee, parts
from checker.classroom.similarity import Alike, alike
from checker.collect import MAX_BYTES, STATE_FILE
from checker.course import Course
from checker.errors import NoSuchExercise
from checker.exercise import Exercise
from checker.result import Result
from checker.state import State

# A task that took longer was left open over night; in a median of thirty it says nothing.
LONGEST_MINUTES = 24 * 60


def load(course: Course, out: Path) -> Report:
    """The class with its overrides in force. Raises Misuse for what cannot be read."""
    overrides = read_overrides(out)
    run = apply_to_class(overrides, read_class(out), out)
    exercises = {slug: found for slug in (one.slug for one in run.exercises) if (found := _exercise(course, slug))}
    trainees = tuple(_trainee(out, one, exercises, overrides) for one in run.counted)
    planned = {f"{one.number}.{task.number}": task.minutes for one in exercises.values() for task in one.tasks}
    return Report(run, trainees, parts(trainees), tuple(_alike(out, run, exercises)), planned)


def _exercise(course: Course, slug: str) -> Exercise | None:
    """None for an exercise that the course has no longer: its results can be shown all the same."""
    try:
        return course.exercise(slug)
    except NoSuchExercise:
        return None


def _trainee(
    out: Path, submission: Submission, exercises: Mapping[str, Exercise], overrides: tuple[Override, ...]
) -> Trainee:
    results = {
        cell.exercise: apply(overrides, submission.id, result)
        for cell in submission.cells
        if (result := read_result(out, cell))
    }
    folders = {slug: out / "submissions" / submission.id / slug for slug in results}
    return Trainee(
        submission,
        results,
        minutes={slug: found for slug, folder in folders.items() if (found := _minutes(folder))},
        untouched=frozenset(slug for slug, result in results.items() if _untouched(exercises.get(slug), result)),
        overrides=tuple(one for one in overrides if one.submission == submission.id),
    )


def _untouched(exercise: Exercise | None, result: Result) -> bool:
    """Whether every file that was handed in is the starter's."""
    digests = result.submission["files"]
    if exercise is None or not digests:
        return False
    return all(_digest(exercise.starter / name) == digest for name, digest in digests.items())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _minutes(folder: Path) -> dict[str, float]:
    """Minutes per task by the hand-in's own state: the trainee's word, so whatever it holds is read with care."""
    path = folder / STATE_FILE
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
        return {}
    try:
        times = {str(name): float(when) for name, when in dict(json.loads(path.read_bytes())["times"]).items()}
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return {}
    known = {name: when for name, when in times.items() if name == "first" or name in map(str, range(1, 100))}
    minutes = State(folder, times=known).minutes() if "first" in known else {}
    return {task: took for task, took in minutes.items() if 0 <= took <= LONGEST_MINUTES}


def _alike(out: Path, run: ClassRun, exercises: Mapping[str, Exercise]) -> list[Alike]:
    found: list[Alike] = []
    for slug, exercise in exercises.items():
        cells = {one.id: next((cell for cell in one.cells if cell.exercise == slug), None) for one in run.counted}
        hand_ins = {
            who: files
            for who, cell in cells.items()
            if cell and cell.path and (files := _texts(out / "submissions" / who / slug, exercise))
        }
        found += alike(slug, _texts(exercise.starter, exercise), hand_ins)
    return sorted(found, key=lambda one: (-one.share, -one.shared))


def _texts(folder: Path, exercise: Exercise) -> dict[str, str]:
    """The hand-in files as text; whatever is no text of a bounded size is left out."""
    texts = {}
    for path in sorted(folder.glob("*")):
        if not exercise.allows(path.name) or path.name.startswith(".checker") or path.is_symlink():
            continue
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            texts[path.name] = path.read_bytes().decode("utf-8", "replace")
    return texts
