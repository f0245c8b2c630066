"""Which entries of a folder are hand-ins, and whose: plain folders and zips, clones, nbgrader, Moodle, Canvas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from checker.classroom.names import CANVAS, EXCHANGE, MOODLE, named, one_line
from checker.classroom.staging import NOT_WORK
from checker.classroom.times import parse_time
from checker.exercise import Exercise

SOURCE = 200
LITTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}
LATE = "Canvas marks it as late. By how much its name does not say; --received gives the time."
ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
# A part is a folder, a zip, or loose files by name; with a slug, only this exercise is looked for in it.
Part = tuple[Path | dict[str, Path], str]


@dataclass(frozen=True)
class Found:
    """One attempt of one trainee, as it lies there. `trainee` is what all attempts of a person have in common."""

    trainee: str
    name: str
    source: str
    form: str
    parts: tuple[Part, ...] = ()
    lms_id: str = ""
    order: tuple[int, str] = (0, "")
    received: datetime | None = None
    refused: str = ""
    notices: tuple[str, ...] = ()


@dataclass
class _Loose:
    """Files of one person that an LMS put side by side."""

    found: Found
    files: dict[str, Path]


def find(given: Path, exercises: Sequence[Exercise]) -> tuple[list[Found], list[str]]:
    """The attempts below `given`, and names of what is no hand-in. A zip alone is a class of one."""
    if given.is_file():
        return [_file(given)], []
    slugs = {exercise.slug for exercise in exercises}
    found: list[Found] = []
    left: list[str] = []
    loose: dict[str, _Loose] = {}
    canvas: dict[str, list[tuple[int, re.Match[str], Path]]] = {}
    exchange: dict[str, list[tuple[str, datetime | None, Path]]] = {}
    for path in sorted(given.iterdir()):
        name = path.name
        if name in LITTER or name in NOT_WORK or name.startswith("."):
            continue
        if path.is_symlink():
            found.append(_refused(path, "It is a link, and links are not followed. Put a copy in its place."))
        elif match := EXCHANGE.match(name) if path.is_dir() else None:
            exchange.setdefault(match["name"], []).append((match["slug"], parse_time(match["time"]), path))
        elif match := MOODLE.match(name):
            _moodle(match, path, found, loose)
        elif path.is_dir():
            found.append(_folder(path))
        elif match := CANVAS.match(name):
            canvas.setdefault(match["id"] or match["anon"], []).append((int(match["number"]), match, path))
        elif name.lower().endswith(".zip"):
            found.append(_file(path))
        elif name.lower().endswith(ARCHIVES):
            found.append(_refused(path, "It is no zip. Hand in the folder work as a zip."))
        else:
            left.append(one_line(name))
    found += [replace(one.found, parts=((one.files, ""),)) for one in loose.values()]
    found += [one for files in canvas.values() for one in _canvas(sorted(files, key=lambda file: file[0]))]
    found += [one for trainee, parts in exchange.items() for one in _exchanged(trainee, parts, slugs)]
    return found, left


def _folder(path: Path) -> Found:
    is_clone = (path / ".git").is_dir()
    whose = named(path.name)
    return Found(
        whose.name, one_line(whose.name), one_line(path.name, SOURCE), "git" if is_clone else "folder", ((path, ""),),
        order=(whose.attempt, path.name),
    )  # fmt: skip


def _file(path: Path) -> Found:
    whose = named(path.stem)
    return Found(
        whose.name,
        one_line(whose.name),
        one_line(path.name, SOURCE),
        "zip",
        ((path, ""),),
        order=(whose.attempt, path.name),
    )


def _refused(path: Path, says: str) -> Found:
    whose = named(re.sub(r"(\.tar)?\.[A-Za-z0-9]{1,4}$", "", path.name))
    order = (whose.attempt, path.name)
    return Found(whose.name, one_line(whose.name), one_line(path.name, SOURCE), "folder", order=order, refused=says)


def _moodle(match: re.Match[str], path: Path, found: list[Found], loose: dict[str, _Loose]) -> None:
    """`Name_12345_assignsubmission_file_` as a folder, or in front of each file when it was downloaded without."""
    name, number = match["name"], match["id"]
    trainee = f"{name}_{number}"
    if match["kind"] == "onlinetext":
        return
    if path.is_dir():
        found.append(
            Found(trainee, one_line(name), one_line(path.name, SOURCE), "moodle", ((path, ""),), lms_id=number)
        )
        return
    one = Found(trainee, one_line(name), one_line(path.name, SOURCE), "moodle", lms_id=number)
    loose.setdefault(trainee, _Loose(one, {})).files[match["file"] or path.name] = path


def _canvas(files: Sequence[tuple[int, re.Match[str], Path]]) -> list[Found]:
    """All files of one person, oldest first, each with a number of its own: a hand-in is all of them.

    A download holds the latest attempt alone. A file whose name is there already is of a later attempt.
    """
    attempts: list[dict[str, tuple[re.Match[str], Path]]] = []
    for _, match, path in files:
        name = f"{match['file']}{match['suffix'] or ''}"
        if not attempts or name in attempts[-1]:
            attempts.append({})
        attempts[-1][name] = (match, path)
    return [_canvas_attempt(number, one) for number, one in enumerate(attempts, start=1)]


def _canvas_attempt(number: int, files: dict[str, tuple[re.Match[str], Path]]) -> Found:
    match, first = next(iter(files.values()))
    person, name = match["id"] or "", match["name"] or match["anon"]
    late = any(one["late"] or one["unnamed"] for one, _ in files.values())
    return Found(
        f"{name}_{person}" if person else name, one_line(name), one_line(first.name, SOURCE), "canvas",
        # Of two zips with the same exercise, the one that came last.
        (({name: path for name, (_, path) in reversed(files.items())}, ""),),
        lms_id=person, order=(number, ""), notices=(LATE,) if late else (),
    )  # fmt: skip


def _exchanged(trainee: str, handed: list[tuple[str, datetime | None, Path]], slugs: set[str]) -> list[Found]:
    """nbgrader's exchange holds a folder per exercise and time. Attempt n is, of each exercise, its nth hand-in."""
    by_slug: dict[str, list[tuple[datetime, Path]]] = {}
    for slug, time, path in handed:
        if slug in slugs:
            by_slug.setdefault(slug, []).append((time or datetime.min.replace(tzinfo=UTC), path))
    attempts = []
    for number in range(1, max(map(len, by_slug.values()), default=0) + 1):
        chosen = {slug: sorted(given)[min(number, len(given)) - 1] for slug, given in sorted(by_slug.items())}
        received = max(time for time, _ in chosen.values())
        parts: tuple[Part, ...] = tuple((path, slug) for slug, (_, path) in chosen.items())
        source = ", ".join(path.name for _, path in chosen.values())
        attempts.append(
            Found(
                trainee,
                one_line(trainee),
                one_line(source, SOURCE),
                "nbgrader",
                parts,
                order=(number, ""),
                received=received,
            )
        )
    return attempts
