"""Names in a query of Logs Insights that lead nowhere: a text without quotes, a field that no event has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from checker.cloudwatch.insights.syntax import Command, Node, parse

WHOLE = "Which field of an event says that it is an error? What puts events of one minute together?"
QUOTES = "What stands around a text in a query, and what does a word without it name?"
LEFT_OUT = "Which command of your query leaves rows out, and how many rows does a night have?"
CLOCK = "Which column puts the rows into the order of the clock?"


def strange_name(query: str, events: Iterable[Any]) -> tuple[str, str]:
    """A compared name that no event has, in a sentence, and the question to it; two empty texts when there is none."""
    commands = parse(query)
    known = {name for event in events for name in event.fields} | set(_made(commands))
    for node in _nodes(commands):
        if node.kind not in ("=", "!=", "in", "like"):
            continue
        for place, part in enumerate(node.parts):
            if part.kind == "field" and part.value not in known:
                bare = f"; a word without quotes is the name of a field, and no event has {part.value!r}"
                return (bare, QUOTES) if place else (f"; no event has a field {part.value!r}", WHOLE)
    return "", ""


def sorted_by_nothing(query: str, row: dict[str, Any]) -> str:
    """A column of the last sort that the table does not have; an empty text when it has all of them."""
    sorts = [command for command in parse(query) if command.name == "sort"]
    names = [column.name for column in sorts[-1].columns if column.node.kind == "field"] if sorts else []
    return next((name for name in names if name not in row), "")


def _made(commands: list[Command]) -> Iterator[str]:
    """What the query itself gives a name."""
    for command in commands:
        yield from command.pattern.groupindex if command.pattern else ()
        for column in (*command.columns, *command.groups):
            if column.node.kind != "field" or column.name != column.node.value:
                yield column.name


def _nodes(commands: list[Command]) -> Iterator[Node]:
    waiting = [column.node for command in commands for column in (*command.columns, *command.groups)]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += node.parts
