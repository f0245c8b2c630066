"""The report of one run: a page of its own, readable without a network, in light and dark, and on paper."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from course.project.demo.plots import Band, Chart, draw
from course.project.demo.series import charts
from course.project.demo.told import Stage
from course.project.monitoring.quality import Verdict
from course.project.system import System

_PAGE = Path(__file__).with_name("report.html")


def write_report(
    path: Path, system: System, stages: Sequence[Stage], verdicts: Sequence[tuple[float, Verdict]]
) -> Path:
    """Write the page; the figures are those that were told."""
    end = max(system.at(stages[-1].ended), 1.0)
    # The first stage began before the clock of the series; the count is over in no time.
    bands = [
        Band(str(number), max(0.0, system.at(one.began)), system.at(one.ended))
        for number, one in enumerate(stages, start=1)
        if one.seconds > 1
    ]
    drawn = [figure(chart, bands, number) for number, chart in enumerate(charts(system, verdicts, end), start=1)]
    texts = {
        "date": f"{datetime.now():%Y-%m-%d %H:%M}",
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "cards": "".join(_card(*one) for one in _summary(system, stages)),
        "stages": "".join(_stage(number, one) for number, one in enumerate(stages, start=1)),
        "alerts": _alerts(system),
        "charts": "".join(drawn),
    }
    page = _PAGE.read_text(encoding="utf-8")
    for name, text in texts.items():
        page = page.replace(f"<!-- {name} -->", text)
    path.write_text(page, encoding="utf-8")
    return path


def style() -> str:
    """The look of the page, for other pages of the project."""
    page = _PAGE.read_text(encoding="utf-8")
    return page[page.index("<style>") + len("<style>") : page.index("</style>")]


def _summary(system: System, stages: Sequence[Stage]) -> list[tuple[str, str]]:
    seen = system.clients.seen
    failed = sum(one.status != 200 for one in seen)
    audit = system.audit()
    times = sorted(one.seconds for one in seen if one.status)
    p95 = times[int(0.95 * (len(times) - 1))] * 1000 if times else 0.0
    return [
        (f"{len(seen):,}", "requests"),
        (f"{failed:,}", "of them failed"),
        (f"{p95:.0f} ms", "95 % answered within"),
        (f"{system.clients.labels.total():,}", "labels came back"),
        (f"{audit.lost}", "answers missing in the log"),
        (f"{stages[-1].ended - stages[0].began:.0f} s", "for all of it"),
    ]


def _card(value: str, name: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _stage(number: int, one: Stage) -> str:
    failed = '<strong class="failed">Not as it should be.</strong> ' if one.failed else ""
    figures = "".join(f"<li>{escape(text)}</li>" for text in one.figures)
    return (
        f'<tr><td class="number">{number}</td><th scope="row">{escape(one.title)}<span>{one.seconds:.0f} s</span></th>'
        f"<td><p>{failed}{escape(one.why)}</p><ul>{figures}</ul></td></tr>"
    )


def _alerts(system: System) -> str:
    if not system.alerts.changes:
        return "<p>No alert fired.</p>"
    rows = []
    for change in system.alerts.changes:
        word = "fires" if change.firing else "is over"
        rows.append(f"<li><b>{change.time / 1000:.0f} s</b> {escape(change.name)} {word}</li>")
    return f"<ol>{''.join(rows)}</ol>"


def figure(chart: Chart, bands: Sequence[Band], number: int) -> str:
    many = len(chart.lines) > 1
    keys = "".join(
        f'<li><svg viewBox="0 0 24 6" aria-hidden="true"><path class="{line.kind}" d="M0 3L24 3"/></svg>'
        f"{escape(line.name)}</li>"
        for line in chart.lines
        if many
    )
    key = f"<ul>{keys}</ul>" if keys else ""
    return (
        f"<figure><figcaption><b>{escape(chart.title)}</b> {escape(chart.says)}{key}</figcaption>"
        f"{draw(chart, bands, number=number)}</figure>"
    )
