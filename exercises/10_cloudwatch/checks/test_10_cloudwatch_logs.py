"""The checks of task 4: a metric from the log, and retention."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.cloudformation.values import said
from checker.cloudwatch import Refused
from checker.cloudwatch.metric_filters import read_filter
from checker.cloudwatch.replay import clock
from checker.cloudwatch.template import FILTER, LOG_GROUP, name_of

HINTS = read_hints(__file__)
FAILED = "Which field says that a request failed, whatever its message, its status and its latency?"
SIGNS = "Which signs does a pattern have around a field and around a text, and which does YAML need around it all?"
COUNTS = "By how much does one line raise the metric, and which property says so?"
SILENT = "What does the metric say in a minute of traffic without a match, when nobody tells it?"
OF_KEY = {
    "FilterPattern": SIGNS,
    "DefaultValue": "Which of the two does the brief ask for: a dimension, or a 0 in a minute without an error?",
}
PARTS = "Which of its parts is missing, or of another kind than the brief shows?"


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
        seen=odd and f"it {verb} a line with level {odd['level']}: {odd['message']}, {odd['latency_ms']} ms",
        expected=expected,
        where=resource.at("FilterPattern"),
        next=FAILED
        if (odd and odd["level"] == "ERROR") or made.pattern.startswith("{")
        else "Which part of the line does your pattern look at: the whole text, or one field?",
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
        next=COUNTS if wrong and due[wrong] else SILENT,
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
                next=OF_KEY.get(refused.key, PARTS),
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
