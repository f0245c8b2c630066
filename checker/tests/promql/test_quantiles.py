"""Shares and places, computed by hand: of buckets and of the samples in a range."""

from __future__ import annotations

import math

import pytest

from checker.promql import Database, Evaluator, dialect_of
from checker.promql.dialect import CURRENT

MINUTE = 60_000
STEADY = {("c",): "0+60x10"}


def answers(query, series, *, dialect=CURRENT):
    """The result of a query after five minutes, a sample a minute: its labels to its value."""
    database = Database()
    for (name, *labels), values in series.items():
        database.load(name, dict(labels), values, step=MINUTE)
    found = Evaluator(database, dialect).query(query, 5 * MINUTE)
    return {" ".join(f"{key}={value}" for key, value in one.labels): one.value for one in found}


BUCKETS = {
    ("b", ("le", "0.1")): "0+60x10", ("b", ("le", "0.5")): "0+90x10", ("b", ("le", "1.0")): "0+90x10",
    ("b", ("le", "+Inf")): "0+100x10",
}  # fmt: skip


@pytest.mark.parametrize(
    ("share", "value"),
    [("0.5", 0.1 * 50 / 60), ("0.75", 0.3), ("0.95", 1.0), ("1", 1.0), ("0", 0.0), ("2", math.inf), ("-1", -math.inf)],
)
def test_a_quantile_lies_within_a_bucket(share, value):
    assert answers(f"histogram_quantile({share}, rate(b[3m]))", BUCKETS) == {"": pytest.approx(value)}


def test_a_quantile_needs_the_label_le_and_the_last_bucket():
    assert answers("histogram_quantile(0.9, sum(rate(b[3m])))", BUCKETS) == {}
    some = {key: values for key, values in BUCKETS.items() if "+Inf" not in str(key)}
    assert math.isnan(answers("histogram_quantile(0.9, rate(b[3m]))", some)[""])


@pytest.mark.parametrize(
    ("bounds", "share"),
    [
        ("0, 0.1", 0.6), ("0.1, 0.5", 0.3), ("0, 0.3", 0.75), ("0.05, 0.1", 0.3), ("-1, 0.05", 0.3), ("0.5, 7", 0.0),
        ("1, +Inf", 0.1), ("-Inf, +Inf", 1.0), ("0.5, 0.1", 0.0), ("0, NaN", math.nan),
    ],
)  # fmt: skip
def test_a_fraction_is_the_share_between_two_values(bounds, share):
    found = answers(f"histogram_fraction({bounds}, rate(b[3m]))", BUCKETS)

    assert found == {"": pytest.approx(share, nan_ok=True)}


def test_a_fraction_takes_nothing_of_a_lowest_bucket_that_has_no_begin():
    below_zero = {("b", ("le", "-0.1")): "0+20x10", ("b", ("le", "+Inf")): "0+100x10"}

    assert answers("histogram_fraction(-1, 0, b)", below_zero) == {"": pytest.approx(0)}
    assert answers("histogram_fraction(-Inf, -0.1, b)", below_zero) == {"": pytest.approx(0.2)}


def test_a_fraction_needs_the_label_le_the_last_bucket_and_a_version_that_reads_buckets():
    some = {key: values for key, values in BUCKETS.items() if "+Inf" not in str(key)}
    query = "histogram_fraction(0, 0.1, rate(b[3m]))"

    assert answers("histogram_fraction(0, 0.1, sum(rate(b[3m])))", BUCKETS) == {}
    assert math.isnan(answers(query, some)[""])
    assert math.isnan(answers(query, dict.fromkeys(BUCKETS, "0x10"))[""])
    assert answers(query, BUCKETS, dialect=dialect_of("2.42.0")) == {}


@pytest.mark.parametrize(
    ("share", "value"),
    [("0", 1.0), ("0.5", 3.0), ("0.75", 5.5), ("0.9", 8.2), ("1", 10.0), ("2", math.inf), ("-1", -math.inf)],
)
def test_a_quantile_over_time_lies_between_two_samples(share, value):
    found = answers(f"quantile_over_time({share}, c[4m])", {("c", ("s", "1")): "9 9 10 4 1 2"})

    assert found == {"s=1": pytest.approx(value)}


def test_a_quantile_over_time_of_no_sample_is_nothing():
    assert answers("quantile_over_time(0.5, c[1m])", {("c",): "1 2 _ _ _ _"}) == {}
    assert math.isnan(answers("quantile_over_time(NaN, c[4m])", STEADY)[""])
