"""The questions to a query of Logs Insights, and what its sort looks for in vain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.cloudwatch.insights import parse, strange_name

WHOLE = "Which field of an event says that it is an error? What puts events of one minute together?"
QUOTES = "What stands around a text in a query, and what does a word without it name?"
LEFT_OUT = "Which command of your query leaves rows out, and how many rows does a night have?"
ROWS = "What makes a row of your table: the minute alone, or something beside it?"
COMMANDS = "Which commands stand between the pipes, and what does each of them need?"
OF_REFUSED = {
    "sort": "What stands between sort and the column that it sorts by?",
    "=": "With which sign does a query compare a field with a text?",
}
CLOCK = "Which column puts the rows into the order of the clock?"


def about_names(query: str, events: Iterable[Any]) -> tuple[str, str]:
    """A compared name that no event has, behind a semicolon, and the question to it; empty texts when there is none."""
    strange, is_value = strange_name(query, events)
    return (f"; {strange}", QUOTES if is_value else WHOLE) if strange else ("", "")


def sorted_by_nothing(query: str, row: dict[str, Any]) -> str:
    """A column of the last sort that the table does not have; an empty text when it has all of them."""
    sorts = [command for command in parse(query) if command.name == "sort"]
    names = [column.name for column in sorts[-1].columns if column.node.kind == "field"] if sorts else []
    return next((name for name in names if name not in row), "")
