"""Names in a query that lead nowhere: a text without quotes, a field that no event has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.cloudwatch.insights.events import Event
from checker.cloudwatch.insights.syntax import Command, Node, parse


def strange_name(query: str, events: Iterable[Event]) -> tuple[str, bool]:
    """A compared name that no event has, in words, and whether it stands for a value; empty words for none."""
    commands = parse(query)
    known = {name for event in events for name in event.fields} | set(_made(commands))
    for node in _nodes(commands):
        if node.kind not in ("=", "!=", "in", "like"):
            continue
        for place, part in enumerate(node.parts):
            if part.kind == "field" and part.value not in known:
                bare = f"a word without quotes is the name of a field, and no event has {part.value!r}"
                return (bare, True) if place else (f"no event has a field {part.value!r}", False)
    return "", False


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
