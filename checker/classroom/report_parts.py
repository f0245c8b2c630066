"""What the sections of a class report are built from. Every text of a submission goes through `safe`."""

from __future__ import annotations

from collections.abc import Iterable

from checker import messages as m
from checker.classroom.report_data import CheckLine, Trainee
from checker.classroom.shown import safe
from checker.result import FINDING, Row

TITLES = {
    "first": "What to talk about first", "class": "The class", "exercises": "Check by check", "times": "Time",
    "late": "Late, refused, noticed", "alike": "Alike", "set-by-hand": "Set by hand",
    "trainees": "Trainee by trainee", "made": "How this was made",
}  # fmt: skip
# Columns that hold numbers begin with this sign in the list of heads.
NUMBER = "#"
# A class of thirty is seen whole; more rows than this scroll below their head.
LONG = 45


def section(name: str, body: str) -> str:
    return f'<section id="{name}"><h2>{TITLES[name]}</h2>{body}</section>'


def scroll(table: str, label: str) -> str:
    """A table that may be wider than the screen: with a name, and by keyboard. A long one keeps its head in sight."""
    tall = " tall" if table.count("<tr") > LONG else ""
    return f'<div class="scroll{tall}" role="region" tabindex="0" aria-label="{safe(label)}">{table}</div>'


def table(caption: str, heads: Iterable[str], rows: str, label: str = "") -> str:
    """A table with a caption and column headers; `#Points` is a column of numbers."""
    cells = "".join(_head(name) for name in heads)
    whole = f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"
    return scroll(whole, label or caption)


def _head(name: str) -> str:
    numbers = ' class="n"' if name.startswith(NUMBER) else ""
    return f'<th scope="col"{numbers}>{name.removeprefix(NUMBER)}</th>'


def person(trainee: Trainee) -> str:
    """A name as a link to what the page says of this trainee."""
    return f'<a href="#t-{safe(trainee.id)}"><bdi>{safe(trainee.name, 40)}</bdi></a>'


def by_name(trainees: Iterable[Trainee]) -> list[Trainee]:
    return sorted(trainees, key=lambda one: one.place)


def verdict_tag(row: Row) -> str:
    return f'<span class="tag {row.verdict}">{m.VERDICTS[row.verdict]}</span>'


def finding(row: Row) -> str:
    """The five fields of a lost check."""
    pairs = ((name, getattr(row, name)) for name in FINDING)
    return '<dl class="finding">' + "".join(f"<dt>{k}</dt><dd>{safe(v)}</dd>" for k, v in pairs if v) + "</dl>"


def anchor(line: CheckLine, group: int = 0) -> str:
    """Where the page shows a check, or one group of its wrong answers."""
    name = f"c{line.exercise[:2]}-{line.row.id}"
    return f"{name}-{group}" if group else name
