"""What a query gives, computed by hand: windows, rates, buckets, matching; and what is refused or not followed."""

from __future__ import annotations

import math

import pytest

from checker.promql import (
    CannotFollow,
    Database,
    Dialect,
    Evaluator,
    QueryFailed,
    QueryRefused,
    dialect_of,
    metric_names,
    parse,
    samples_at,
)

MINUTE = 60_000
BEFORE_3 = Dialect(left_open=False)


def answers(query, series, *, at=5 * MINUTE, step=MINUTE, dialect=None):
    """The result of a query, labels as a dict's items to value."""
    database = Database()
    for (name, *labels), values in series.items():
        database.load(name, dict(labels), values, step=step)
    found = Evaluator(database, dialect or Dialect()).query(query, at)
    return {" ".join(f"{key}={value}" for key, value in one.labels): one.value for one in found}


STEADY = {("c",): "0+60x10"}
TWO = {("c", ("s", "200")): "0+60x10", ("c", ("s", "500")): "0+6x10"}


def test_a_steady_counter_has_its_slope():
    assert answers("rate(c[3m])", STEADY) == {"": 1.0}
    assert answers("increase(c[3m])", STEADY) == {"": 180.0}


def test_a_range_of_one_sample_has_no_rate():
    assert answers("rate(c[1m])", STEADY) == {}


def test_before_version_3_the_left_edge_belongs_to_the_range():
    assert answers("rate(c[1m])", STEADY, dialect=BEFORE_3) == {"": 1.0}
    assert answers("count_over_time(c[3m])", STEADY) == {"": 3.0}
    assert answers("count_over_time(c[3m])", STEADY, dialect=BEFORE_3) == {"": 4.0}


def test_a_counter_that_starts_anew_loses_nothing():
    # 4 and 6 before the new start, then 3 more: a rise of 2 + 3 in two minutes, extended to four.
    assert answers("increase(c[4m])", {("c",): "_ _ _ 4 6 3"}) == {"": pytest.approx(5 * (2 + 0.5) / 2)}


def test_a_rate_is_never_extended_below_zero():
    # From 1 to 61 in a minute: the counter was zero a second earlier.
    assert answers("increase(c[5m])", {("c",): "_ _ _ _ 1 61"}) == {"": pytest.approx(61)}


def test_since_2_51_a_start_is_looked_for_within_half_a_distance():
    late = {("c",): "_ _ _ _ _ 50 110"}

    new = answers("increase(c[5m])", late, at=6 * MINUTE, dialect=dialect_of("2.51.0"))
    old = answers("increase(c[5m])", late, at=6 * MINUTE, dialect=dialect_of("2.50.1"))

    assert new == {"": pytest.approx(90)}
    assert old == {"": pytest.approx(110)}


@pytest.mark.parametrize(
    ("version", "dialect"),
    [
        ("2.42.0+ds", Dialect(False, False, False)),
        ("v2.53.3", Dialect(False, True, False)),
        ("3.7.3", Dialect(True, True, False)),
        ("3.14.0", Dialect(True, True, True)),
    ],
)
def test_versions_have_their_way(version, dialect):
    assert dialect_of(version) == dialect


def test_a_text_that_is_no_version_is_said():
    with pytest.raises(ValueError, match=r"^'unknown' is no version of Prometheus\.$"):
        dialect_of("unknown")


def test_sums_keep_what_they_are_asked_to_keep():
    assert answers("sum by (s) (rate(c[3m]))", TWO) == {"s=200": 1.0, "s=500": pytest.approx(0.1)}
    assert answers("sum without (s) (rate(c[3m]))", TWO) == {"": pytest.approx(1.1)}


def test_a_share_of_errors_needs_the_same_labels_on_both_sides():
    assert answers('rate(c{s="500"}[3m]) / rate(c[3m])', TWO) == {"s=500": 1.0}
    assert answers('sum(rate(c{s="500"}[3m])) / sum(rate(c[3m]))', TWO) == {"": pytest.approx(0.1 / 1.1)}


def test_a_comparison_filters_and_with_bool_answers():
    assert answers("c > 100", TWO) == {"__name__=c s=200": 300.0}
    assert answers("c > bool 100", TWO) == {"s=200": 1.0, "s=500": 0.0}


def test_sets_look_at_labels_only():
    assert answers('c and c{s="500"}', TWO) == {"__name__=c s=500": 30.0}
    assert answers('c unless c{s="500"}', TWO) == {"__name__=c s=200": 300.0}
    assert answers('c{s="500"} or on () c', TWO) == {"__name__=c s=500": 30.0}


def test_what_is_missing_is_missing():
    assert answers('absent(c{s="404", x!="1"})', TWO) == {"s=404": 1.0}
    assert answers("absent(c)", TWO) == {}
    assert answers("c", {("c",): "1 1 stale"}) == {}
    assert answers("c", {("c",): "1"}) == {}


def test_a_division_by_nothing_is_no_crash():
    assert math.isnan(answers("c / 0", {("c",): "0x9"})[""])
    assert answers("c / 0", {("c",): "-1x9"}) == {"": -math.inf}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("rate(c[5m]", "'rate(c[5m]' is no query: unclosed left parenthesis."),
        ("rate(c)", "'rate(c)' is no query: expected type matrix in call to function 'rate', got vector."),
        ("p95(c)", "'p95(c)' is no query: unknown function with name 'p95'."),
        (
            'c{a="1" or b="2"}',
            '\'c{ or a="1" or b="2"}\' has an `or` between its labels, which Prometheus does not know.',
        ),
    ],
)
def test_what_prometheus_refuses_is_refused(query, message):
    with pytest.raises(QueryRefused) as refused:
        parse(query)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("predict_linear(c[1h], 60)", "The function predict_linear() is not computed here."),
        ("topk(3, c)", "The aggregation topk() is not computed here."),
        ("max_over_time(c[5m:1m] @ end())", "The modifier @ is not computed here."),
        ("c @ end()", "The modifier @ is not computed here."),
        ("c atan2 c", "The operator atan2 is not computed here."),
        ("c + fill(0) c", "The modifier fill() is not computed here."),
    ],
)
def test_what_is_not_computed_is_said(query, message):
    with pytest.raises(CannotFollow) as unknown:
        parse(query)

    assert str(unknown.value) == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "c / on () c",
            'Both c{s="200"} and c{s="500"} match {} on one side; many-to-many matching is not allowed.',
        ),
        (
            'c / ignoring (s) c{s="500"}',
            "Several series match {}; many-to-one needs group_left or group_right.",
        ),
        ("c[5m]", "The query gives a range of samples, and a rule needs one value per series."),
        ('"text"', "The query gives a text, and a rule needs a vector or a number."),
    ],
)
def test_what_fails_only_when_it_is_evaluated(query, message):
    with pytest.raises(QueryFailed) as failed:
        answers(query, TWO)

    assert str(failed.value) == message


def test_a_pattern_that_only_go_reads_is_not_judged():
    with pytest.raises(CannotFollow) as unknown:
        answers(r'c{s=~"2.*\\z"}', TWO)

    assert str(unknown.value) == r"The pattern '2.*\\z' is not one that this checker reads."


def test_two_metrics_that_lose_their_names_must_differ_in_a_label():
    with pytest.raises(QueryFailed) as failed:
        answers('rate({__name__=~"c|d"}[3m])', STEADY | {("d",): "0+1x10"})

    assert str(failed.value) == "The result holds {} twice."


def test_the_metrics_of_a_query_are_named_even_where_it_is_not_computed():
    assert metric_names('topk(3, rate(a_total[5m])) / on (x) {__name__="b", y="1"} + {y=~"z"}') == {"a_total", "b"}


def test_a_subquery_asks_at_every_multiple_of_its_step():
    steps = {("c",): "0 60 120 300 360 420"}
    # Since 3.0 the moment on the left edge is outside: minutes 3, 4 and 5 are asked.
    assert answers("count_over_time(sum(c)[3m:1m])", steps) == {"": 3.0}
    assert answers("count_over_time(sum(c)[3m:1m])", steps, dialect=BEFORE_3) == {"": 4.0}
    assert answers("min_over_time(sum(c)[3m:1m])", steps) == {"": 300.0}
    assert answers("max_over_time(sum(c)[3m:30s] offset 1m)", steps) == {"": 360.0}
    # Without a step it is the evaluation interval: a minute, where nobody says otherwise.
    assert answers("count_over_time(sum(c)[3m:])", steps) == {"": 3.0}


def test_a_rate_of_a_sum_takes_the_rest_for_new_events_when_one_starts_anew():
    pods = {("c", ("pod", "a")): "1000 1060 1120 1180 1240", ("c", ("pod", "b")): "1000 1060 0 60 120"}

    by_pod = answers("sum(increase(c[4m]))", pods, at=4 * MINUTE)[""]
    of_sum = answers("increase(sum(c)[4m:1m])", pods, at=4 * MINUTE)[""]

    assert by_pod < 500
    assert of_sum > 1000


MIXED = (
    "c", "c offset 90s", "-c", "2 * c > 100", "rate(c[4m])", "delta(c[3m])", "irate(c[4m])", "max_over_time(c[150s])",
    "sum(rate(c[3m]))", "sum by (s) (c) / ignoring (s) group_left () sum(c)", "c and c > 50", "c or vector(1)",
    'c unless c{s="500"}', "scalar(d) + time()", "absent(d)", "absent_over_time(d[2m])", "clamp(c, 5, scalar(d))",
    "max_over_time(rate(c[2m])[3m:30s])", "histogram_quantile(0.9, rate(b_bucket[3m]))", "c == bool 60", "avg(c)",
    "quantile_over_time(scalar(d) / 4, c[4m])", "histogram_fraction(0, time() / 600, rate(b_bucket[3m]))",
)  # fmt: skip


@pytest.mark.parametrize("query", MIXED)
def test_many_moments_at_once_are_the_same_as_each_alone(query):
    database = Database()
    for name, labels, values in (
        ("c", {"s": "200"}, "0+60x4 10 20 _ _ 30 stale 40 50 60 70"),
        ("c", {"s": "500"}, "_ _ 5 9 2 4 6 8 10 12"),
        ("d", {}, "_ 3 3 stale _ _ _ _ 4"),
        ("b_bucket", {"le": "1"}, "0+1x12"),
        ("b_bucket", {"le": "+Inf"}, "0+2x3 1+2x8"),
    ):
        database.load(name, labels, values, step=MINUTE)
    evaluator, moments = Evaluator(database), range(0, 20 * MINUTE, 20_000)

    at_once = evaluator.range(query, moments)

    for place, moment in enumerate(moments):
        alone = {one.labels: one.value for one in evaluator.query(query, moment)}
        assert {one.labels: one.value for one in samples_at(at_once, place)} == pytest.approx(alone, nan_ok=True)


def test_a_subquery_of_too_many_moments_is_not_computed():
    with pytest.raises(CannotFollow) as refused:
        answers("max_over_time(c[7d:1s])", STEADY)

    assert str(refused.value) == "A subquery of more than 100,000 moments is not computed here."
