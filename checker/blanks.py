"""Takes declared places out of a JSON answer and puts them back: JSON has no comments to mark them with."""

from __future__ import annotations

import copy
import json
from typing import Any

__all__ = ["BlankError", "blanked", "canonical", "fill", "typed"]


class BlankError(ValueError):
    """A blank of exercise.toml names a place that the JSON file does not have."""


def canonical(text: str, source: str = "<json>") -> str:
    """Return the file as starter and answer print it, so that the two differ in the blanks alone."""
    return _printed(_parsed(text, source))


def blanked(text: str, paths: list[str], *, source: str = "<json>") -> str:
    """Return the JSON text without the values at these paths (`containerDefinitions.0.healthCheck`)."""
    document = _parsed(text, source)
    for path in paths:
        _value(document, path, source)
    # From the last list index to the first: taking one out moves those behind it.
    for path in sorted(paths, key=_order, reverse=True):
        parent, key = _parent(document, path, source)
        del parent[key]
    return _printed(document)


def fill(text: str, solution: str, paths: list[str], *, source: str = "<json>") -> str:
    """Return a trainee's JSON text with the solution's values at these paths, everything else untouched."""
    document, answer = _parsed(text, source), _parsed(solution, source)
    for path in sorted(paths, key=_order):
        value = copy.deepcopy(_value(answer, path, source))
        parent, key = _parent(document, path, source)
        if isinstance(parent, list) and key == len(parent):
            parent.append(value)
        else:
            parent[key] = value
    return _printed(document)


def typed(solution: str, path: str, *, source: str = "<json>") -> int:
    """Count the lines that a trainee types for one blank: its value, printed as the file is."""
    return _printed(_value(_parsed(solution, source), path, source)).count("\n")


def _order(path: str) -> list[tuple[int, int, str]]:
    return [(0, int(step), "") if step.isdigit() else (1, 0, step) for step in path.split(".")]


def _parsed(text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BlankError(
            f"{source}:{error.lineno}: this is not JSON ({error.msg}, column {error.colno}). "
            "Mend the line before the blanks can be found."
        ) from error


def _printed(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _parent(document: Any, path: str, source: str) -> tuple[Any, Any]:
    *above, last = path.split(".")
    parent = _value(document, ".".join(above), source) if above else document
    if isinstance(parent, list) and last.isdigit() and int(last) <= len(parent):
        return parent, int(last)
    if isinstance(parent, dict):
        return parent, last
    raise _missing(path, last, source)


def _value(document: Any, path: str, source: str) -> Any:
    for step in path.split("."):
        inside = isinstance(document, list) and step.isdigit() and int(step) < len(document)
        if not inside and not (isinstance(document, dict) and step in document):
            raise _missing(path, step, source)
        document = document[int(step) if inside else step]
    return document


def _missing(path: str, step: str, source: str) -> BlankError:
    return BlankError(
        f"{source}: the blank {path!r} stops at {step!r}, which is not there. "
        "Correct the path, or put the part that holds it back."
    )
