"""Takes code from files that a test runs: a named region, the answer of a task, or the whole file."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from checker.markers import MarkerError, derive, regions
from course.build.slides.model import DeckError

# What a code block holds in place of code: --8<-- "path:region", where a region may be task-2.
INCLUDE = re.compile(r'\A\s*--8<-- "(?P<path>[^":]+)(?::(?P<region>[\w-]+))?"\s*\Z')
MARK = re.compile(r"\s*(?:#|//|--|<!--)\s*--8<-- \[(?P<side>start|end):(?P<name>[\w-]+)\]")
TASK = re.compile(r"task-([1-9]\d*)")


def included(body: str, root: Path, where: str) -> tuple[str, str]:
    """Return (code, path) of a block that holds an include."""
    match = INCLUDE.match(body)
    if not match:
        raise DeckError(
            f"{where}: this code stands in the deck itself, where no test runs it. "
            'Put it into a file that a test reads and write --8<-- "path:region" here.'
        )
    path = root / match["path"]
    if not path.is_file():
        raise DeckError(f"{where}: there is no file {match['path']!r}. Mend the path.")
    text = path.read_text(encoding="utf-8")
    name = match["region"]
    found = _found(text, name, match["path"])
    if found is None:
        raise DeckError(
            f"{where}: {match['path']} has no region {name!r}. "
            f"Mark it there with --8<-- [start:{name}] and [end:{name}]."
        )
    return textwrap.dedent("\n".join(found)).strip("\n"), match["path"]


def _found(text: str, name: str | None, path: str) -> list[str] | None:
    try:
        if name and TASK.fullmatch(name):
            return _task(text, name, path)
        # What a trainee's finished file says: neither markers nor the starter's lines.
        text = derive(text, path)[1]
    except MarkerError as error:
        raise DeckError(str(error)) from error
    return _region(text, name) if name else _whole(text)


def _whole(text: str) -> list[str]:
    return [line for line in text.rstrip("\n").split("\n") if not MARK.match(line)]


def _region(text: str, name: str) -> list[str] | None:
    inside: list[str] | None = None
    for line in text.split("\n"):
        mark = MARK.match(line)
        if mark and mark["name"] == name and mark["side"] == "end":
            return inside
        if mark and mark["name"] == name:
            inside = []
        elif inside is not None and not mark:
            inside.append(line)
    return None


def _task(text: str, name: str, where: str) -> list[str] | None:
    found = regions(text, where).get(int(name[5:]), ())
    lines = [line for region in found for line in ("", *region.answer)]
    return lines[1:] or None
