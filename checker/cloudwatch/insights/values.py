"""What a value of a log event is: a number when it reads as one, a text otherwise, a time, or nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Moment(int):
    """A time in milliseconds since 1970, shown as a date."""

    def __str__(self) -> str:
        at = datetime.fromtimestamp(self / 1000, UTC)
        return f"{at:%Y-%m-%d %H:%M:%S}.{int(self) % 1000:03d}"


def number(value: Any) -> float | int | None:
    """The number that a value is or spells, else None."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return float(value)
    return None


def text(value: Any) -> str:
    """A value as a text function sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def same(left: Any, right: Any) -> bool:
    """`=`: as numbers where both are, else as texts; a missing field equals nothing."""
    if left is None or right is None:
        return False
    numbers = number(left), number(right)
    return numbers[0] == numbers[1] if None not in numbers else text(left) == text(right)


def true(value: Any) -> bool:
    """Whether a filter lets an event with this value through."""
    return bool(number(value)) if number(value) is not None else False


def order(value: Any) -> tuple[int, Any]:
    """Sort key: what is missing, then texts, then numbers, as AWS's page on sort says."""
    if value is None:
        return (0, 0)
    found = number(value)
    return (2, found) if found is not None else (1, text(value))
