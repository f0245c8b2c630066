"""The check of task 6: the dashboard, drawn over a night."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.cloudformation.values import said
from checker.cloudwatch import Refused
from checker.cloudwatch.dashboards import lines
from checker.cloudwatch.metrics import PERCENTILE, statistic
from checker.cloudwatch.template import DASHBOARD

HINTS = read_hints(__file__)
# Seconds of one point on a board, at most: a trouble of a quarter of an hour has to have a shape.
LONGEST, SLOW_MS = 300, 1000


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
    question = "Which metrics does the service send, with which dimension, and which statistic shows what you look for?"
    try:
        drawn = lines(said(body))
    except Refused as refused:
        seen, drawn = str(refused), []
    else:
        seen, question = _undrawn(drawn, night, contract, question)
    expect(
        not seen,
        tried="drew your dashboard over a night",
        seen=seen,
        expected="Requests and Errors as Sum, Latency as a percentile that shows slow requests, "
        "points of at most 5 minutes",
        where=resource.at("DashboardBody"),
        next=question,
    )


def _undrawn(drawn: list[Any], night: Any, contract: Any, question: str) -> tuple[str, str]:
    """What a person at the dashboard does not see, and the question to it."""
    for line in drawn:
        if line.metric not in night.streams and line.metric != contract.ERROR_LINES:
            return f"widget {line.widget} is empty: no value of {line.metric} ever came", question
    for wanted in (contract.REQUESTS, contract.ERRORS, contract.LATENCY):
        shown = [line for line in drawn if line.metric == wanted]
        if not shown:
            return f"no widget shows {wanted.name}", question
        coarse = [line for line in shown if line.period > LONGEST]
        if len(coarse) == len(shown):
            seen = f"a point of {wanted.name} is {coarse[0].period // 60} minutes, as long as a trouble or longer"
            return seen, "For how many seconds does one point of your line stand, and how long was the outage?"
        kept = [line for line in shown if line not in coarse]
        problems = [_hides(line, night) for line in kept]
        if all(problems):
            return problems[0], question
    return "", question


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
    told = f"in the {len(values)} points of the slow stretch {line.statistic} of Latency shows {slow} slow ones"
    return "" if slow * 2 > len(values) else told
