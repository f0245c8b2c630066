"""The checks of tasks 4, 5 and 6: a metric from the log, retention, metrics in a log line, the dashboard."""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect, read_hints
from checker.cloudformation.values import said
from checker.cloudwatch import Refused
from checker.cloudwatch.dashboards import lines
from checker.cloudwatch.embedded import read_line
from checker.cloudwatch.metric_filters import read_filter
from checker.cloudwatch.metrics import PERCENTILE
from checker.cloudwatch.replay import clock
from checker.cloudwatch.template import DASHBOARD, FILTER, LOG_GROUP, name_of

HINTS = read_hints(__file__)
UNITS = {"Requests": "Count", "Errors": "Count", "Latency": "Milliseconds"}


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="filter",
    task=4,
    points=2,
    tier="full",
    after=("reads",),
    hints=HINTS["filter"],
    why="A pattern of text counts every line that holds the word, and the graph shows an outage that was none.",
)
def test_filter_counts_failed_requests(watch, contract, nights):
    """The metric filter counts the requests that failed, and a minute of traffic without one is a 0."""
    resource, made = _filter(watch, contract)
    night = nights.night(watch.submission.random.randrange(1000, 9000))
    expected = "a metric ErrorLines that counts the requests with level ERROR, and 0 where there are none"
    lines = list(zip(night.requests, night.lines(), strict=True))
    odd = next((one for one, text in lines if made.matches(text) != (one["level"] == "ERROR")), None)
    verb = "leaves out" if odd and odd["level"] == "ERROR" else "counts"
    expect(
        odd is None,
        tried=f"ran the pattern {made.pattern} over the log of another night",
        seen=odd and f"it {verb} a line with level {odd['level']}: {odd['message']}",
        expected=expected,
        where=resource.at("FilterPattern"),
        next="Which part of the line does your pattern look at: the whole text, or one field?",
    )
    counted = made.counted((one["timestamp"], text) for one, text in lines)
    due: dict[int, int] = {}
    for request in night.requests:
        minute = request["timestamp"] // nights.MINUTE * nights.MINUTE
        due[minute] = due.get(minute, 0) + (request["level"] == "ERROR")
    wrong = next((minute for minute, count in sorted(due.items()) if counted.get(minute) != count), None)
    expect(
        wrong is None,
        tried="counted a night's errors minute by minute with your filter",
        seen=wrong and f"{clock(wrong)} has {due[wrong]} errors, and the metric says {counted.get(wrong, 'nothing')}",
        expected=expected,
        where=resource.at("MetricTransformations", 0),
        next="What does the metric say in a minute of traffic without a match, when nobody tells it?",
    )


def _filter(watch: Any, contract: Any) -> tuple[Any, Any]:
    for resource in watch.stack.of(FILTER):
        try:
            made = read_filter(resource.properties)
        except Refused as refused:
            expect(
                False,
                tried="read your metric filter as CloudWatch Logs does",
                seen=str(refused),
                expected="a filter that CloudWatch Logs takes",
                where=resource.at(refused.key),
                next="Which of its parts is missing, or of another kind than the brief shows?",
            )
        group = _log_of(watch.stack, resource)
        if made.metric == contract.ERROR_LINES:
            expect(
                group == contract.LOG_GROUP,
                tried="looked which log your metric filter reads",
                seen=f"it reads {group}",
                expected=f"the log {contract.LOG_GROUP}",
                where=resource.at("LogGroupName"),
                next="Where does the service write, and does the filter look there?",
            )
            return resource, made
    expect(
        False,
        tried="looked for the filter that makes MovieService ErrorLines",
        seen="no metric filter makes this metric",
        expected="a metric filter for the metric ErrorLines in the namespace MovieService",
        where=contract.TEMPLATE,
        next="Which names does the filter give to its metric?",
    )
    raise AssertionError


def _log_of(stack: Any, resource: Any) -> str:
    """The name of the log group that a filter reads, whether it is written out or named by Ref."""
    value = resource.get("LogGroupName")
    meant = stack.named(value)
    return name_of(meant) if meant else said(value)


@check(
    id="retention",
    task=4,
    points=1,
    tier="full",
    after=("reads",),
    hints=HINTS["retention"],
    why="A log group keeps everything for ever until somebody says otherwise; the bill and the law notice first.",
)
def test_log_ends(watch, contract):
    """The log of the service is kept for two weeks to three months."""
    resource = watch.resource(LOG_GROUP, contract.LOG_GROUP, asked=f"the log group {contract.LOG_GROUP}")
    days = resource.properties.get("RetentionInDays")
    days = int(days) if isinstance(days, str) and days.isdigit() else days
    low, high = contract.RETENTION
    known = isinstance(days, int) and days in contract.DAYS
    expect(
        known and low <= days <= high,
        tried=f"asked how long {contract.LOG_GROUP} keeps an event",
        seen="it keeps every event for ever: nothing says otherwise"
        if days is None
        else f"RetentionInDays is {days}{'' if known else ', which CloudWatch Logs does not take'}",
        expected="a number of days from 14 to 90 that CloudWatch Logs takes",
        where=resource.at("RetentionInDays"),
        next="Which property of a log group says when events go, and which numbers may it have?",
    )


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="emf",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["emf"],
    why="A log line that carries its metrics needs no second call, and CloudWatch never slows a request down.",
)
def test_line_carries_its_metrics(submission, contract, nights):
    """emf.line makes one line of JSON: three metrics with their values and units, and all that the request says."""
    for request in _requests(submission, nights, 6):
        line = submission.call("emf.line", request)
        data = _data(line)
        found = {
            one.metric.name: (one.values, one.unit, one.at)
            for one in data
            if one.metric.namespace == contract.NAMESPACE
        }
        values = {"Requests": 1.0, "Errors": float(request["level"] == "ERROR"), "Latency": request["latency_ms"]}
        due = {name: ((value,), UNITS[name], request["timestamp"]) for name, value in values.items()}
        wrong = next((name for name in [*due, *found] if found.get(name) != due.get(name)), "")
        expect(
            not wrong,
            tried=f"called emf.line for a request with level {request['level']} and {request['latency_ms']} ms",
            seen=_difference(wrong, found.get(wrong), due.get(wrong)) if wrong else "",
            expected="Requests 1, Errors 0 or 1 in Count, Latency in Milliseconds, at the request's timestamp",
            where="emf.py, line",
            next="Which name in the metadata belongs to which key at the top of the line?",
        )
        lost = [key for key, value in request.items() if json.loads(line).get(key) != value]
        expect(
            not lost,
            tried="looked for the request's own fields in the line",
            seen=f"{', '.join(lost)}: gone from the line, so no query can ask for it",
            expected="every field of the request at the top of the line",
            where="emf.py, line",
            next="A line may hold more than its metrics. Where do the other fields go?",
        )


def _requests(submission: Any, nights: Any, count: int) -> list[dict[str, Any]]:
    """Fresh requests of a night, of each level."""
    night = nights.night(submission.random.randrange(1000, 9000))
    found: list[dict[str, Any]] = []
    for level in ("ERROR", "INFO", "WARN"):
        of_level = [request for request in night.requests if request["level"] == level]
        found += submission.random.sample(of_level, count // 3)
    return found


def _data(line: Any) -> list[Any]:
    expected = "one text: a JSON object that keeps the embedded metric format"
    single = isinstance(line, str) and "\n" not in line.strip()
    seen = "" if single else f"{'several lines' if isinstance(line, str) else type(line).__name__} came back"
    if single:
        try:
            data = read_line(line)
            seen = "" if data else "no metric: the line has no _aws, or names no metric and dimensions there"
        except Refused as refused:
            data, seen = [], str(refused)
        except RecursionError:
            data, seen = [], "the line is nested too deep"
    expect(
        not seen,
        tried="read the line of emf.line as CloudWatch Logs does",
        seen=seen,
        expected=expected,
        where="emf.py, line",
        next="Which part of the format does the brief's example have at this place?",
    )
    return data


def _difference(name: str, found: Any, due: Any) -> str:
    if found is None:
        return f"the metric {name} is not in the line"
    if due is None:
        return f"a metric {name} that nobody asked for; each one costs by the month"
    values, unit, at = found
    if values != due[0]:
        return f"{name} is {', '.join(f'{one:g}' for one in values)}, not {due[0][0]:g}"
    if unit != due[1]:
        return f"the unit of {name} is {unit}, not {due[1]}"
    return f"the time of {name} is {at}, not {due[2]}"


@check(
    id="emf-series",
    task=5,
    points=2,
    tier="full",
    after=("emf",),
    hints=HINTS["emf-series"],
    why="Each new value of a dimension is a new metric on the bill, and an alarm sees only the one that it names.",
)
def test_users_make_no_metrics(submission, contract, nights):
    """A hundred users make three metrics, those that the alarms look at."""
    requests = [dict(request) for request in _requests(submission, nights, 99)]
    for number, request in enumerate(requests, 1):
        request["user_id"] = number
    made = {datum.metric for request in requests for datum in _data(submission.call("emf.line", request))}
    due = {contract.REQUESTS, contract.ERRORS, contract.LATENCY}
    strange = sorted(made - due) or sorted(due - made)
    expect(
        made == due,
        tried=f"made the lines of {len(requests)} requests of as many users",
        seen=strange and f"they make {len(made)} metrics, {'such as' if made - due else 'and not'} {strange[0]}",
        expected="3 metrics, each with the one dimension `Service`, which is `movie-service`",
        where="emf.py, line",
        next="Which of your dimensions has the same value for every request of this service?",
    )


# -- task 6 -----------------------------------------------------------------------------------------------------
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
    tried = "drew your dashboard over a night"
    expected = "Requests and Errors as Sum, Latency as p90 or higher, each of a metric that has data"
    streams = nights.night(watch.submission.seed).streams
    next_ = "Which metrics does the service send, with which dimension, and which statistic shows what you look for?"
    try:
        drawn = lines(said(body))
    except Refused as refused:
        seen, drawn = str(refused), []
    else:
        seen = _undrawn(drawn, streams, contract)
    expect(not seen, tried=tried, seen=seen, expected=expected, where=resource.at("DashboardBody"), next=next_)


def _undrawn(drawn: list[Any], streams: Any, contract: Any) -> str:
    """What a person at the dashboard does not see."""
    for line in drawn:
        if line.metric not in streams and line.metric != contract.ERROR_LINES:
            return f"widget {line.widget} is empty: no value of {line.metric} ever came"
    for wanted in (contract.REQUESTS, contract.ERRORS, contract.LATENCY):
        statistics = [line.statistic for line in drawn if line.metric == wanted]
        if not statistics:
            return f"no widget shows {wanted.name}"
        if not any(_shows(wanted.name, statistic) for statistic in statistics):
            return f"{wanted.name} is drawn as {', '.join(statistics)}"
    return ""


def _shows(name: str, statistic: str) -> bool:
    """Whether a statistic shows what one looks for; each request is a 1 of Requests, so their number will do."""
    if name == "Latency":
        match = PERCENTILE.fullmatch(statistic)
        return bool(match) and float(match[1]) >= 90
    return statistic == "Sum" or (name, statistic) == ("Requests", "SampleCount")
