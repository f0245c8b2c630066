"""Alarms on an anomaly band: what CloudWatch refuses, and what the simulated band says of made-up days."""

from __future__ import annotations

from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.bands import DAY, Band, read_band, replay_band
from checker.cloudwatch.metrics import Streams, collect, metric
from checker.cloudwatch.replay import clock

VISITS = metric("Shop", "Visits", {"Door": "north"})
STAT = {
    "Metric": {"Namespace": "Shop", "MetricName": "Visits", "Dimensions": [{"Name": "Door", "Value": "north"}]},
    "Period": 3600,
    "Stat": "Sum",
}
ENTRIES = [{"Id": "m", "MetricStat": STAT}, {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}]
GIVEN = {
    "Metrics": ENTRIES,
    "ThresholdMetricId": "b",
    "EvaluationPeriods": 1,
    "ComparisonOperator": "LessThanLowerThreshold",
}
HOUR = DAY // 24


def days(last: dict[int, float]) -> Streams:
    """Fifteen days of hours, 90 and 110 visits in turn by day; on the last day some hours have other values."""
    return collect(
        (VISITS, day * DAY + hour * HOUR, last.get(hour, 100.0) if day == 14 else 90.0 + day % 2 * 20, "Count")
        for day in range(15)
        for hour in range(24)
    )


def test_the_band_is_mean_and_deviation_of_the_days_before() -> None:
    band = Band(read_band("visits", GIVEN), days({}))

    assert band.limits(14 * DAY) == pytest.approx((100 - 20.755, 100 + 20.755), abs=0.01)
    assert band.limits(13 * DAY) is None


@pytest.mark.parametrize(
    ("side", "fires"),
    [
        ("LessThanLowerThreshold", ["08:01"]),
        ("GreaterThanUpperThreshold", ["14:01"]),
        ("LessThanLowerOrGreaterThanUpperThreshold", ["08:01", "14:01"]),
    ],
)
def test_each_side_fires_where_the_band_is_left(side: str, fires: list[str]) -> None:
    alarm = read_band("visits", GIVEN | {"ComparisonOperator": side})

    found = replay_band(alarm, days({8: 50.0, 14: 190.0}), 14 * DAY, 15 * DAY)

    assert [clock(one.at) for one in found.changes if one.state == "ALARM"] == fires


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Threshold": 5}, "Threshold stands beside a band; the band itself is the threshold."),
        ({"Period": 60}, "Period stands beside Metrics; it belongs into the MetricStat of one of them."),
        ({"ThresholdMetricId": "m"}, "ThresholdMetricId is 'm'; it must be the Id of the band, 'b'."),
        ({"Metrics": ENTRIES[:1]}, "Metrics holds one metric and one band; other metric math is not evaluated here."),
        (
            {"Metrics": [ENTRIES[0], ENTRIES[1] | {"ReturnData": False}]},
            "b returns no data, and CloudWatch wants both, the metric and its band.",
        ),
        (
            {"Metrics": [ENTRIES[0], ENTRIES[1] | {"Expression": "m * 2"}]},
            "'m * 2' is no band; ANOMALY_DETECTION_BAND(id, width) is one.",
        ),
        (
            {"Metrics": [ENTRIES[0], ENTRIES[1] | {"Expression": "ANOMALY_DETECTION_BAND(x)"}]},
            "The band is asked of 'x', and no metric has this Id.",
        ),
        ({"Metrics": "m"}, "Metrics must be a list of two objects, a metric and its band."),
        ({"EvaluationPeriods": 0}, "EvaluationPeriods is 0; it must be a whole number from 1 on."),
    ],
)
def test_refusals_say_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_band("visits", GIVEN | changes)

    assert str(refused.value) == says
