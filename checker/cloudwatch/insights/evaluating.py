"""The value of an expression for one event, or over the events of a group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.insights.functions import AGGREGATES, FUNCTIONS
from checker.cloudwatch.insights.syntax import Node
from checker.cloudwatch.insights.values import Moment, number, same, text, true

Fields = Mapping[str, Any]
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "^": lambda a, b: a**b, "%": math.fmod,
}  # fmt: skip


def value_of(node: Node, fields: Fields) -> Any:
    """The value of an expression for one event's fields; None where something is missing."""
    match node.kind:
        case "field":
            found = _field(str(node.value), fields)
        case "literal" | "period":
            found = node.value
        case "call":
            found = _call(node, fields)
        case "and":
            found = all(true(value_of(part, fields)) for part in node.parts)
        case "or":
            found = any(true(value_of(part, fields)) for part in node.parts)
        case "not":
            found = not true(value_of(node.parts[0], fields))
        case _:
            found = _operated(node, [value_of(part, fields) for part in node.parts])
    return found


def _operated(node: Node, given: list[Any]) -> Any:
    if node.kind == "like":
        return given[0] is not None and bool(node.value.search(text(given[0])))
    if node.kind == "in":
        return any(same(given[0], one) for one in given[1:])
    if node.kind == "negate":
        return None if (found := number(given[0])) is None else -found
    return _binary(node.kind, given[0], given[1])


def over(node: Node, group: Sequence[tuple[Fields, int]], named: Fields) -> Any:
    """The value of a column of stats: `named` are the groups and the columns before it."""
    if node.kind == "call" and node.value in AGGREGATES:
        rows = [(tuple(value_of(part, fields) for part in node.parts), at) for fields, at in group]
        return AGGREGATES[str(node.value)](rows)
    if node.kind == "field":
        return named.get(str(node.value))
    if not node.parts:
        return value_of(node, named)
    return value_of(
        Node(node.kind, node.value, tuple(Node("literal", over(p, group, named)) for p in node.parts)), named
    )


def _field(name: str, fields: Fields) -> Any:
    if name in fields:
        return fields[name]
    # AWS's example names the group `user2` of a regular expression @user2.
    return fields.get(name.removeprefix("@")) if name.startswith("@") else None


def _call(node: Node, fields: Fields) -> Any:
    if node.value in AGGREGATES:
        raise Refused(f"{node.value}() counts over many events; it belongs into stats.")
    given = [value_of(part, fields) for part in node.parts]
    if node.value == "bin":
        if len(node.parts) != 1 or node.parts[0].kind != "period":
            raise Refused("bin takes a period such as 5m.")
        return FUNCTIONS["datefloor"](fields.get("@timestamp"), given[0])
    try:
        return FUNCTIONS[str(node.value)](*given)
    except TypeError:
        raise Refused(f"{node.value}() was given {len(given)} values, or one of the wrong kind.") from None


def _binary(sign: str, left: Any, right: Any) -> Any:
    if sign == "=":
        return same(left, right)
    if sign == "!=":
        return not same(left, right)
    numbers = number(left), number(right)
    if sign in ARITHMETIC:
        return _computed(sign, *numbers)
    if left is None or right is None:
        return False
    # Texts compare by their letters; a moment compares with a moment.
    pair: tuple[Any, Any] = numbers if None not in numbers else (text(left), text(right))
    return {"<": pair[0] < pair[1], "<=": pair[0] <= pair[1], ">": pair[0] > pair[1], ">=": pair[0] >= pair[1]}[sign]


def _computed(sign: str, left: float | None, right: float | None) -> Any:
    if left is None or right is None:
        return None
    try:
        found = ARITHMETIC[sign](left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return Moment(found) if isinstance(left, Moment) and isinstance(found, int) else found
