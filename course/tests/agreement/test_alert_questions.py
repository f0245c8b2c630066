"""The question beside a lost alert of exercise 9 fits to what its query does."""

from __future__ import annotations

import pytest

from checker import sibling
from checker.promql import Database, Rule
from course.build.sync import ROOT

ASKED = sibling(str(ROOT / "exercises" / "09_metrics" / "checks" / "test_09_metrics_rules.py"), "asked")
MINUTE = 60_000
RATE = 'sum(rate(http_requests_total{status="500"}[2m])) / sum(rate(http_requests_total[2m]))'
TOTAL = 'sum(http_requests_total{status="500"}) / sum(http_requests_total)'


def rule(expr: str, hold: int = 0) -> Rule:
    return Rule("HighErrorRate", expr, is_alert=True, hold=hold)


@pytest.fixture
def night() -> Database:
    """A tenth of the requests fails."""
    database = Database()
    for status, values in (("200", "0+90x10"), ("500", "0+10x10")):
        database.load("http_requests_total", {"status": status}, values, step=MINUTE)
    return database


def test_a_message_says_what_was_compared(night):
    found = ASKED.sides(rule(f"({RATE}) > 5"), night, 5 * MINUTE)

    assert str(found) == "0.1, which is compared by > 5"
    assert ASKED.why_not(rule(f"{RATE} > 5"), ASKED.Told(found), None, 10) == ASKED.UNITS


def test_an_empty_side_asks_for_labels(night):
    asked = rule(f"{RATE.replace('500', '599')} > 0.05")

    found = ASKED.sides(asked, night, 5 * MINUTE)

    assert str(found) == "nothing, which is compared by > 0.05"
    assert ASKED.why_not(asked, ASKED.Told(found), None, 10) == ASKED.EMPTY


def test_a_query_without_a_number_on_its_right_is_not_told(night):
    assert ASKED.sides(rule(f"0.05 < {RATE}"), night, 5 * MINUTE) is None
    assert ASKED.why_not(rule(f"0.05 < {RATE}"), ASKED.Told(), None, 10) == ASKED.WHICH


@pytest.mark.parametrize(
    ("expr", "minute", "question"),
    [
        (f"{RATE.replace('rate(', 'delta(')} > 0.05", 24.5, "RESETS"),
        ("rate(movies:failed[5m]) > 0.05", None, "GAUGES"),
        ("sum(rate(a_seconds_sum[5m])) / sum(rate(a_seconds_count[5m])) > 0.1", None, "MEANS"),
        (f"{TOTAL} > 0.05", 24.5, "TOTALS"),
        (f"{RATE} > 0.05", 24.5, "LATE"),
        (f"{RATE} > 0.05", 3.0, "EARLY"),
    ],
)
def test_the_wrong_minute_has_a_question_of_its_own(expr, minute, question):
    assert ASKED.why_not(rule(expr), ASKED.Told(), minute, 10) == getattr(ASKED, question)


SHARE, CALLS = RATE.replace("2m", "5m"), 'sum(increase(http_requests_total{status="500"}[2m]))'
P95 = "histogram_quantile(0.95, sum by (le) (rate(a_seconds_bucket[1m])))"
MEAN = "sum(rate(a_seconds_sum[5m])) / sum(rate(a_seconds_count[5m]))"


@pytest.mark.parametrize(
    ("expr", "largest", "sign", "limit", "question"),
    [
        # A share or a percentile that is right, and a limit below the goal's.
        (SHARE, 0.047, ">", 0.03, "LIMIT"),
        ("movies:failed_share:rate5m", 0.047, ">=", 0.04, "LIMIT"),
        (P95, 0.087, ">", 0.06, "LIMIT"),
        # A number, a share of 1 and what cannot be told.
        (CALLS, 4.2, ">", 1, "NUMBER"),
        ("http_requests_total:rate5m", 4.2, ">", 0.05, "NUMBER"),
        (SHARE, 1.0, ">", 0.05, "MATCHED"),
        (f"100 * {SHARE}", 4.7, ">", 3, "SHARES"),
        (SHARE, None, ">", 0.05, "SHARES"),
        (SHARE, 0.047, "<", 0.95, "SHARES"),
    ],
)
def test_a_limit_a_number_and_a_share_of_one_are_asked_about_apart(expr, largest, sign, limit, question):
    found = ASKED.Sides(largest, sign, limit)

    assert ASKED.why_so(rule(f"{expr} {sign} {limit}"), ASKED.SHARES, found) == getattr(ASKED, question)


def test_a_mean_is_asked_the_question_of_the_night():
    found = ASKED.Sides(0.09, ">", 0.06)

    assert ASKED.why_so(rule(f"{MEAN} > 0.06"), "Mean?", found) == "Mean?"
    assert ASKED.why_so(rule(f"{P95} > 0.06"), "Mean?", found) == ASKED.LIMIT
    assert ASKED.why_so(rule(f"{P95} > 0.06"), "Mean?") == "Mean?"


def test_a_rule_without_patience_is_asked_for_it():
    assert ASKED.why_so(rule(f"{RATE} > 0.05"), ASKED.PATIENCE) == ASKED.NO_PATIENCE
    assert ASKED.why_so(rule(f"{RATE} > 0.05", hold=90_000), ASKED.PATIENCE) == ASKED.PATIENCE
    assert ASKED.why_so(rule(f"{TOTAL} > 0.05"), ASKED.PATIENCE) == ASKED.TOTALS
