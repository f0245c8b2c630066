"""What filter patterns compare a value with: a number, a text with stars, a regular expression between % signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.cloudwatch.errors import Refused

Condition = Callable[[Any], bool]
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
# Letters, digits, the listed symbols and operators; parentheses are not among them.
ALLOWED = re.compile(r"[A-Za-z0-9_#=@/;,:^$?\[\]{}|\\*+.\s-]*")
OPERATORS = ("<=", ">=", "!=", "=", "<", ">")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def regex(text: str) -> re.Pattern[str]:
    """A regular expression of a filter pattern; raises Refused for what AWS does not support in one."""
    if not ALLOWED.fullmatch(text):
        wrong = next(sign for sign in text if not ALLOWED.fullmatch(sign))
        raise Refused(f"The regular expression {text!r} holds {wrong!r}, which filter patterns do not support.")
    try:
        return re.compile(text)
    except re.error as error:
        raise Refused(f"The regular expression {text!r} cannot be read: {error}.") from None


def condition(operator: str, value: str) -> Condition:
    """`operator value`, as it stands in a pattern, as a function of the value that an event has."""
    if value.startswith("%") and value.endswith("%") and len(value) > 1:
        return _like(operator, regex(value[1:-1]).search, value)
    quoted = value.startswith('"')
    text = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    if operator in COMPARE:
        if quoted or not NUMBER.fullmatch(text):
            raise Refused(f"{operator} compares numbers, and {value} is none.")
        return lambda found: (number := as_number(found)) is not None and COMPARE[operator](number, float(text))
    if not quoted and NUMBER.fullmatch(text):
        return _equals(operator, lambda found: as_number(found) == float(text))
    return _like(operator, re.compile(_stars(text), re.DOTALL).fullmatch, value)


def as_number(found: Any) -> float | None:
    """The number that a value of an event is, or spells."""
    if isinstance(found, bool):
        return None
    if isinstance(found, int | float):
        return float(found)
    return float(found) if isinstance(found, str) and NUMBER.fullmatch(found) else None


def _like(operator: str, search: Callable[[str], Any], value: str) -> Condition:
    if operator in COMPARE:
        raise Refused(f"{operator} compares numbers, and {value} is none.")
    return _equals(operator, lambda found: bool(search(as_text(found))))


def _equals(operator: str, same: Condition) -> Condition:
    return same if operator == "=" else lambda found: not same(found)


def as_text(found: Any) -> str:
    """A value of an event as the text that a pattern compares with."""
    if isinstance(found, bool):
        return str(found).lower()
    return f"{found:g}" if isinstance(found, float) else str(found)


def _stars(text: str) -> str:
    """A star stands for any text at the begin or the end; inside it is itself."""
    before, after = text.startswith("*"), text.endswith("*") and len(text) > 1
    inner = text[before : len(text) - after]
    return (".*" if before else "") + re.escape(inner) + (".*" if after else "")
