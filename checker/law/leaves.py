"""Law 6 for answers that are data: every leaf of TOML, JSON and YAML removed or changed, every line of others.

Of a Dockerfile: every instruction and every flag of one removed, every word changed. Of a .dockerignore: every line.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml

from checker.law.case import ANSWERS
from checker.law.matrix import Target, toml_of
from checker.law.mutants import Mutant
from checker.readers import load_words

Path = tuple[str | int, ...]
WORD = re.compile(r"(?<![\w.:/$=-])(?!--?[a-z])[\w.:/$=~-]*\w")
FLAG = re.compile(r"(?<=[ \t])--?[a-z][\w-]*(?:=\S+)?[ \t]+")


def leaf_mutants(solution: Target) -> list[Mutant]:
    """Every leaf mutant of the data files of a solution, in the order of the files and their leaves."""
    found: list[Mutant] = []
    for file, content in solution.files.items():
        found += mutants_of(file, content.decode("utf-8", errors="replace"))
    return found


def mutants_of(file: str, text: str) -> list[Mutant]:
    """The leaf mutants of one file; none for a file that is code."""
    suffix = PurePosixPath(file).suffix
    if PurePosixPath(file).name.startswith("Dockerfile"):
        return _instructions(file, text) + _flags(file, text) + _changed_words(file, text)
    if PurePosixPath(file).name.endswith("ignore"):
        return _lines(file, text)
    if file == ANSWERS:
        return [_mutant(file, said, toml_of(document)) for said, document in _changes(tomllib.loads(text))]
    if suffix == ".json":
        return [_mutant(file, said, json.dumps(document, indent=2)) for said, document in _changes(json.loads(text))]
    if suffix in (".yaml", ".yml"):
        # As YAML 1.2 reads them: else the `on` of a workflow would become `true`, and every mutant be caught for it.
        documents = load_words(text)
        return [_mutant(file, said, yaml.safe_dump_all(changed)) for said, changed in _changes(documents)]
    return []


def _mutant(file: str, said: str, text: str) -> Mutant:
    return Mutant(f"{file}: {said}", file, 0, text)


def _changes(document: Any) -> Iterator[tuple[str, Any]]:
    for path in _leaves(document):
        name = ".".join(map(str, path))
        for said, value in (("remove", ...), ("change", _other(_get(document, path)))):
            changed = copy.deepcopy(document)
            parent = _get(changed, path[:-1])
            if value is ...:
                del parent[path[-1]]
            else:
                parent[path[-1]] = value
            yield f"{said} {name}", changed


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        if isinstance(one, dict | list) and one:
            yield from _leaves(one, (*path, key))
        else:
            yield (*path, key)


def _get(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    # An empty list or object, null, a date: a text is another kind of value.
    return f"{value}x"


def _lines(file: str, text: str) -> list[Mutant]:
    """A list of patterns without one of them."""
    lines = text.split("\n")
    there = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    return [_mutant(file, f"remove {lines[n]}", "\n".join(lines[:n] + lines[n + 1 :])) for n in there]


def _flags(file: str, text: str) -> list[Mutant]:
    """A Dockerfile without one of its flags, those of programs too; comments are left alone."""
    found = [(match, text.count("\n", 0, match.start()) + 1) for match in FLAG.finditer(_without_comments(text))]
    return [
        _mutant(file, f"remove {match[0].strip()} on line {line}", text[: match.start()] + text[match.end() :])
        for match, line in found
    ]


def _changed_words(file: str, text: str) -> list[Mutant]:
    """A Dockerfile with one letter more in one of its words; not of an instruction's name, nor of an option."""
    found = [(match, text.count("\n", 0, match.start()) + 1) for match in WORD.finditer(_without_comments(text))]
    found = [(match, line) for match, line in found if not match[0].isupper()]
    return [
        _mutant(file, f"change {match[0][:60]} on line {line}", text[: match.end()] + "x" + text[match.end() :])
        for match, line in found
    ]


def _without_comments(text: str) -> str:
    return re.sub(r"^[ \t]*#.*$", lambda comment: " " * len(comment[0]), text, flags=re.MULTILINE)


def _instructions(file: str, text: str) -> list[Mutant]:
    """A Dockerfile without one of its instructions, continued lines and all."""
    lines = text.split("\n")
    found: list[Mutant] = []
    start = 0
    for number, line in enumerate(lines):
        if line.rstrip().endswith("\\"):
            continue
        instruction = lines[start].strip()
        if instruction and not instruction.startswith("#"):
            rest = "\n".join(lines[:start] + lines[number + 1 :])
            found.append(_mutant(file, f"remove {instruction[:60]}", rest))
        start = number + 1
    return found
