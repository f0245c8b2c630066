"""Finds the exercise folders and reads from exercise.toml what a build needs: files, blanks, tasks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Left behind by tools that ran in a solution folder; never part of what a trainee gets.
LITTER = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".checker.json"}


class SourceError(ValueError):
    """An exercise folder says something that the build cannot use."""


@dataclass(frozen=True)
class Task:
    """One task as exercise.toml declares it."""

    number: int
    title: str
    tier: str
    minutes: int


@dataclass(frozen=True)
class Exercise:
    """One exercise folder: where it lies and what its exercise.toml says."""

    folder: Path
    title: str
    summary: str
    hand_in: tuple[str, ...]
    blanks: dict[str, tuple[str, ...]]
    tasks: tuple[Task, ...]

    @property
    def slug(self) -> str:
        return self.folder.name

    @property
    def number(self) -> str:
        """The two digits that the folder's name starts with: `01`."""
        return self.slug[:2]

    @property
    def notebook(self) -> str:
        return f"{self.slug}.ipynb"

    def solution_files(self) -> list[Path]:
        """Return the paths below solution/, relative to it, sorted."""
        return files_below(self.folder / "solution")

    def where(self, name: str) -> str:
        """Return a path as messages print it: from the folder of exercises on."""
        return f"{self.folder.parent.name}/{self.slug}/{name}"


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
    table = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))
    where = f"{folder.parent.name}/{folder.name}/exercise.toml"
    exercise = Exercise(
        folder=folder,
        title=_text(table, "title", where),
        summary=_text(table, "summary", where),
        hand_in=tuple(table.get("hand_in", ())),
        blanks={name: tuple(paths) for name, paths in table.get("blank", {}).items()},
        tasks=tuple(_task(one, where) for one in table.get("task", ())),
    )
    _refuse_strangers(exercise, where)
    return exercise


def _text(table: dict[str, Any], key: str, where: str) -> str:
    if not isinstance(table.get(key), str) or not table[key].strip():
        raise SourceError(f"{where}: {key!r} is missing or empty. Give it a line of text.")
    return str(table[key])


def _task(table: dict[str, Any], where: str) -> Task:
    try:
        return Task(table["number"], table["title"], table["tier"], table["minutes"])
    except KeyError as missing:
        raise SourceError(f"{where}: a [[task]] has no {missing.args[0]!r}. Add it.") from missing


def _refuse_strangers(exercise: Exercise, where: str) -> None:
    there = {path.as_posix() for path in exercise.solution_files()}
    for name in (*exercise.hand_in, *exercise.blanks):
        if name not in there:
            raise SourceError(
                f"{where}: it names {name!r}, which is not in solution/. Add the file or take the name out."
            )
