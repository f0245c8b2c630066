"""What CloudWatch's reader says of patterns and alarms that a batch of beginners' answers met, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.alarms import read_alarm
from checker.cloudwatch.json_patterns import json_matcher

REFUSED = [
    (
        json_matcher,
        "{ $.message = no worker }",
        "'no' and 'worker' stand side by side; a text of several words needs quotes.",
    ),
    (json_matcher, '{ $.level == "ERROR" }', "== is no operator; = is."),
]


@pytest.mark.parametrize(("read", "pattern", "said"), REFUSED)
def test_a_pattern_is_refused_by_its_fault(read: Any, pattern: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(pattern)

    assert str(refused.value) == said


ONE: dict[str, Any] = {
    "EvaluationPeriods": 3, "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [{"Id": "m", "MetricStat": {
        "Metric": {
            "Namespace": "Weather", "MetricName": "Rain", "Dimensions": [{"Name": "Station", "Value": "harbor"}],
        },
        "Period": 60, "Stat": "p99",
    }}],
}  # fmt: skip


def test_metrics_of_one_is_an_alarm_like_any_other() -> None:
    alarm = read_alarm("wet", ONE)

    assert (str(alarm.metric), alarm.statistic, alarm.period) == ("Weather Rain (Station=harbor)", "p99", 60)


def test_a_metric_that_is_named_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_alarm("wet", ONE | {"Statistic": "Sum"})

    assert str(refused.value) == "Statistic stands beside Metrics, and CloudWatch takes one of both."
