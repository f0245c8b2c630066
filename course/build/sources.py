"""Finds the exercise folders and what a build needs of each: files, blanks, where messages point."""

from __future__ import annotations

from pathlib import Path

from checker.errors import ExerciseFault
from checker.exercise import Exercise, read_exercise

# Left behind by tools that ran in a solution folder; never part of what a trainee gets.
LITTER = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".checker.json"}


class SourceError(ValueError):
    """An exercise folder says something that the build cannot use."""


def solution_files(exercise: Exercise) -> list[Path]:
    """Return the paths below solution/, relative to it, sorted."""
    return files_below(exercise.folder / "solution")


def where(exercise: Exercise, name: str) -> str:
    """Return a path as messages print it: from the folder of exercises on."""
    return f"{exercise.folder.parent.name}/{exercise.slug}/{name}"


def files_below(folder: Path) -> list[Path]:
    """Return every file below a folder, relative to it and sorted, without the litter of tools."""
    found = (path for path in folder.rglob("*") if path.is_file())
    relative = (path.relative_to(folder) for path in found)
    return sorted(path for path in relative if not LITTER & set(path.parts) and path.suffix != ".pyc")


def folders(root: Path) -> list[Path]:
    """Return the folders of `root/exercises` that have an exercise.toml, in order."""
    return [path.parent for path in sorted((root / "exercises").glob("*/exercise.toml"))]


def read(folder: Path) -> Exercise:
    """Read one exercise folder; its hand-in files and blanks must exist in solution/."""
    try:
        exercise = read_exercise(folder)
    except ExerciseFault as error:
        raise SourceError(f"{folder.parent.name}/{error}") from error
    _refuse_strangers(exercise)
    return exercise


def _refuse_strangers(exercise: Exercise) -> None:
    there = {path.as_posix() for path in solution_files(exercise)}
    elsewhere = {one.name for one in exercise.whole if one.exercise}
    for name in (*exercise.hand_in, *exercise.blanks):
        if name not in there and name not in elsewhere:
            raise SourceError(
                f"{where(exercise, 'exercise.toml')}: it names {name!r}, which is not in solution/. "
                "Add the file or take the name out."
            )
