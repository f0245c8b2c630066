"""The files of a submission, as a check sees them: the trusted starter with the hand-in laid over it."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from checker import messages as m
from checker import readers
from checker.collect import HandIn
from checker.dockerfile import Context, Dockerfile, Ignore
from checker.errors import CouldNotCheck, Finding, NotYet
from checker.exercise import Exercise
from checker.gate import Gate
from checker.places import Places
from checker.reply import Answers
from checker.sandbox import inside
from checker.sandbox.room import Room, on_disk


class Files:
    """The doors of `submission` that open files. Its names are frozen in API.md."""

    def __init__(self, exercise: Exercise, hand_in: HandIn, resources: dict[str, Path]) -> None:
        self.exercise = exercise
        self._hand_in, self._resources = hand_in, resources
        self._room: Room | None = None

    @property
    def room(self) -> Room:
        """The worker's folders. In its working folder lies the trusted starter, with the hand-in files over it."""
        if self._room is None:
            self._room = self._new_room()
            self._fill(self._room.folder)
        return self._room

    @property
    def folder(self) -> Path:
        """The worker's working folder, as this side opens it: see `inside` for its name in the worker."""
        return self.room.folder

    @property
    def inside(self) -> str:
        """The working folder as the worker sees it."""
        return self.room.inside

    def _new_room(self) -> Room:
        return on_disk()

    def _fill(self, folder: Path) -> None:
        left_out = {*self.exercise.hand_in, self.exercise.notebook}
        for path in self.exercise.starter.rglob("*"):
            name = path.relative_to(self.exercise.starter).as_posix()
            if path.is_file() and name not in left_out and "__pycache__" not in path.parts:
                inside.write(folder, name, path.read_bytes())
        for name in self.exercise.resources:
            shutil.copytree(self.resource(name), folder / name)
        for name, content in self._hand_in.files.items():
            inside.write(folder, name, content)

    def resource(self, name: str) -> Path:
        path = self._resources[name]
        if not path.is_dir():
            raise CouldNotCheck(Finding(seen=m.NO_RESOURCE.format(path=str(path), name=name)))
        return path

    def text(self, name: str) -> str:
        """A file of the folder as text. A hand-in file that cannot be used is a finding."""
        self._refuse_fault(name)
        with _usable(name):
            return inside.read(self.folder, name).decode("utf-8-sig").replace("\r\n", "\n")

    def json(self, name: str) -> Any:
        return readers.read_json(name, self.text(name))

    def documents(self, name: str) -> list[Any]:
        return readers.read_documents(name, self.text(name))

    def place(self, name: str, *path: str | int) -> str:
        return Places.of(name, self.text(name)).at(*path)

    def dockerfile(self, name: str = "Dockerfile") -> Dockerfile:
        """A Dockerfile, read as Docker reads it. What Docker would refuse is a finding with its line."""
        return readers.read_docker(name, self.text(name))

    def context(self, beside: dict[str, int] | None = None) -> Context:
        """What a build from the folder is sent: its files and those of `beside`, less what .dockerignore names."""
        there = (path for path in self.folder.rglob("*") if path.is_file())
        sizes = {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in there}
        ignored = self.folder / ".dockerignore"
        return Context({**(beside or {}), **sizes}, Ignore.of(self.text(ignored.name) if ignored.is_file() else ""))

    def files(self, *patterns: str) -> list[str]:
        """Names of the handed-in files that match one of the patterns; all of them without a pattern.

        A file that is there and cannot be used is among them: opening it is a finding.
        """
        unusable = {name for name, fault in self._hand_in.faults.items() if fault != _missing(name)}
        names = sorted({*self._hand_in.files, *unusable})
        return [name for name in names if not patterns or any(fnmatchcase(name, one) for one in patterns)]

    def toml(self, name: str) -> dict[str, Any]:
        return readers.read_toml(name, self.text(name))

    def yaml(self, name: str) -> Any:
        return readers.read_yaml(name, self.text(name))

    def answers(self) -> Answers:
        return Answers(self.toml("answers.toml"))

    def notebook(self) -> dict[str, Any]:
        name = self.exercise.notebook
        if self._hand_in.notebook is None:
            raise NotYet(_missing(name))
        notebook: dict[str, Any] = json.loads(self._hand_in.notebook)
        return notebook

    def replace(self, name: str, content: str | bytes) -> None:
        with _usable(name):
            inside.write(self.folder, name, content.encode() if isinstance(content, str) else content)

    def remove(self, name: str) -> None:
        with _usable(name):
            inside.remove(self.folder, name)

    def gate(self, name: str) -> Gate:
        return Gate(self.folder, name, self.inside)

    def _blamed(self, name: str) -> str:
        """The file to name for a fault in `name`: where a check laid that one in, the first that is handed in."""
        theirs = name in self._hand_in.files or (self.exercise.starter / name).is_file()
        return name if theirs or not self.exercise.hand_in else self.exercise.hand_in[0]

    def _refuse_fault(self, name: str) -> None:
        if inside.exists(self.folder, name):
            return
        raise NotYet(self._hand_in.faults.get(name) or _missing(name))


def _missing(name: str) -> Finding:
    expected = m.MISSING_FILE_EXPECTED.format(name=name)
    return Finding(f"looked for {name}", m.MISSING_FILE.format(name=name), expected, name, m.MISSING_FILE_NEXT)


@contextlib.contextmanager
def _usable(name: str) -> Iterator[None]:
    """What a submission did to its own folder is a finding, never a fault of the checks."""
    try:
        yield
    except OSError as error:
        seen = m.UNUSABLE.format(file=name, reason=error.strerror or str(error))
        raise NotYet(Finding(m.USED.format(file=name), seen, m.UNUSABLE_EXPECTED, name, m.UNUSABLE_NEXT)) from None
