"""What row 2 says of queries that are right in one moment and wrong in the next, in full; and how they are counted."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import CouldNotCheck, Finding, NotYet, Partial
from checker.promql import CannotFollow
from course.tests.project import final
from course.tests.project.verdicts import said

CHECKS = str(final.COURSE.project.checks / "x.py")
monitoring, crowd, slow = (sibling(CHECKS, name) for name in ("test_12_project_2_monitoring", "crowd", "slow"))
watch = monitoring.watch
MODEL = "asked the monitoring of two pods under traffic your query `model`"
# What each signal's own judge says of the query "wrong".
FAULT = ("0.3 while all was well", "what is asked", "Which?")


def asking(**queries):
    return SimpleNamespace(toml=lambda _: queries)


@pytest.fixture
def signals(monkeypatch):
    """The verdict on four queries that are called right or wrong."""
    monkeypatch.setattr(watch, "observe", lambda *_: None)
    for name in ("_judged", "_judged_saturation"):
        monkeypatch.setattr(monitoring, name, lambda _, __, ___, query: FAULT if query == "wrong" else ("", "", ""))

    def judged(*queries):
        return said(monitoring.test_four_golden_signals, asking(**dict(zip(monitoring.SIGNALS, queries, strict=True))))

    return judged


@pytest.mark.parametrize("place", range(4))
def test_three_right_signals_have_six_points_whichever_is_wrong(signals, place):
    verdict = signals(*("wrong" if one == place else "right" for one in range(4)))

    assert isinstance(verdict, Partial)
    assert verdict.earned == 6
    assert verdict.finding.where == f"signals.toml, {monitoring.SIGNALS[place]}"


def test_signals_that_are_wrong_are_all_named(signals):
    verdict = signals("wrong", "right", "?", "right")

    assert verdict.earned == 4
    assert verdict.finding == Finding(
        "asked the monitoring of two pods under traffic your query `traffic`",
        "0.3 while all was well (right: errors, saturation; wrong too: latency)",
        "what is asked",
        "signals.toml, traffic",
        "Which?",
    )


def test_four_wrong_signals_have_no_point(signals):
    verdict = signals("wrong", "wrong", "wrong", "wrong")

    assert isinstance(verdict, NotYet)
    assert verdict.finding.seen == (
        "0.3 while all was well (right: none of the four; wrong too: errors, latency, saturation)"
    )


def unknown(key):
    return watch.NotComputed("signals.toml", key, CannotFollow("The aggregation quantile() is not computed here."))


def judged_as(monkeypatch, **found):
    """The verdict on signals that are right but for these."""

    def judge(_, __, key):
        if key in found:
            raise found[key]

    monkeypatch.setattr(watch, "observe", lambda *_: None)
    monkeypatch.setattr(monitoring, "_expect_signal", judge)
    return said(monitoring.test_four_golden_signals, asking(traffic="x"))


SAYS = (
    "signals.toml, latency cannot be judged: The aggregation quantile() is not computed here. "
    "`python -m checker.promql --help` lists what is."
)
OTHERWISE = "write it with what that command lists, or hand it in: an instructor decides"


def test_a_query_that_is_not_computed_costs_its_own_points(monkeypatch):
    verdict = judged_as(monkeypatch, latency=unknown("latency"))

    assert isinstance(verdict, Partial)
    assert verdict.earned == 6
    assert verdict.finding == Finding(
        "asked the monitoring your query `latency`",
        f"{SAYS} (right: traffic, errors, saturation; not computed: latency)",
        "a query that is computed here",
        "signals.toml, latency",
        OTHERWISE,
    )


def test_what_is_wrong_is_told_before_what_is_not_computed(monkeypatch):
    wrong = NotYet(Finding("tried", "0.3", "0", "signals.toml, saturation", "Which?"))

    verdict = judged_as(monkeypatch, latency=unknown("latency"), saturation=wrong)

    assert verdict.earned == 4
    assert verdict.finding.seen == "0.3 (right: traffic, errors; not computed: latency)"
    assert verdict.finding.where == "signals.toml, saturation"


def test_four_queries_that_are_not_computed_were_not_checked(monkeypatch):
    verdict = judged_as(monkeypatch, **{key: unknown(key) for key in monitoring.SIGNALS})

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding.next == OTHERWISE


def test_a_query_with_a_function_that_is_not_computed_is_asked_in_vain():
    with pytest.raises(watch.NotComputed):
        watch.value(watch.Night(), "quantile(0.95, sum by (instance) (x))", 0, key="latency")


def test_a_form_that_is_empty_starts_no_pod(signals):
    assert signals("?", "?", "?", "?").finding == Finding(
        "looked for `traffic` in signals.toml",
        "traffic is '?'",
        "a query in PromQL, as text",
        "signals.toml, traffic",
        "Which metric of /metrics tells this, and what has to be done with it to get one number?",
    )


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("sum(rate(x_total[10m]))", "The service has run for 6 minutes by then. Over which time is your rate a mean?"),
        ("sum(rate(x_total[1m]))", "Is it a total or a rate, per second or per minute, of one pod or all?"),
    ],
)
def test_a_traffic_that_is_too_low_over_a_window_that_is_too_long(query, question):
    night = watch.Night(broken=watch.SHORT[0] * watch.STEP)

    assert monitoring._judged(None, night, "traffic", query) == (
        "no result while all was well, no result in the fault",
        "0.4 predictions a second were sent: between 0.28 and 0.56",
        question,
    )


@pytest.mark.parametrize(
    ("query", "seconds"),
    [("x", 0), ("rate(x[5m])", 300), ("rate(x[1h30m]) / rate(x[30s])", 5400), ("max_over_time(x[2m:15s])", 120)],
)
def test_the_longest_window_of_a_query(query, seconds):
    assert watch.longest_window(query) == seconds


def test_a_query_of_the_model_that_follows_the_traffic(monkeypatch):
    values = iter((0.1333, 0.4, 1.2))
    monkeypatch.setattr(watch, "observe", lambda *_, **__: watch.Night(broken=360_000, end=525_000))
    monkeypatch.setattr(watch, "value", lambda *_, **__: next(values))

    verdict = said(monitoring.test_one_metric_of_the_model, asking(model="sum(rate(ones_total[2m]))"))

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        f"{MODEL}, and three minutes later, when 3 times as many asked the same",
        "0.1333, then 0.4",
        "the same number twice, since the answers are the same",
        "signals.toml, model",
        "Does it follow what the model says, or how much and how often it was asked?",
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sum(in_progress)", ("2 with 2 pods, 3 when one more had started",
                              "a number that does not rise because there is room for more",
                              "What does an idle pod add? Who is in it at the moment in which /metrics is read?")),
        ("sum(rate(busy_seconds_total[1m]))", ("", crowd.EXPECTED, "")),
    ],
)  # fmt: skip
def test_a_gauge_that_counts_who_reads_it(monkeypatch, query, found):
    monkeypatch.setattr(crowd, "_fill", lambda *_: (2.0, 8.0))
    monkeypatch.setattr(crowd, "_start", lambda *_: (2.0, 3.0))

    assert crowd.judged(None, SimpleNamespace(servers=[1, 2]), query) == found


@pytest.mark.parametrize(
    ("value", "question"),
    [
        (0.6035, "Which requests does it count that are no predictions?"),
        (24.0, "Is it a total or a rate, per second or per minute, of one pod or all?"),
    ],
)
def test_a_traffic_that_counts_other_requests(monkeypatch, value, question):
    monkeypatch.setattr(watch, "value", lambda *_, **__: value)

    assert monitoring._judged(None, watch.Night(broken=360_000), "traffic", "sum(rate(x_total[5m]))")[2] == question


@pytest.mark.parametrize(
    ("value", "question"),
    [
        (math.inf, "Which part of all requests is 95 %, as a number?"),
        (math.nan, "Which label must a sum over buckets keep?"),
        (None, "Which label must a sum over buckets keep?"),
    ],
)
def test_a_percentile_that_is_no_number(monkeypatch, value, question):
    monkeypatch.setattr(watch, "value", lambda *_, **__: value)

    seen, expected, asked = monitoring._judged(None, watch.Night(), "latency", "histogram_quantile(95, x)")

    told = watch.shown(value)
    assert seen == f"{told} while all was well, {told} in the fault"
    assert (expected, asked) == ("a percentile in seconds", question)


KNOWN = "about 0.3: a percentile of the last minutes, in seconds"
TIME = "Over which time does it look: minutes, or since the start?"


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        ([(487.5, 0.31)], ("487.5 when each prediction took 0.3 s", KNOWN, "Which unit has this number?")),
        ([(0.0004, 0.31)], ("0.0004 when each prediction took 0.3 s", KNOWN, "Which unit has this number?")),
        ([(0.005, 0.31)], ("0.005 when each prediction took 0.3 s", KNOWN, TIME)),
        ([(None, 0.31)], ("no result when each prediction took 0.3 s", KNOWN, "Which requests does it leave out?")),
        ([(0.5, 0.31), (0.25, 0.01)],
         ("0.25 when one pod answered 110 requests quickly, and the other pod a single one, in 0.3 s",
          "at most 0.104: of all requests together hardly one is slow",
          "How much does a pod with a single request weigh in this number?")),
        ([(0.5, 0.31), (0.006, 0.01)], ("", "at most 0.104: of all requests together hardly one is slow", "")),
    ],
)  # fmt: skip
def test_a_latency_against_times_that_are_known(monkeypatch, phases, found):
    told = iter(phases)
    monkeypatch.setattr(slow, "_phase", lambda *_: next(told))

    assert slow.judged(None, watch.Night(), "histogram_quantile(0.95, x)", 0.005) == found


def test_a_machine_that_is_slow_takes_no_point(monkeypatch):
    told = iter([(0.5, 0.31), *[(0.25, 0.3)] * slow.TRIES])
    monkeypatch.setattr(slow, "_phase", lambda *_: next(told))

    assert slow.judged(None, watch.Night(), "histogram_quantile(0.95, x)", 0.005)[0] == ""
    assert next(told, None) is None
