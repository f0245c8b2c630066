"""One exercise: what exercise.toml says of it, and where its files lie."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from checker.errors import ExerciseFault
from checker.services import KNOWN

STARTER_KINDS = ("gap", "extend", "repair", "translate", "blank")
TASK_KINDS = ("build", "diagnose", "observe")
KEYS = {
    "title", "summary", "hand_in", "also", "app", "preload", "resources", "services", "service_imports", "task",
    "blank", "live", "record", "slug", "whole",
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One numbered task. `minutes` is an estimate until people were timed."""

    number: int
    title: str
    tier: str
    starter: str
    kind: str
    minutes: int


@dataclass(frozen=True)
class Whole:
    """A hand-in file that is all of one task's; `exercise` is the slug of the exercise that it was written in."""

    name: str
    task: int
    exercise: str = ""


@dataclass(frozen=True)
class Exercise:
    """An exercise folder as its exercise.toml describes it.

    `also` are patterns of file names that a hand-in may hold besides: one manifest or many. `blanks` says of a JSON
    file which places the starter leaves out, and to which task each belongs.
    """

    folder: Path
    title: str
    summary: str
    hand_in: tuple[str, ...]
    also: tuple[str, ...]
    app: str
    preload: tuple[str, ...]
    resources: tuple[str, ...]
    service_imports: tuple[str, ...]
    tasks: tuple[Task, ...]
    blanks: dict[str, dict[str, int]] = field(hash=False)
    # (id of a live check, the engines it needs)
    live: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # Trusted neighbours that its workers may reach, such as an S3 emulator.
    services: tuple[str, ...] = ()
    # A folder of the instructor's with hidden checks of this exercise.
    extra: Path | None = None
    # What it is called where its folder has another name.
    named: str = ""
    # Files that belong to one task as a whole, and where each comes from: an exercise's slug, or "" for its own.
    whole: tuple[Whole, ...] = ()

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that its live checks need, each once."""
        return tuple(dict.fromkeys(name for _, names in self.live for name in names))

    def allows(self, name: str) -> bool:
        """Say whether a hand-in may hold this file; `name` is its path below the folder."""
        return name in self.hand_in or ("/" not in name and any(fnmatchcase(name, one) for one in self.also))

    def places(self, name: str, task: int) -> list[str]:
        """The blanks of one task in a JSON file, as paths such as `containers.0.health`."""
        return [place for place, number in self.blanks.get(name, {}).items() if number == task]

    def whole_of(self, task: int) -> list[Whole]:
        """The files that belong to a task as a whole."""
        return [one for one in self.whole if one.task == task]

    @property
    def slug(self) -> str:
        return self.named or self.folder.name

    @property
    def number(self) -> str:
        return self.slug[:2]

    @property
    def notebook(self) -> str:
        return f"{self.slug}.ipynb"

    @property
    def checks(self) -> Path:
        return self.folder / "checks"

    @property
    def starter(self) -> Path:
        return self.folder / "starter"

    @property
    def check_folders(self) -> tuple[Path, ...]:
        """Where its checks lie: its own, then the hidden ones."""
        return (self.checks, self.extra) if self.extra else (self.checks,)

    def checks_digest(self) -> str:
        """sha256 over the checks, hidden ones too, and exercise.toml: what decided a result."""
        paths = [(self.folder, self.folder / "exercise.toml"), *_sources(self.folder, self.checks)]
        if self.extra:
            paths += _sources(self.extra.parent, self.extra)
        digest = hashlib.sha256()
        for base, path in paths:
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def _sources(base: Path, folder: Path) -> list[tuple[Path, Path]]:
    return [(base, path) for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".toml")]


def read_exercise(folder: Path) -> Exercise:
    """Read NN_slug/exercise.toml. Raises ExerciseFault naming the file and what must change."""
    path = folder / "exercise.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ExerciseFault(f"{folder.name}/exercise.toml is not TOML: {error}.") from None
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise ExerciseFault(
            f"{folder.name}/exercise.toml has an unknown key {unknown[0]!r}. Remove it or mend its name."
        )
    for key in ("title", "summary", "hand_in", "task"):
        if not table.get(key):
            raise ExerciseFault(f"{folder.name}/exercise.toml has no {key!r}. Add it; checker/API.md shows its form.")
    _refuse_shadowing(folder, table)
    return Exercise(
        folder=folder,
        title=table["title"],
        summary=table["summary"],
        hand_in=tuple(table["hand_in"]),
        also=tuple(table.get("also", ())),
        app=table.get("app", ""),
        preload=tuple(table.get("preload", ())),
        resources=tuple(table.get("resources", ())),
        service_imports=tuple(table.get("service_imports", ())),
        tasks=tuple(_task(folder, entry) for entry in table["task"]),
        blanks=_blanks(folder, table),
        services=_services(folder, table.get("services", [])),
        named=table.get("slug", ""),
        whole=tuple(_whole(folder, table, name, entry) for name, entry in table.get("whole", {}).items()),
        live=tuple((check_id, _engines(folder, check_id, names)) for check_id, names in table.get("live", {}).items()),
    )


def _services(folder: Path, names: Any) -> tuple[str, ...]:
    for name in names if isinstance(names, list) else [names]:
        if name not in KNOWN:
            raise ExerciseFault(
                f"{folder.name}/exercise.toml: services names {name!r}. Known services are {', '.join(KNOWN)}."
            )
    return tuple(names)


def _whole(folder: Path, table: dict[str, Any], name: str, entry: Any) -> Whole:
    """[whole] "deployment.yaml" = { task = 1, exercise = "05_kubernetes" }"""
    try:
        found = Whole(name, **entry)
    except TypeError:
        raise ExerciseFault(
            f"{folder.name}/exercise.toml: [whole] {name!r} must be a table with task, and exercise where the file "
            "comes from one."
        ) from None
    if name not in table["hand_in"] or found.task not in {one.get("number") for one in table["task"]}:
        raise ExerciseFault(
            f"{folder.name}/exercise.toml: [whole] gives {name!r} to task {found.task!r}. "
            "Name a file of hand_in, and the number of one of the tasks."
        )
    return found


def _engines(folder: Path, check_id: str, names: Any) -> tuple[str, ...]:
    """The engines of one live check: a name, or several in a list."""
    found = (names,) if isinstance(names, str) else tuple(names) if isinstance(names, list) else ()
    if not found or not all(isinstance(name, str) and name for name in found):
        raise ExerciseFault(
            f"{folder.name}/exercise.toml: [live] gives {check_id!r} the engine {names!r}. "
            'Write a name such as "docker", or a list of names.'
        )
    return found


def _blanks(folder: Path, table: dict[str, Any]) -> dict[str, dict[str, int]]:
    """[blank."taskdef.json"]: each place that the starter leaves out, with the number of its task."""
    numbers = {entry.get("number") for entry in table["task"]}
    for name, places in table.get("blank", {}).items():
        if not isinstance(places, dict):
            raise ExerciseFault(
                f'{folder.name}/exercise.toml: [blank] {name!r} must be a table: [blank."{name}"], then a line '
                '"place.in.the.file" = 2 with the number of its task for each place.'
            )
        for place, task in places.items():
            if task not in numbers:
                raise ExerciseFault(
                    f"{folder.name}/exercise.toml: the blank {place!r} of {name!r} belongs to task {task!r}, which is "
                    "not there. Give the number of one of the tasks."
                )
    return {name: dict(places) for name, places in table.get("blank", {}).items()}


def _refuse_shadowing(folder: Path, table: dict[str, Any]) -> None:
    for name in (*table["hand_in"], *table.get("also", ())):
        stem = Path(name).stem
        if stem in sys.stdlib_module_names or stem in table.get("preload", ()):
            raise ExerciseFault(
                f"{folder.name}/exercise.toml hands in {name!r}, which hides the package {stem!r}. "
                "Give it another name."
            )


def _task(folder: Path, entry: dict[str, Any]) -> Task:
    try:
        task = Task(**entry)
    except TypeError:
        raise ExerciseFault(
            f"{folder.name}/exercise.toml: a [[task]] needs exactly number, title, tier, starter, kind and minutes."
        ) from None
    if task.starter not in STARTER_KINDS or task.kind not in TASK_KINDS:
        raise ExerciseFault(
            f"{folder.name}/exercise.toml: task {task.number} has starter {task.starter!r} and kind {task.kind!r}; "
            f"starter is one of {', '.join(STARTER_KINDS)}, kind one of {', '.join(TASK_KINDS)}."
        )
    return task
