"""Probes of the clone: writable, plain path, line ends, generated files, models, and the trainee's copies."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from checker.doctor.place import Place, Problem

LINE_ENDS = ("Makefile", ".ci/run", "course/bootstrap.py", "pyproject.toml")


def writable(place: Place) -> Problem | None:
    for folder in (place.root, place.work, place.root / "build"):
        if folder.exists() and not os.access(folder, os.W_OK):
            name = place.shown(folder) if folder != place.root else "of the course"
            return Problem(f"The folder {name} cannot be written.", f"chmod -R u+w {place.shown(folder)}")
    return None


def plain_path(place: Place) -> Problem | None:
    odd = sorted({letter for letter in str(place.root) if letter == " " or not letter.isascii()})
    if not odd:
        return None
    names = ", ".join("a space" if letter == " " else repr(letter) for letter in odd)
    return Problem(
        f"The path of the clone has {names}; some tools stumble there.", "mv it to a plain path", notice=True
    )


def line_ends(place: Place) -> Problem | None:
    for name in LINE_ENDS:
        path = place.root / name
        if path.is_file() and b"\r\n" in path.read_bytes():
            return Problem(
                f"{name} has Windows line ends (CRLF).", "git config core.autocrlf input && git checkout -- ."
            )
    return None


def given_files(place: Place) -> Problem | None:
    """Every started exercise still has its given files, unchanged, and every hand-in file."""
    for exercise in place.exercises:
        copy, number = place.work / exercise.name, int(exercise.name[:2])
        if not copy.is_dir():
            continue
        hand_in = tomllib.loads((exercise / "exercise.toml").read_text(encoding="utf-8")).get("hand_in", [])
        for path in sorted((exercise / "starter").glob("*.*")):
            if not (copy / path.name).exists():
                return Problem(f"{place.shown(copy / path.name)} is missing.", f"checker start {number}")
            if path.name not in hand_in and path.suffix != ".ipynb" and not _same(path, copy / path.name):
                shown = place.shown(copy / path.name)
                return Problem(
                    f"{shown} was changed; it is a given file, and grading uses its own.",
                    f"rm {shown} && checker start {number}",
                )
    return None


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes().replace(b"\r\n", b"\n") == other.read_bytes().replace(b"\r\n", b"\n")


def states(place: Place) -> Problem | None:
    for path in sorted(place.work.glob("*/.checker.json")):
        try:
            json.loads(path.read_text(encoding="utf-8"))["seed"]
        except (ValueError, KeyError, TypeError, OSError):
            number = int(path.parent.name[:2])
            return Problem(
                f"{place.shown(path)} cannot be read: tries and predictions are lost.", f"checker start {number}"
            )
    return None


def shadows(place: Place) -> Problem | None:
    for path in sorted(place.work.glob("*/*.py")):
        if path.stem in sys.stdlib_module_names:
            shown = place.shown(path)
            return Problem(
                f"{shown} hides Python's own module {path.stem!r}.", f"mv {shown} {path.parent.name}_{path.name}"
            )
    return None


def resources(place: Place) -> Problem | None:
    """The files of the folders that exercises lean on have the digests of their manifest."""
    for name, where in place.table.get("resources", {}).items():
        if name not in _leaned_on(place):
            continue
        folder = place.root / where
        if not folder.is_dir():
            return Problem(f"{where} is not there; exercises that use it cannot be checked.", f"make {_target(name)}")
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            return Problem(f"{where} has no manifest.json.", f"make {_target(name)}")
        for file, entry in json.loads(manifest.read_text(encoding="utf-8")).get("files", {}).items():
            if not (folder / file).is_file() or _sha256(folder / file) != entry["sha256"]:
                return Problem(f"{where}/{file} is not the file that its manifest describes.", f"make {_target(name)}")
    return None


def _leaned_on(place: Place) -> set[str]:
    tables = (tomllib.loads((e / "exercise.toml").read_text(encoding="utf-8")) for e in place.exercises)
    return {name for table in tables for name in table.get("resources", ())}


def _target(name: str) -> str:
    return {"model": "train"}.get(name, name)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def commands(place: Place) -> Problem | None:
    """The course's own probes: commands of pyproject.toml that exit with 0 when all is well.

    One without `wrong` says itself what it found, on its first line; one with `notice` stops nobody from working, and
    is told when no other has found anything.
    """
    if not place.venv_python.exists():
        return None
    noticed = None
    for probe in place.table.get("probe", ()):
        done = subprocess.run(
            [str(place.venv_python), *probe["command"]], cwd=place.root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = done.stdout.partition("\n")[0].strip() or f"{' '.join(probe['command'])} ended without a word."
            problem = Problem(probe.get("wrong", said), probe["repair"], notice=probe.get("notice", False))
            if not problem.notice:
                return problem
            noticed = noticed or problem
    return noticed


PROBES = (writable, plain_path, line_ends, given_files, states, shadows, resources, commands)
