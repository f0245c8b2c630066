"""Law 6 for answers that are data: every leaf of TOML, JSON and YAML removed or changed, every Dockerfile line."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml

from checker.law.case import ANSWERS
from checker.law.matrix import Target, toml_of
from checker.law.mutants import Mutant

Path = tuple[str | int, ...]


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
        return _instructions(file, text)
    if file == ANSWERS:
        return [_mutant(file, said, toml_of(document)) for said, document in _changes(tomllib.loads(text))]
    if suffix == ".json":
        return [_mutant(file, said, json.dumps(document, indent=2)) for said, document in _changes(json.loads(text))]
    if suffix in (".yaml", ".yml"):
        documents = list(yaml.safe_load_all(text))
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
