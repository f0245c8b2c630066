"""Judges a folder of files. Everything an author or a program needs is named here; API.md says how it is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.declare import check, expect, partial
    from checker.grade import Grader, grade
    from checker.live import Engine, Ran
    from checker.reply import Answers, Array, Finished, Outcome, Raised, Reply
    from checker.result import Result, Row
    from checker.siblings import read_hints, sibling
    from checker.submission import Handle, Submission

__all__ = [
    "Answers",
    "Array",
    "Engine",
    "Finished",
    "Grader",
    "Handle",
    "Outcome",
    "Raised",
    "Ran",
    "Reply",
    "Result",
    "Row",
    "Submission",
    "check",
    "expect",
    "grade",
    "partial",
    "read_hints",
    "sibling",
]

_HOMES = {
    "check": "declare", "expect": "declare", "partial": "declare", "Grader": "grade", "grade": "grade",
    "Result": "result", "Row": "result", "Submission": "submission", "Handle": "submission",
    "Engine": "live", "Ran": "live",
    "read_hints": "siblings", "sibling": "siblings",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    # Imported on first use: the process that forks workers imports this package and must stay light.
    if name not in __all__:
        raise AttributeError(f"module 'checker' has no attribute {name!r}")
    # Not `from checker.grade import grade` at the top: the submodule would shadow the function.
    value = getattr(importlib.import_module(f"checker.{_HOMES.get(name, 'reply')}"), name)
    globals()[name] = value
    return value
