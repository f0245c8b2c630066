"""Alarms get the state that AWS's tables give them; properties that CloudWatch refuses are refused in a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.alarms import ALARM, INSUFFICIENT, MISSING, OK, Alarm, read_alarm, state
from checker.cloudwatch.metrics import collect, metric
from checker.cloudwatch.replay import clock, replay, spoken

TABLES = tomllib.loads(Path(__file__).with_name("documented_alarms.toml").read_text("utf-8"))["table"]
CELLS = [
    pytest.param(row["points"], table["datapoints_to_alarm"], missing, row[missing], id=f"{row['points']} {missing}")
    for table in TABLES
    for row in table["rows"]
    for missing in MISSING
    if missing in row
]
POINTS = {"0": False, "X": True, "-": None}
ERRORS = metric("Shop", "Errors", {"Service": "till"})
GIVEN = {
    "Namespace": "Shop", "MetricName": "Errors", "Dimensions": [{"Name": "Service", "Value": "till"}],
    "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5,
    "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip
MINUTE = 60_000


def _alarm(**changes: Any) -> Alarm:
    return read_alarm("errors", GIVEN | changes)


@pytest.mark.parametrize(("points", "datapoints", "missing", "expected"), CELLS)
@pytest.mark.parametrize("current", [OK, ALARM, INSUFFICIENT])
def test_documented_states_hold(points: str, datapoints: int, missing: str, expected: str, current: str) -> None:
    alarm = _alarm(DatapointsToAlarm=datapoints, TreatMissingData=missing)

    found = state([POINTS[one] for one in points.split()], alarm, current)

    if expected == "not ALARM":
        assert found != ALARM
    else:
        assert found == (current if expected == "retain" else expected)


def _stream(values: list[float | None], unit: str = "Count") -> Any:
    return collect((ERRORS, minute * MINUTE, one, unit) for minute, one in enumerate(values) if one is not None)


def _changes(alarm: Alarm, values: list[float | None]) -> list[tuple[str, str]]:
    found = replay(alarm, _stream(values), 0, len(values) * MINUTE)
    return [(clock(change.at), change.state) for change in found.changes]


def test_alarm_changes_at_the_end_of_the_deciding_period() -> None:
    values: list[float | None] = [0.0] * 10 + [9.0] * 3 + [0.0] * 7

    assert _changes(_alarm(), values) == [
        ("00:00", INSUFFICIENT), ("00:05", OK), ("00:12", ALARM), ("00:15", OK),
    ]  # fmt: skip


def test_longer_periods_slide_minute_by_minute() -> None:
    values: list[float | None] = [0.0] * 20 + [3.0] * 3 + [0.0] * 10
    alarm = _alarm(Period=180, EvaluationPeriods=1, DatapointsToAlarm=1)

    assert ("00:22", ALARM) in _changes(alarm, values)


def test_another_dimension_is_another_metric() -> None:
    assert _changes(_alarm(Dimensions=[]), [9.0] * 10) == [("00:00", INSUFFICIENT)]
    assert _changes(_alarm(Dimensions=[{"Name": "service", "Value": "till"}]), [9.0] * 10) == [("00:00", INSUFFICIENT)]


def test_another_unit_finds_nothing() -> None:
    assert _changes(_alarm(Unit="Seconds"), [9.0] * 10) == [("00:00", INSUFFICIENT)]
    assert _changes(_alarm(Unit="Count"), [9.0] * 10)[-1] == ("00:05", ALARM)


def test_silence_alarms_only_when_it_counts_as_breaching() -> None:
    values: list[float | None] = [30.0] * 10 + [None] * 10
    few = {"ComparisonOperator": "LessThanThreshold", "Threshold": 1, "DatapointsToAlarm": 3}

    assert _changes(_alarm(**few, TreatMissingData="breaching"), values)[-1] == ("00:15", ALARM)
    assert _changes(_alarm(**few, TreatMissingData="notBreaching"), values)[-1] == ("00:05", OK)
    assert _changes(_alarm(**few, TreatMissingData="ignore"), values)[-1] == ("00:05", OK)
    assert _changes(_alarm(**few), values)[-1] == ("00:15", INSUFFICIENT)


def test_percentile_waits_for_samples_when_told_so() -> None:
    alarm = {"ExtendedStatistic": "p90", "Threshold": 5, "EvaluateLowSampleCountPercentile": "ignore"}
    given = {key: value for key, value in GIVEN.items() if key != "Statistic"} | alarm
    many = collect((ERRORS, n * 500, 9.0, "Count") for n in range(1200))

    few = replay(read_alarm("slow", given), _stream([9.0] * 10), 0, 10 * MINUTE)
    enough = replay(read_alarm("slow", given), many, 0, 10 * MINUTE)

    assert (few.changes[-1].state, enough.changes[-1].state) == (INSUFFICIENT, ALARM)


def test_replay_answers_for_a_stretch_of_time() -> None:
    found = replay(_alarm(), _stream([0.0] * 10 + [9.0] * 5 + [0.0] * 10), 0, 25 * MINUTE)

    assert found.in_alarm(0, 12 * MINUTE) is None
    first = found.in_alarm(0, 25 * MINUTE)
    assert first and clock(first.at) == "00:12"
    assert spoken(found.alarm, first.points) == "00:09 0, 00:10 9, 00:11 9"
    inside = found.in_alarm(13 * MINUTE, 14 * MINUTE)
    assert inside and clock(inside.at) == "00:13"


def test_missing_points_are_said() -> None:
    found = replay(_alarm(TreatMissingData="breaching"), _stream([0.0] * 8 + [None] * 6), 0, 14 * MINUTE)

    assert spoken(found.alarm, found.changes[-1].points) == "00:07 0 | 00:09 missing, 00:10 missing, 00:11 missing"


def test_older_points_that_count_with_missing_ones_stand_before_a_bar() -> None:
    found = replay(_alarm(TreatMissingData="breaching"), _stream([0.0] * 8 + [9.0] + [None] * 5), 0, 14 * MINUTE)

    assert (
        spoken(found.alarm, found.changes[-1].points)
        == "00:07 0, 00:08 9 | 00:09 missing, 00:10 missing, 00:11 missing"
    )


@pytest.mark.parametrize(
    ("changes", "says", "key"),
    [
        (
            {"DatapointToAlarm": 2},
            "DatapointToAlarm is no property of an alarm. DatapointsToAlarm is one.",
            "DatapointToAlarm",
        ),
        ({"Severity": 2}, "Severity is no property of an alarm.", "Severity"),
        ({"Namespace": None}, "Namespace is None, no text.", "Namespace"),
        ({"MetricName": ...}, "MetricName is missing.", "MetricName"),
        ({"Period": 7}, "Period is 7; it must be 10, 20, 30 or a multiple of 60 seconds.", "Period"),
        ({"Period": "soon"}, "Period is 'soon', no number.", "Period"),
        ({"Period": 0}, "Period is 0; it must be a whole number from 1 on.", "Period"),
        ({"Threshold": ...}, "Threshold is missing.", "Threshold"),
        ({"Threshold": True}, "Threshold is True, no number.", "Threshold"),
        (
            {"DatapointsToAlarm": 4},
            "DatapointsToAlarm is 4, more than the 3 of EvaluationPeriods.",
            "DatapointsToAlarm",
        ),
        (
            {"EvaluationPeriods": 2000},
            "Period times EvaluationPeriods is 120000 seconds, more than AWS takes.",
            "Period",
        ),
        (
            {"ComparisonOperator": "Nope"},
            "ComparisonOperator is 'Nope'; one of GreaterThanThreshold, GreaterThanOrEqualToThreshold, "
            "LessThanThreshold, LessThanOrEqualToThreshold is expected.",
            "ComparisonOperator",
        ),
        (
            {"TreatMissingData": "bad"},
            "TreatMissingData is 'bad'; one of missing, ignore, breaching, notBreaching is expected.",
            "TreatMissingData",
        ),
        ({"ExtendedStatistic": "p99"}, "An alarm has either Statistic or ExtendedStatistic.", "ExtendedStatistic"),
        ({"Statistic": ...}, "An alarm has either Statistic or ExtendedStatistic.", "Statistic"),
        ({"Statistic": "p99"}, "Statistic is 'p99', which belongs under ExtendedStatistic.", "Statistic"),
        (
            {"Statistic": "tm90"},
            "The statistic 'tm90' is not evaluated here; "
            "SampleCount, Average, Sum, Minimum, Maximum and p0 to p100 are.",
            "Statistic",
        ),
        (
            {"Dimensions": {"Service": "till"}},
            "Dimensions must be a list of objects with Name and Value.",
            "Dimensions",
        ),
        (
            {"Metrics": []},
            "An alarm with Metrics looks at no single metric; of these one on a band is read here.",
            "Metrics",
        ),
        (
            {"ComparisonOperator": "GreaterThanUpperThreshold"},
            "GreaterThanUpperThreshold compares with a band, and this alarm has none: Metrics names it.",
            "ComparisonOperator",
        ),
    ],
)
def test_refusals_say_why(changes: dict[str, Any], says: str, key: str) -> None:
    given = {name: value for name, value in (GIVEN | changes).items() if value is not ...}

    with pytest.raises(Refused) as refused:
        read_alarm("errors", given)

    assert (str(refused.value), refused.value.key) == (says, key)
