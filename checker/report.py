"""A result as people read it: text for terminals, HTML for notebooks."""

from __future__ import annotations

import html
import textwrap

from checker import messages as m
from checker.markup import framed
from checker.result import FINDING, Result, Row

WIDTH = 80
COLORS = {
    "passed": "32", "kept": "32", "partial": "33", "not_yet": "33", "too_slow": "33", "broken": "31",
    "could_not_check": "35", "waits_for": "2",
}  # fmt: skip
LABEL = 16
FIELD = 10


def as_text(result: Result, *, color: bool = False, why: bool = False) -> str:
    """The report of one result, at most 80 columns wide; words carry the meaning, color repeats it."""
    head = f"Exercise {int(result.exercise[:2])}  {result.title}"
    lines = [_spread(head, _points(result))]
    for row in result.rows:
        lines += _row_lines(row, color=color, why=why)
    lines += [f"  note: {note}" for note in result.notes]
    return "\n".join(lines)


def _points(result: Result) -> str:
    return f"{result.score} of {result.max} points" if result.max else "no points"


def _spread(left: str, right: str) -> str:
    return f"{left}{right:>{max(1, WIDTH - len(left))}}"


def _row_lines(row: Row, *, color: bool, why: bool) -> list[str]:
    label = m.VERDICTS[row.verdict]
    first, *rest = textwrap.wrap(row.title, WIDTH - LABEL - 12) or [""]
    points = _worth(row)
    start = f"  {_painted(label, row.verdict, color)}{' ' * max(1, LABEL - 2 - len(label))}{first}"
    padding = " " * max(1, WIDTH - LABEL - len(first) - len(points))
    lines = [f"{start}{padding}{points}".rstrip()]
    lines += [" " * LABEL + line for line in rest]
    return lines + [" " * LABEL + line for line in _detail(row, why=why)]


def _worth(row: Row) -> str:
    """The points of a row. Without the word a stretch that is not yet done reads as if the exercise were unfinished."""
    return f"{row.earned} of {row.max}" if row.max else "stretch" if row.kind == "stretch" else ""


def _detail(row: Row, *, why: bool) -> list[str]:
    if row.helped:
        return [f"task {row.task} was helped ({row.helped}): no points, and the rest can go on"]
    if (
        row.hidden
        and row.verdict != "could_not_check"
        and not row.good
        and not any(getattr(row, name) for name in FINDING)
    ):
        return textwrap.wrap(m.HIDDEN, WIDTH - LABEL)
    if row.verdict == "waits_for":
        return textwrap.wrap(f"waits for: {row.waits_for}", WIDTH - LABEL)
    if row.verdict == "could_not_check":
        said = m.INSTRUCTOR_DECIDES if row.max else m.NOT_YOUR_FAULT
        return textwrap.wrap(f"{row.seen} {said}".strip(), WIDTH - LABEL)
    if row.good:
        return textwrap.wrap(row.why, WIDTH - LABEL) if why and row.why else []
    lines = [f"task {task}"] if (task := _task(row)) else []
    for name in FINDING:
        value = getattr(row, name)
        if value:
            first, *rest = _wrapped(value) or [""]
            lines += [f"{name:<{FIELD}}{first}", *(" " * FIELD + line for line in rest)]
    return lines


def _task(row: Row) -> str:
    """The task of a row; none of a guard, which is about a whole file: its fault may stand in the part of any task."""
    return "" if row.kind == "guard" else str(row.task)


def _wrapped(text: str) -> list[str]:
    """The lines of a text, none of them wider than the column of values."""
    width = WIDTH - LABEL - FIELD
    return [piece for line in text.splitlines() for piece in textwrap.wrap(line, width, break_on_hyphens=False)]


def _painted(text: str, verdict: str, color: bool) -> str:
    return f"\x1b[{COLORS[verdict]}m{text}\x1b[0m" if color else text


TONE = {"passed": "good", "kept": "good", "waits_for": "rest", "broken": "bad", "could_not_check": "bad"}


def as_html(result: Result, *, why: bool = False) -> str:
    """The same report for a notebook. Everything that comes from a submission is escaped."""
    return framed(table_html(result, why=why))


def table_html(result: Result, *, why: bool = False) -> str:
    """The table alone, for a page that has a style of its own."""
    head = f"Exercise {int(result.exercise[:2])}: {html.escape(result.title)} <span>{_points(result)}</span>"
    rows = "".join(_row_html(row, why=why) for row in result.rows)
    notes = "".join(f"<p>note: {html.escape(note)}</p>" for note in result.notes)
    # A caption, not a heading: JupyterLab would number headings of outputs into the notebook's table of contents.
    return f"<table><caption>{head}</caption><tbody>{rows}</tbody></table>{notes}"


def _row_html(row: Row, *, why: bool) -> str:
    tone = TONE.get(row.verdict, "lost")
    points = _worth(row)
    label = f'<th scope="row" class="{tone}">{m.VERDICTS[row.verdict]}</th>'
    said = f"{html.escape(row.title)}{_detail_html(row, why=why)}"
    return f'<tr>{label}<td>{said}</td><td class="points">{points}</td></tr>'


def _detail_html(row: Row, *, why: bool) -> str:
    if row.good or row.helped or row.hidden or row.verdict in ("waits_for", "could_not_check"):
        text = html.escape(" ".join(_detail(row, why=why)))
        return f'<br><span class="rest">{text}</span>' if text else ""
    pairs = [("task", _task(row)), *((name, getattr(row, name)) for name in FINDING)]
    return "<dl>" + "".join(f"<dt>{k}</dt><dd>{_lines_html(v)}</dd>" for k, v in pairs if v) + "</dl>"


def _lines_html(text: str) -> str:
    return "<br>".join(map(html.escape, text.splitlines()))
