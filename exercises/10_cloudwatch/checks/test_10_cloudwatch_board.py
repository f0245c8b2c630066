"""The check of task 6: the dashboard, drawn over a night."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.cloudformation.values import Call, said
from checker.cloudwatch import Refused
from checker.cloudwatch.dashboards import expressions, lines
from checker.cloudwatch.metrics import PERCENTILE, statistic
from checker.cloudwatch.template import DASHBOARD

HINTS = read_hints(__file__)
# Seconds of one point on a board, at most: a trouble of a quarter of an hour has to have a shape.
LONGEST, SLOW_MS = 300, 1000
EMPTY = "Compare it with the metric's line, letter by letter. Is a metric with other dimensions the same?"
UNNAMED = "Which option gives a row of the widget the name that an expression reads?"
UNSHOWN = "Which three metrics does the contract have, and which row of a widget names this one?"
ADDED = "Each request is one value. Which statistic says how many there were, or how many of them failed?"
MOVED = "Which statistic moves when one of forty-four requests is slow?"
HIDDEN = "Which option of its row says whether a line is drawn?"
FORM = "In which form does the starter have the body?"
OF_REFUSED = {
    "JSON": "What does JSON want at the place that the message names?",
    "period": "Of how many seconds can one point be?",
}


@check(
    id="dashboard",
    task=6,
    points=1,
    tier="full",
    after=("reads",),
    hints=HINTS["dashboard"],
    why="A widget on a metric that is not there is empty, and an empty graph looks like a calm night.",
)
def test_dashboard_shows_the_night(watch, contract, nights):
    """Every line of the dashboard has data; requests and errors are summed, and the slowest requests are shown."""
    resource = watch.resource(DASHBOARD, "movie-service", asked="the dashboard movie-service")
    body = resource.properties.get("DashboardBody")
    night = nights.night(watch.submission.seed)
    try:
        seen, question = _unread(body) or _undrawn(said(body), night, contract)
    except Refused as refused:
        seen, question = str(refused), OF_REFUSED.get(refused.key, FORM)
    expect(
        not seen,
        tried="drew your dashboard over a night",
        seen=seen,
        expected="Requests and Errors as Sum, Latency as a percentile that shows slow requests, "
        "points of at most 5 minutes",
        where=resource.at("DashboardBody"),
        next=question,
    )


def _unread(body: Any) -> tuple[str, str] | None:
    """The function that makes the whole body, and the question to it; None for a text."""
    if not isinstance(body, Call):
        return None
    return f"{body.name} makes the body, and this function is not evaluated here", FORM


def _undrawn(body: str, night: Any, contract: Any) -> tuple[str, str]:
    """What a person at the dashboard does not see, and the question to it."""
    named, unread = lines(body), expressions(body)
    drawn = [line for line in named if line.visible]
    for line in drawn:
        if line.metric not in night.streams and line.metric != contract.ERROR_LINES:
            return f"widget {line.widget} is empty: no value of {line.metric} ever came", EMPTY
    for one in unread:
        if one.unknown:
            return f"widget {one.widget}: {one.text[:80]} reads {one.unknown}, and no row there has this id", UNNAMED
    for wanted in (contract.REQUESTS, contract.ERRORS, contract.LATENCY):
        shown = sorted((line for line in drawn if line.metric == wanted), key=_percent, reverse=True)
        if not shown:
            return _unshown(wanted, any(line.metric == wanted for line in named), unread)
        coarse = [line for line in shown if line.period > LONGEST]
        if len(coarse) == len(shown):
            seen = f"a point of {wanted.name} is {coarse[0].period // 60} minutes, as long as a trouble or longer"
            return seen, "For how many seconds does one point of your line stand, and how long was the outage?"
        kept = [line for line in shown if line not in coarse]
        problems = [_hides(line, night) for line in kept]
        if all(problems):
            return problems[0], MOVED if wanted == contract.LATENCY else ADDED
    return "", ""


def _unshown(wanted: Any, hidden: bool, unread: list[Any]) -> tuple[str, str]:
    if hidden:
        return f"no widget shows {wanted.name}: its line is not visible", HIDDEN
    if unread:
        seen = f"no widget shows {wanted.name}, and the expression {unread[0].text[:80]} is not evaluated here"
        return seen, "How does a row name a metric itself, with its dimension?"
    return f"no widget shows {wanted.name}", UNSHOWN


def _percent(line: Any) -> float:
    """Which percentile a line is; others stand below all of them."""
    match = PERCENTILE.fullmatch(line.statistic)
    return float(match[1]) if match else -1


def _hides(line: Any, night: Any) -> str:
    """Why a line does not show what one looks for; each request is a 1 of Requests, so their number will do."""
    name = line.metric.name
    if name != "Latency":
        fits = line.statistic == "Sum" or (name, line.statistic) == ("Requests", "SampleCount")
        return "" if fits else f"{name} is drawn as {line.statistic}"
    if not PERCENTILE.fullmatch(line.statistic):
        return f"Latency is drawn as {line.statistic}"
    first, last = (night.at(minute) for minute in night.plan["slow"])
    step, stream = line.period * 1000, night.streams[line.metric]
    values = [statistic(line.statistic)(stream.between(at, at + step)) for at in range(first, last, step)]
    slow = sum(value > SLOW_MS for value in values)
    few = f"only {slow}" if slow else "none"
    told = f"Latency is drawn as {line.statistic}: {few} of the {len(values)} points of the slow stretch"
    return "" if slow * 2 > len(values) else f"{told} {'are' if slow > 1 else 'is'} above {SLOW_MS} ms"
