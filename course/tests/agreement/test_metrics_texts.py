"""What exercise 9 says of mistakes that a trial met, in whole texts: a unit, an exception, a service that ends."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.errors import NotYet
from checker.reply import Answers, Raised, Reply
from course.build.sync import ROOT

METRICS = ROOT / "exercises" / "09_metrics"
TABLES, READING, ASKED, RIGHT, RULES = (
    sibling(str(METRICS / "checks" / "conftest.py"), name)
    for name in ("test_09_metrics_tables", "reading", "asked", "answers", "test_09_metrics_rules")
)
SEED = 70_523
STEP = 15_000


def of_p95(given: float) -> tuple[str, str]:
    submission = SimpleNamespace(seed=SEED, answers=lambda: Answers({"p95_ms": given}))
    with pytest.raises(NotYet) as lost:
        TABLES.test_p95(submission)
    return lost.value.finding.seen, lost.value.finding.next


def test_a_right_percentile_in_seconds_is_told_its_unit() -> None:
    given = round(RIGHT.p95(RIGHT.both_pods(SEED)) / 1000, 3)

    assert of_p95(given) == (
        f"p95_ms is {given}, the p95 of both pods, in seconds",
        "In which unit are the bounds `le`, and which unit stands in the name p95_ms?",
    )


def test_a_bound_in_seconds_is_told_both() -> None:
    given = RIGHT.bucket_of(SEED)[1] / 1000

    assert of_p95(given)[0] == f"p95_ms is {given:g}, a bound of the bucket that holds it, in seconds"


def test_no_percentile_is_asked_for_its_rank() -> None:
    assert of_p95(0) == (
        "p95_ms is 0",
        "How many requests are 95 of 100 of both pods together, and which bucket reaches that count?",
    )


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
            {"alert": "A", "expr": "up", "fro": "5m"},
            "The key 'fro' is not known here; record, alert, expr, for, keep_firing_for, labels, annotations are.",
            "What does Prometheus' page on alerting rules say about this key?",
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


def traffic(folder: Path, app: str) -> Any:
    """Run traffic.py beside an app of a few lines."""
    shutil.copy(METRICS / "starter" / "traffic.py", folder)
    (folder / "app.py").write_text(app, "utf-8")
    return subprocess.run([sys.executable, "traffic.py"], cwd=folder, capture_output=True, text=True, check=False)


def test_a_service_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    done = traffic(tmp_path, "raise ValueError('no registry')\n")

    first, *rest = done.stderr.splitlines()
    assert done.returncode == 1
    assert first == "The service does not start: its process has ended with exit code 1."
    assert rest[-1] == "ValueError: no registry"


def test_a_service_that_answers_with_an_error_is_quoted(tmp_path: Path) -> None:
    done = traffic(
        tmp_path, "async def app(scope, receive, send):\n    assert scope['type'] != 'http', 'a broken line'\n"
    )

    first, *rest = done.stderr.splitlines()
    assert first == "The service does not start: GET /health/live is answered with status 500."
    assert rest[-1] == "AssertionError: a broken line"
