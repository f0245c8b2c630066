"""What exercise 9 says of mistakes that a trial met, in whole texts: an exception, a class, a bound."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import NotYet
from checker.reply import Raised, Reply
from course.build.sync import ROOT

METRICS = ROOT / "exercises" / "09_metrics"
READING, ASKED, RULES, COUNTS, MODEL = (
    sibling(str(METRICS / "checks" / "conftest.py"), name)
    for name in ("reading", "asked", "test_09_metrics_rules", "test_09_metrics", "test_09_metrics_model")
)
STEP = 15_000


class OnePage:
    """An app whose page is lost to an exception."""

    def __init__(self, message: str) -> None:
        self._reply = Reply(500, {}, b"", "sent", "app.py", Raised("ValueError", message, "metrics.py:80"))

    def http(self, *_: object) -> Reply:
        return self._reply


@pytest.mark.parametrize(
    ("message", "question"),
    [
        (
            "env PROMETHEUS_MULTIPROC_DIR is not set or not a directory",
            "Without this variable there is one process. What does exposition() return then, and how does it find out?",
        ),
        ("no page", "What does exposition() return, and what does the log say?"),
    ],
)
def test_a_page_that_is_lost_without_the_folder_is_asked_about_one_process(message: str, question: str) -> None:
    with pytest.raises(NotYet) as lost:
        READING.page(OnePage(message))

    found = lost.value.finding
    assert (found.tried, found.seen) == ("asked for /metrics", f"status 500: ValueError: {message}, metrics.py:80")
    assert found.expected == "status 200 and the text that Prometheus reads"
    assert (found.where, found.next) == ("metrics.py, exposition", question)


@pytest.mark.parametrize(
    ("rule", "seen", "question"),
    [
        (
            {"alert": "A", "expr": "sum(rate(x[5m])"},
            "'sum(rate(x[5m])' is no query: unclosed left parenthesis.",
            "Read the query from its inside out. Has each bracket its partner, and what does each function take?",
        ),
        (
            {"alert": "A", "expr": "sum(rate(x_duration_seconds_bucket[5m])"},
            "'sum(rate(x_duration_seconds_bucket[5m])' is no query: unclosed left parenthesis.",
            "Read the query from its inside out. Has each bracket its partner, and what does each function take?",
        ),
        (
            {"alert": "A", "expr": "rate(x[])"},
            "'rate(x[])' is no query: missing unit character in duration.",
            "How is a range written? A number and a unit of one or two letters, in square brackets, without a blank.",
        ),
        (
            {"alert": "A", "expr": "up", "fro": "5m"},
            "The key 'fro' is not known here; record, alert, expr, for, keep_firing_for, labels, annotations are.",
            "What does Prometheus' page on alerting rules say about this key?",
        ),
        (
            {"alert": "A", "expr": "sum(rate(x[5 min]))"},
            "'sum(rate(x[5 min]))' is no query: unexpected character inside brackets: 'm'.",
            "How is a range written? A number and a unit of one or two letters, in square brackets, without a blank.",
        ),
        (
            {"alert": "A", "expr": "sum(rate(x[5minutes]))"},
            "'sum(rate(x[5minutes]))' is no query: bad number or duration syntax: 5mi.",
            "How is a range written? A number and a unit of one or two letters, in square brackets, without a blank.",
        ),
        (
            {"alert": "A", "expr": "sum(rate(x[5m))"},
            "'sum(rate(x[5m))' is no query: unexpected character inside brackets: ')'.",
            "Read the query from its inside out. Has each bracket its partner, and what does each function take?",
        ),
    ],
)
def test_a_query_and_a_key_are_asked_about_apart(rule: dict[str, str], seen: str, question: str) -> None:
    file = {"groups": [{"name": "a", "rules": [rule]}]}
    submission = SimpleNamespace(yaml=lambda _: file, place=lambda *_: "alerts.yaml:3")
    with pytest.raises(NotYet) as lost:
        RULES.test_rules_load(submission)

    found = lost.value.finding
    assert (found.tried, found.seen, found.next) == ("read alerts.yaml as Prometheus does", seen, question)


def reply(where: str) -> Reply:
    return Reply(404, {}, b"", "sent GET /nothing", "app.py", Raised("KeyError", "'route'", where))


def test_an_exception_of_metrics_py_is_named_where_a_number_is_wrong() -> None:
    finding = {
        "tried": "sent 3",
        "seen": "0 counted",
        "expected": "3",
        "where": "metrics.py, Middleware",
        "next": "Why?",
    }
    raised = READING.raised_in([reply("stub_model.py:9"), reply("metrics.py:63")])

    with pytest.raises(NotYet) as lost:
        READING.expect_counted(False, raised, **finding)

    said = lost.value.finding
    assert said.seen == "0 counted; your lines raise KeyError: 'route'"
    assert said.where == "metrics.py:63"
    assert said.next == "Which requests reach this line, and what is there for some of them and not for all?"


def test_an_exception_of_the_model_is_not_held_against_metrics_py() -> None:
    assert READING.raised_in([reply("stub_model.py:9")]) is None


PENDING: list[tuple[list[int], tuple[str, str]]] = [
    ([], ("", "")),
    (
        [600_000 + 15_000 * n for n in range(60)],
        (": it is pending from minute 10.0 on, to the end of the night", "LATE"),
    ),
    (
        [600_000, 630_000, 660_000],
        (": it is pending from minute 10.0 on, and 2 times more, each time until its query gives nothing", "FLIPS"),
    ),
    (
        [600_000, 630_000],
        (": it is pending from minute 10.0 on, and once more, each time until its query gives nothing", "FLIPS"),
    ),
]


@pytest.mark.parametrize(("pending", "said"), PENDING)
def test_an_alert_that_waits_in_vain_is_told_how(pending: list[int], said: tuple[str, str]) -> None:
    words, question = ASKED.waited(pending, STEP, 1_485_000)

    assert (words, question) == (said[0], getattr(ASKED, said[1], ""))


def of_labels(*names: str) -> tuple[str, str, str]:
    """What is said of a counter of requests with these labels."""
    page = READING.Page(series={"http_requests_total": [(dict.fromkeys(names, "x"), 1.0)] if names else []})
    with pytest.raises(NotYet) as lost:
        COUNTS._expect_labels(page, "sent 3", "metrics.py")
    return lost.value.finding.seen, lost.value.finding.expected, lost.value.finding.next


def test_a_label_too_many_is_named() -> None:
    assert of_labels("route", "status", "method") == (
        "the labels of http_requests_total are method, route, status",
        "`route` and `status`, and no others",
        "The table has no `method`: what does each further label do to the number of series?",
    )
    assert of_labels("route", "status", "user", "method")[2] == (
        "The table has no `method` and `user`: what does each further label do to the number of series?"
    )


@pytest.mark.parametrize(("names", "seen"), [(["path", "status"], "path, status"), ([], "none at all")])
def test_a_label_that_is_missing_is_looked_up(names: list[str], seen: str) -> None:
    assert of_labels(*names) == (
        f"the labels of http_requests_total are {seen}",
        "`route` and `status`, and no others",
        "Which labels does the table name, and was any request counted?",
    )


@pytest.mark.parametrize(("total", "said"), [(0.12, "0.12"), (0.2, "0.2"), (0.1 + 0.2 + 0.07, "0.37")])
def test_rounded_times_are_asked_for_their_buckets(total: float, said: str) -> None:
    with pytest.raises(NotYet) as lost:
        COUNTS._expect_measured(total, "sent 4")

    found = lost.value.finding
    assert found.seen == f"the times add up to {said} s sharp: each of them is rounded"
    assert found.expected == "seconds as they were measured: most answers take a few milliseconds"
    assert (found.where, found.next) == (
        "metrics.py, Middleware",
        "Into which buckets do 3 ms and 140 ms fall after your rounding?",
    )


def test_times_of_a_clock_and_of_milliseconds_are_taken() -> None:
    for total in (0.123, 0.120457214, 0.1200013):
        COUNTS._expect_measured(total, "sent 4")


def test_bounds_that_tell_no_times_apart_are_no_bounds_below_the_goal() -> None:
    COUNTS._expect_bounds([0.0001, 0.01, 0.025, 0.05, 0.1, 1.0], "sent 4", "metrics.py")
    with pytest.raises(NotYet) as lost:
        COUNTS._expect_bounds([0.0001, 0.0002, 0.0005, 0.1, 1.0], "sent 4", "metrics.py")

    assert (lost.value.finding.seen, lost.value.finding.expected, lost.value.finding.next) == (
        "the bounds 0.0001, 0.0002, 0.0005, 0.1, 1",
        "3 bounds or more from 0.005 to below 0.1, where nearly all times fall",
        "Which bounds show whether 95 of 100 stay within the goal, and how far the others go?",
    )


@pytest.mark.parametrize(
    ("classes", "seen", "question"),
    [
        (
            {"True": 2.0, "False": 1.0},
            "0 in the series prediction_class=\"0\", where 1 were made; prediction_class is 'False', 'True'",
            "Which two values of this label does the table name, and what becomes of yours as a text?",
        ),
        (
            {"0": 3.0},
            '3 in the series prediction_class="0", where 1 were made',
            "Which label does the table name, and which of the two values that predicted() gets is the class?",
        ),
        (
            {"1": 3.0},
            '0 in the series prediction_class="0", where 1 were made',
            "Is this the class that app.py hands over, or one that is made anew from the score?",
        ),
    ],
)
def test_the_values_of_a_label_that_are_there_are_shown(classes: dict[str, float], seen: str, question: str) -> None:
    series = [({"prediction_class": name}, value) for name, value in classes.items()]
    page = READING.Page({"model_predictions": "counter"}, {"model_predictions_total": series})

    with pytest.raises(NotYet) as lost:
        MODEL._expect_classes(page, [0.6, 0.95, 0.97], "sent 3", "metrics.py")

    assert (lost.value.finding.seen, lost.value.finding.next) == (seen, question)


@pytest.mark.parametrize(
    ("told", "question"),
    [
        ([4.0, 8.0], "How many processes are there, which one is asked, and where do the numbers of the other lie?"),
        (
            [243.0, 249.0],
            "Nobody sent that many. What is in this registry besides the sum of all processes, and how often is it "
            "put in?",
        ),
    ],
)
def test_more_than_was_sent_is_asked_about_apart(told: list[float], question: str) -> None:
    with pytest.raises(NotYet) as lost:
        MODEL._expect_sum(told, (4, 8))

    found = lost.value.finding
    assert found.tried == "started two processes with one folder, sent 4 bad predictions to one, 8 to the other"
    assert found.seen == f'with status="422" the first says {told[0]:g}, the second {told[1]:g}; 12 were sent'
    assert found.expected == "from both the same: what all processes counted together, once"
    assert (found.where, found.next) == ("metrics.py, exposition", question)
