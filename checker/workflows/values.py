"""Values of GitHub's expressions: what is true, what equals what, and the functions that work on them.

A value that only a real run knows is a text in ‹ ›. It can be passed on and joined; asked for its value, it raises
Unclear, and the caller decides what to say.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from checker.workflows.grammar import ExpressionError, number

MAX_TEXT = 1_000_000
UNKNOWN = re.compile(r"‹[^›]*›")


class Unclear(ValueError):
    """The expression is one, and its value is not known before a real run, or not computed here."""


class Open(dict[str, Any]):
    """An object of which only some properties are known here; any other is a value that only a real run knows."""

    def __init__(self, name: str, values: Mapping[str, Any], may_have: Collection[str] | None = None) -> None:
        super().__init__(values)
        self.name = name
        # Where GitHub lists all properties: any other is null.
        self.may_have = may_have


def truth(value: Any) -> bool:
    """false, 0, -0, NaN, '' and null are false; everything else is true."""
    if isinstance(value, str):
        if UNKNOWN.fullmatch(value):
            raise Unclear(value)
        return bool(value)
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return bool(value) if not isinstance(value, Mapping | list) else True


def to_text(value: Any) -> str:
    """A value inside a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(float(value))
    if isinstance(value, str):
        return value
    return "Array" if isinstance(value, list) else "Object"


def to_number(value: Any) -> float:
    """What comparisons of unlike types compare."""
    if value is None or isinstance(value, bool | int | float):
        return float(value or 0)
    if not isinstance(value, str):
        return math.nan
    return number(value) if value.strip() else 0.0


def _number_text(value: float) -> str:
    if math.isinf(value) or math.isnan(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def equal(left: Any, right: Any) -> bool:
    """GitHub's ==: texts without regard to case, unlike types as numbers, lists and objects never."""
    if isinstance(left, str) and isinstance(right, str):
        if UNKNOWN.search(left) or UNKNOWN.search(right):
            return _unknown_equal(left, right)
        return left.upper() == right.upper()
    if isinstance(left, Mapping | list) or isinstance(right, Mapping | list):
        return left is right
    if type(left) is type(right):
        return bool(left == right)
    _refuse_unknown(left, right)
    return to_number(left) == to_number(right)


def _unknown_equal(left: str, right: str) -> bool:
    if left == right:
        return True
    # What a step computes is not known, but it is no empty text.
    if not left or not right:
        return False
    raise Unclear(left if UNKNOWN.search(left) else right)


def _refuse_unknown(*values: Any) -> None:
    for value in values:
        if isinstance(value, str) and UNKNOWN.search(value):
            raise Unclear(value)


def _less(left: Any, right: Any) -> bool:
    _refuse_unknown(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() < right.upper()
    return to_number(left) < to_number(right)


def compare(sign: str, left: Any, right: Any) -> bool:
    if sign in ("==", "!="):
        return equal(left, right) == (sign == "==")
    if sign == "<":
        return _less(left, right)
    if sign == ">":
        return _less(right, left)
    return (_less(left, right) if sign == "<=" else _less(right, left)) or equal(left, right)


# -- functions ------------------------------------------------------------------------------------------------------
def _contains(search: Any, item: Any) -> bool:
    if isinstance(search, list):
        return any(equal(one, item) for one in search)
    _refuse_unknown(search, item)
    return to_text(item).upper() in to_text(search).upper()


def _starts(text: Any, with_: Any) -> bool:
    _refuse_unknown(text, with_)
    return to_text(text).upper().startswith(to_text(with_).upper())


def _ends(text: Any, with_: Any) -> bool:
    _refuse_unknown(text, with_)
    return to_text(text).upper().endswith(to_text(with_).upper())


def _format(text: Any, *values: Any) -> str:
    def put(found: re.Match[str]) -> str:
        return to_text(values[int(found[1])]) if found[1] else found[0][0]

    made = re.sub(r"\{\{|\}\}|\{(\d+)\}", put, to_text(text))
    if len(made) > MAX_TEXT:
        raise ExpressionError(f"format() makes a text of more than {MAX_TEXT} characters")
    return made


def _join(values: Any, by: Any = ",") -> str:
    return to_text(by).join(map(to_text, values)) if isinstance(values, list) else to_text(values)


def _from_json(text: Any) -> Any:
    _refuse_unknown(text)
    return json.loads(to_text(text))


def _to_json(value: Any) -> str:
    return json.dumps(value, indent=2)


def _hash_files(*patterns: Any) -> str:
    return f"‹hash of {', '.join(map(to_text, patterns))}›"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": _contains, "startswith": _starts, "endswith": _ends, "format": _format, "join": _join,
    "fromjson": _from_json, "tojson": _to_json, "hashfiles": _hash_files,
}  # fmt: skip
