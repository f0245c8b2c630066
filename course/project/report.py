"""The one page that a trainee keeps: the mark row by row, and plots of the trainee's own runs."""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from checker import sibling
from checker.kube.objects import in_text
from checker.kube.rollout import compute, plan_of
from checker.state import State
from course.project.demo.plots import Chart, Line, Points
from course.project.demo.report import figure, style
from course.project.rubric import Earned, Mark

# Which plot of an incident's page shows a signal first.
SHOWN_IN = {
    "restarts": "Replicas", "rollout": "Replicas", "memory": "Memory of the largest replica",
    "cache": "Errors of the cache",
    "latency_inside": "Time to an answer, p95", "latency_outside": "Time to an answer, p95",
    "server_errors": "Answers by status", "client_errors": "Answers by status", "withheld": "Answers by status",
    "feature": "Features against training", "labels": "Quality on the newest labels",
}  # fmt: skip
_GATE = sibling(str(Path(__file__).parent / "checks" / "gate.py"), "gate")
_FIGURE = re.compile(r"<figure><figcaption><b>(?P<title>[^<]*)</b>.*?</figure>", re.DOTALL)
_MOST_HEADINGS = 40


def write(folder: Path, state: State, mark: Mark, answers: Mapping[str, Any]) -> Path:
    """Write report.html into the trainee's folder, from what lies there."""
    record = _record(folder / "load.json")
    figures = [figure(one, [], number) for number, one in enumerate(_charts(folder, record), start=1)]
    figures += _evidence(folder, answers)
    path = folder / "report.html"
    path.write_text(
        PAGE.format(
            style=style(),
            own=OWN,
            date=f"{datetime.now():%Y-%m-%d %H:%M}",
            machine=escape(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"),
            verdict=_verdict(mark),
            cards="".join(_card(*one) for one in _cards(mark, record, state)),
            rows="".join(_row(one, _lost(one, state)) for one in mark.rows),
            charts="".join(figures) or "<p>No run of yours lies in this folder yet: python load.py makes one.</p>",
            runbook=_runbook(folder / "runbook.md"),
        ),
        encoding="utf-8",
    )
    return path


def _record(path: Path) -> dict[str, Any]:
    """The record of a load test; empty where there is none, or none with an answer in it."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if _GATE.is_record(table) else {}


def _verdict(mark: Mark) -> str:
    if mark.stale:
        names = escape(", ".join(name for one in mark.stale for name in one.changed))
        return f'<p class="verdict">To be checked again: {names} changed since the last check.</p>'
    if mark.passed:
        return '<p class="verdict">Passed, self-assessed: an instructor grades the folder again.</p>'
    reasons = escape("; ".join(mark.missing))
    return f'<p class="verdict">Not passed yet: {reasons}.</p>'


def _cards(mark: Mark, record: Mapping[str, Any], state: State) -> Iterator[tuple[str, str]]:
    yield f"{mark.points}", "of 100 points"
    yield f"{sum(one.level == 'full' for one in mark.rows)}", "rows in full"
    if record:
        times = times_of(record)
        yield f"{sum(times.values()):,}", "requests of the load test"
        yield f"{quantile(times, 0.95)} ms", "95 % answered within"
        yield f"{record.get('exit_code')}", "is what Locust ended with"
    yield f"{len(state.helped)}", "rows from the reference"


def _card(value: str, name: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _lost(one: Earned, state: State) -> list[str]:
    """Titles of the row's checks that did not give all their points."""
    rows = [row for row in state.last.get("rows", ()) if row["id"] in one.row.checks]
    return [str(row.get("title", row["id"])) for row in rows if row["earned"] < row["max"]]


def _row(one: Earned, lost: Sequence[str]) -> str:
    row, share = one.row, one.earned / one.row.points
    level = "from the reference" if one.helped else one.level
    bar = (
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        f'aria-label="{one.earned} of {row.points}"><rect class="rest" width="100" height="8"/>'
        f'<rect class="got" width="{100 * share:.0f}" height="8"/></svg>'
    )
    points = f"0 to {row.points}, by a person" if row.person else f"{one.earned} of {row.points}{bar}"
    open_ = "".join(f"<li>not yet: {escape(title)}</li>" for title in lost)
    open_ += "".join(f"<li>changed since this check: {escape(name)}</li>" for name in one.changed)
    return (
        f'<tr><td class="number">{row.number}</td><th scope="row">{escape(row.title)}<span>{escape(level)}</span></th>'
        f'<td class="points">{points}</td><td><p>{escape(row.full)}</p>'
        f"{f'<ul>{open_}</ul>' if open_ else ''}</td></tr>"
    )


def _charts(folder: Path, record: Mapping[str, Any]) -> Iterator[Chart]:
    if record:
        yield from _of_load(record)
    path = folder / "deployment.yaml"
    if path.is_file():
        yield from _of_rollout(path)


def _of_load(record: Mapping[str, Any]) -> Iterator[Chart]:
    end = max(1.0, float(record["lasted"]))
    per_second: Counter[int] = Counter()
    for one in record["scenarios"]:
        per_second.update({int(second): int(count) for second, count in one["per_second"].items()})
    first = min(per_second, default=0)
    # The first and the last second are not whole.
    whole = sorted(per_second)[1:-1]
    rate: Points = [(second - first, float(per_second[second])) for second in whole]
    yield Chart(
        "Load: requests per second", "The asked rate is the dashed line.", "/s", [Line("requests", "a", rate)], end,
        limit=(float(record["asked_rate"]), "asked"),
    )  # fmt: skip
    times = times_of(record)
    slowest = quantile(times, 0.995)
    yield Chart(
        "Load: share of answers within so many ms",
        f"p95 is {quantile(times, 0.95)} ms, p99 {quantile(times, 0.99)} ms.",
        "%", [Line("answered", "a", _cumulated(times, slowest))], float(max(slowest, 1)), top=100.0,
        limit=(95.0, "95 %"),
    )  # fmt: skip
    usage = record["usage"]
    lines = [
        Line(name, kind, [(float(at), float(one[key])) for at, one in enumerate(usage, start=1)])
        for key, name, kind in (("service", "service", "a"), ("locust", "Locust", "c"))
    ]
    yield Chart("Load: processor time", "In cores; who is at 1 has no time left.", "cores", lines, float(len(usage)))


def _cumulated(times: Counter[int], most: int) -> Points:
    total, seen, points = sum(times.values()), 0, [(0.0, 0.0)]
    for value in sorted(times):
        if value > most:
            break
        seen += times[value]
        points.append((float(value), 100 * seen / total))
    return points


def times_of(record: Mapping[str, Any]) -> Counter[int]:
    """Milliseconds of all answers of a load test, as the checks read them."""
    return Counter(_GATE.times_of(record))


def quantile(times: Counter[int], share: float) -> int:
    """The time within which this share of all answers came."""
    return int(_GATE.quantile(sorted(times.items()), share))


def _of_rollout(path: Path) -> Iterator[Chart]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        found = [one for one in in_text(path.name, text, list(yaml.safe_load_all(text))) if one.kind == "Deployment"]
        steps = compute(plan_of(found[0])).steps
    except (yaml.YAMLError, IndexError, ValueError, TypeError):
        return
    lines = [
        Line("old, serving", "c", _stairs([float(step.old) for step in steps])),
        Line("new, serving", "a", _stairs([float(step.new) for step in steps])),
        Line("all pods", "d", _stairs([float(step.pods) for step in steps])),
    ]
    least = min(step.serving for step in steps)
    yield Chart(
        "Your update, step by step", f"Worked out from deployment.yaml: {least} pods serve at the worst moment.",
        "pods", lines, float(max(1, len(steps) - 1)),
    )  # fmt: skip


def _stairs(values: Sequence[float]) -> Points:
    points: list[tuple[float, float | None]] = [(0.0, values[0])]
    for at, (before, after) in enumerate(pairwise(values), start=1):
        points += [(float(at), before), (float(at), after)]
    return points


def _evidence(folder: Path, answers: Mapping[str, Any]) -> Iterator[str]:
    """The plot of each incident's page that shows the signal which the trainee named."""
    for number, place in ((1, "first"), (2, "second")):
        page = folder / f"incident-{number}" / "page.html"
        title = SHOWN_IN.get(str(answers.get(f"{place}_signal")))
        if title is None or not page.is_file():
            continue
        for found in _FIGURE.finditer(page.read_text(encoding="utf-8")):
            if found["title"] == escape(title):
                said = escape(f"Incident {number}: {answers.get(f'{place}_cause')}, seen first here")
                # Ids of two pages must not meet on one.
                yield re.sub(r"\bc(\d+)([td])\b", rf"i{number}-\1\2", found[0]).replace(found["title"], said, 1)


def _runbook(path: Path) -> str:
    if not path.is_file():
        return "<p>There is no runbook.md yet.</p>"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    headings = [line.lstrip("#").strip() for line in lines if line.startswith("##")][:_MOST_HEADINGS]
    listed = "".join(f"<li>{escape(one)}</li>" for one in headings)
    return f"<ol>{listed}</ol>" if listed else "<p>runbook.md has no section.</p>"


OWN = """
.verdict { font-weight: 650; color: var(--ink); }
.points { width: 8rem; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .45rem; width: 100%; margin-top: .3rem; }
.bar .rest { fill: var(--rule); } .bar .got { fill: var(--a); }
.sign { margin-top: 1rem; display: flex; gap: 2rem; color: var(--soft); }
@media print { .charts { grid-template-columns: 1fr 1fr; } }
.sign span { flex: 1; border-top: 1px solid var(--soft); padding-top: .2rem; }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Complete system: a report</title>
<style>{style}{own}</style>
</head>
<body>
<header>
<h1>Complete system</h1>
<p>The final project, {date}, on {machine}. All figures are of runs on this machine.</p>
{verdict}
</header>
<dl>{cards}</dl>
<main>
<h2>Row by row</h2>
<table><tbody>{rows}</tbody></table>
<h2>What was measured</h2>
<div class="charts">{charts}</div>
<section class="alerts">
<h2>The runbook's sections</h2>
{runbook}
</section>
<div class="sign"><span>Row 7, 0 to 5 points</span><span>Who read the runbook</span><span>Date</span></div>
</main>
<footer>Processes, requests, kills and times are real. A small supervisor and a balancer of the course stand in for a
cluster; users, labels and tastes are simulated. Without an instructor's grade this page is self-assessed.</footer>
</body>
</html>
"""
