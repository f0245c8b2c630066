"""What exercise 10 says of a log line that should carry its metrics, in whole texts."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.errors import NotYet
from course.build.sync import ROOT

EXERCISE = ROOT / "exercises" / "10_cloudwatch"
EMF, CONTRACT, NIGHTS = (
    sibling(str(EXERCISE / "checks" / "conftest.py"), name) for name in ("test_10_cloudwatch_emf", "contract", "nights")
)
ANSWER = (EXERCISE / "solution" / "emf.py").read_text("utf-8")
CLOCK = "In which unit does Timestamp count, and is it the time of the request or of your call?"
UNIT = "Which unit does the contract give this metric, and which key of its entry under Metrics says so?"
NAMED = "Which name in the metadata belongs to which key at the top of the line?"
FAILED = "Which field says that a request failed, whatever its status and its latency?"


def found(line: Any) -> tuple[str, str]:
    """Seen and next of what the check finds in what line() returns."""
    submission = SimpleNamespace(call=lambda name, request: line(request), random=random.Random(7))
    with pytest.raises(NotYet) as lost:
        EMF.test_line_carries_its_metrics(submission, CONTRACT, NIGHTS)
    return lost.value.finding.seen, lost.value.finding.next


def test_a_line_that_is_no_text_is_asked_for_its_kind() -> None:
    assert found(lambda request: {"Errors": 1}) == (
        "dict came back",
        "What does the caller get of line(): what it returns, and of which kind is that?",
    )


OF_LINE = [
    (
        'request["timestamp"],',
        'request["timestamp"] // 1000,',
        "the time of Requests is 1795227007, not 1795227007373",
        CLOCK,
    ),
    (
        'request["timestamp"],',
        'request["timestamp"] / 1000,',
        "_aws.Timestamp is 1795227007.373; it must be a whole number of milliseconds since 1970.",
        CLOCK,
    ),
    (
        '1 if request["level"] == "ERROR" else 0',
        'request["level"] == "ERROR"',
        "Errors is True; a metric's value must be a number.",
        "What does JSON write for this value of Python, and is that a number?",
    ),
    (
        "**measured})",
        "**measured}, indent=1)",
        "several lines came back",
        "Each line of a log is an event of its own. What puts the line breaks into your text?",
    ),
    (
        '"Latency": "Milliseconds"',
        '"Latency": "ms"',
        "The unit of Latency is 'ms', which CloudWatch does not know.",
        UNIT,
    ),
    ('"Latency": "Milliseconds"', '"Latency": "Seconds"', "the unit of Latency is Seconds, not Milliseconds", UNIT),
    ('1 if request["level"] == "ERROR" else 0', "0", "Errors is 0, not 1", FAILED),
    ('1 if request["level"] == "ERROR" else 0', 'int(request["latency_ms"] < 16)', "Errors is 0, not 1", FAILED),
    ('"Requests": 1,', '"Requests": 2,', "Requests is 2, not 1", "How many requests does one line stand for?"),
    (
        '"Latency": request["latency_ms"]',
        '"Latency": round(request["latency_ms"])',
        "Latency is 11, not 10.7",
        "Which number has the request for its latency, to the last digit?",
    ),
    (
        '"Latency": "Milliseconds"}',
        '"Latency": "Milliseconds", "status": "None"}',
        "a metric status that nobody asked for; each one costs by the month",
        "Which metrics does the contract have? What a line holds beside them is a field, and no metric.",
    ),
    ('names = {"Requests": "Count", ', "names = {", "the metric Requests is not in the line", NAMED),
    (
        "{**request, **measured}",
        '{**request, **measured, "level": request["level"].lower()}',
        'level is "error" in the line, and "ERROR" in the request',
        "Queries compare letter by letter. What finds your line that looks for what the request says?",
    ),
    (
        "{**request, **measured}",
        "measured",
        "timestamp, level, message, route, status, latency_ms, user_id, request_id: gone from the line, so no query "
        "can ask for it",
        "A line may hold more than its metrics. Where do the other fields go?",
    ),
    (
        "{**request, **measured}",
        '{**{name: request[name] for name in "timestamp level message route status latency_ms user_id '
        'request_id".split()}, **measured}',
        "trace_id: gone from the line, so no query can ask for it",
        "A line may hold more than its metrics. Where do the other fields go?",
    ),
    (
        '"Errors": 1',
        '"Error": 1',
        "The metric Errors has no value: the line has no key 'Errors' at its top.",
        "Which part of the format does the brief's example have at this place?",
    ),
]


@pytest.mark.parametrize(("old", "new", "seen", "question"), OF_LINE)
def test_a_line_is_told_its_fault(old: str, new: str, seen: str, question: str) -> None:
    made: dict[str, Any] = {}
    assert old in ANSWER
    exec(ANSWER.replace(old, new), made)

    assert found(made["line"]) == (seen, question)


def test_what_is_tried_names_the_status() -> None:
    made: dict[str, Any] = {}
    exec(ANSWER.replace('1 if request["level"] == "ERROR" else 0', 'int(request["status"] == 500)'), made)
    submission = SimpleNamespace(call=lambda name, request: made["line"](request), random=random.Random(7))
    with pytest.raises(NotYet) as lost:
        EMF.test_line_carries_its_metrics(submission, CONTRACT, NIGHTS)

    assert (lost.value.finding.tried, lost.value.finding.seen, lost.value.finding.next) == (
        "called emf.line for a request with level ERROR, status 503 and 8.2 ms",
        "Errors is 0, not 1",
        FAILED,
    )
