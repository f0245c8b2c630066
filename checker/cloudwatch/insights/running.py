"""Runs the commands of a query over log events, one after another, as the pipe says."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from checker.cloudwatch.insights.evaluating import over, value_of
from checker.cloudwatch.insights.events import Event
from checker.cloudwatch.insights.syntax import MAX_LIMIT, Command, parse
from checker.cloudwatch.insights.values import Moment, order, true

DEFAULT_COLUMNS = ("@timestamp", "@message")


@dataclass
class _Table:
    """The rows so far, which columns are shown, and whether a display has said so."""

    rows: list[dict[str, Any]]
    columns: list[str] = field(default_factory=list)
    displayed: bool = False

    def show(self, names: Iterable[str]) -> None:
        self.columns += [name for name in names if name not in self.columns]


def run(query: str, events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the rows of a query over events, at most as many as AWS returns; raises Refused."""
    table = _Table([dict(event.fields) for event in events])
    for command in parse(query):
        _DO[command.name](table, command)
    limited = table.rows[:MAX_LIMIT]
    columns = table.columns or list(DEFAULT_COLUMNS)
    return [{name: _plain(row[name]) for name in columns if name in row} for row in limited]


def shown(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows as texts, as a terminal shows them."""
    return [
        {name: "" if one is None else f"{one:.6g}" if isinstance(one, float) else str(one) for name, one in row.items()}
        for row in rows
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Moment):
        return str(value)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    return value


def _fields(table: _Table, command: Command) -> None:
    for row in table.rows:
        for column in command.columns:
            found = value_of(column.node, row)
            if found is not None or column.node.kind != "field":
                row[column.name] = found
    if not table.displayed:
        table.show(column.name for column in command.columns)


def _display(table: _Table, command: Command) -> None:
    table.columns, table.displayed = [], False
    _fields(table, command)
    table.displayed = True


def _filter(table: _Table, command: Command) -> None:
    node = command.columns[0].node
    table.rows = [row for row in table.rows if true(value_of(node, row))]


def _stats(table: _Table, command: Command) -> None:
    groups: dict[tuple[Any, ...], list[tuple[dict[str, Any], int]]] = {}
    for row in table.rows:
        key = tuple(value_of(group.node, row) for group in command.groups)
        groups.setdefault(key, []).append((row, int(row.get("@timestamp", 0))))
    if not command.groups and not groups:
        groups[()] = []
    rows = []
    for key, members in groups.items():
        named: dict[str, Any] = dict(zip((group.name for group in command.groups), key, strict=True))
        for column in command.columns:
            named[column.name] = over(column.node, members, named)
        rows.append(named)
    table.rows, table.displayed = rows, False
    table.columns = [column.name for column in (*command.groups, *command.columns)]


def _sort(table: _Table, command: Command) -> None:
    for column, descending in reversed(list(zip(command.columns, command.descending, strict=True))):
        keys = {
            id(row): order(row[column.name] if column.name in row else value_of(column.node, row)) for row in table.rows
        }
        table.rows.sort(key=lambda row: keys[id(row)], reverse=descending)


def _limit(table: _Table, command: Command) -> None:
    table.rows = table.rows[: command.number]


def _parse(table: _Table, command: Command) -> None:
    assert command.pattern
    source, *named = command.columns
    names = [column.name for column in named] or list(command.pattern.groupindex)
    for row in table.rows:
        found = value_of(source.node, row)
        match = command.pattern.search(str(found)) if found is not None else None
        if match:
            values = match.groups() if named else match.groupdict().values()
            row.update(zip(names, values, strict=True))


_DO = {
    "fields": _fields, "display": _display, "filter": _filter, "stats": _stats, "sort": _sort, "limit": _limit,
    "parse": _parse,
}  # fmt: skip
