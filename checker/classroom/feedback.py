"""Feedback for one trainee, as a page and as a text: what was judged, what comes next, how to run it again.

What a check of the instructor's own found is not in it, and nothing of any other trainee.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.classroom.replay import replay
from checker.classroom.report import framed
from checker.classroom.report_data import Report, Trainee, counts
from checker.classroom.shown import safe, shown
from checker.errors import Misuse
from checker.report import WIDTH, as_text, table_html
from checker.result import FINDING, Result, Row
from checker.state import write_atomically

FOLDER = "feedback"
# Verdicts that say that something is left to do.
OPEN = ("not_yet", "partial", "too_slow", "broken")


def write_feedback(report: Report, out: Path) -> list[Path]:
    """Write FOLDER/<submission>.html and .txt for everybody; what an earlier run left of others is taken away."""
    folder = out / FOLDER
    if folder.is_symlink():
        raise Misuse(f"{str(folder)!r} is a link. Feedback goes into a folder of its own.", "take the link away")
    folder.mkdir(exist_ok=True)
    written = []
    for trainee in report.trainees:
        for ending, text in ((".html", as_page(report, trainee)), (".txt", as_plain(report, trainee))):
            path = folder / f"{trainee.id}{ending}"
            write_atomically(path, text)
            written.append(path)
    for path in set(folder.glob("*.html")) | set(folder.glob("*.txt")):
        if path not in written:
            path.unlink()
    return written


def open_to(result: Result) -> Result:
    """The result as a trainee may read it: texts safe to show, findings of hidden checks gone."""
    rows = tuple(_open_row(row) for row in result.rows)
    return replace(result, title=shown(result.title), rows=rows, notes=tuple(shown(note) for note in result.notes))


def _open_row(row: Row) -> Row:
    # What a hidden check waits for may be hidden too, and why it matters tells what it tries.
    kept = () if row.hidden else (*FINDING, "waits_for", "why")
    texts: dict[str, Any] = {
        name: shown(getattr(row, name)) if name in kept else "" for name in (*FINDING, "waits_for", "why")
    }
    return replace(row, title=shown(row.title), helped=shown(row.helped), **texts)


def _next(result: Result) -> str:
    row = next((row for row in result.rows if row.verdict in OPEN and counts(row)), None)
    if row is None:
        return m.FEEDBACK_WHOLE
    check = f"{result.exercise[:2]}.{row.id}"
    if row.hidden or not row.next:
        return m.FEEDBACK_NEXT.format(title=row.title.rstrip("."), check=check)
    return m.FEEDBACK_NEXT_ASKS.format(title=row.title.rstrip("."), check=check, question=row.next)


def _again(result: Result) -> list[str]:
    said = [m.FEEDBACK_AGAIN.format(command=replay(result))]
    return [*said, m.FEEDBACK_HIDDEN] if any(row.hidden for row in result.rows) else said


def _points(report: Report, trainee: Trainee) -> str:
    return f"{trainee.submission.points:g} of {report.run.max} points"


def _told(trainee: Trainee) -> list[str]:
    """What was noticed of the hand-in as a whole."""
    one = trainee.submission
    cells = [f"{cell.exercise}: {cell.says}" for cell in one.cells if cell.says]
    said = [one.late.says if one.late else "", one.says, *one.notices, *cells]
    return [shown(text) for text in said if text]


def as_plain(report: Report, trainee: Trainee) -> str:
    """The text form, at most 80 columns wide but for long words."""
    head = m.FEEDBACK_FOR.format(name=re.sub(r"\s+", " ", shown(trainee.name, 200)))
    blocks = ["\n".join([head, _points(report, trainee), *_told(trainee)])]
    for result in _results(trainee):
        blocks.append("\n".join([as_text(result), textwrap.fill(_next(result), WIDTH), *_again(result)]))
    return "\n\n".join(blocks) + "\n"


def as_page(report: Report, trainee: Trainee) -> str:
    """The page: stands alone, loads nothing, runs nothing."""
    name = shown(trainee.name, 200)
    head = (
        f'<header class="top"><h1>{m.FEEDBACK_FOR.format(name=f"<bdi>{safe(name)}</bdi>")}</h1>'
        f'<p class="soft">{_points(report, trainee)}, graded on {safe(report.run.started[:10])}</p></header>'
    )
    told = "".join(f"<li>{safe(text)}</li>" for text in _told(trainee))
    exercises = "".join(_exercise(result) for result in _results(trainee))
    body = f"{head}<main>{f'<ul>{told}</ul>' if told else ''}{exercises}</main>"
    return framed(m.FEEDBACK_FOR.format(name=name), body)


def _results(trainee: Trainee) -> list[Result]:
    return [open_to(trainee.results[slug]) for slug in sorted(trainee.results)]


def _exercise(result: Result) -> str:
    again = "".join(f"<p>{safe(text)}</p>" for text in _again(result))
    return (
        f'<section class="feedback checker">{table_html(result)}<p class="next"><strong>{safe(_next(result))}</strong>'
        f'</p><div class="soft small">{again}</div></section>'
    )
