"""Metric alarms: their properties, as PutMetricAlarm and CloudFormation name them, and the state for data points.

The rules of missing data are AWS's ("How alarm state is evaluated when data is missing"), held by its own tables in
checker/tests/cloudwatch/documented_alarms.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.metrics import PERCENTILE, STATISTICS, Metric, metric, statistic

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
COMPARISONS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": (">", lambda value, threshold: value > threshold),
    "GreaterThanOrEqualToThreshold": (">=", lambda value, threshold: value >= threshold),
    "LessThanThreshold": ("<", lambda value, threshold: value < threshold),
    "LessThanOrEqualToThreshold": ("<=", lambda value, threshold: value <= threshold),
}
MISSING = ("missing", "ignore", "breaching", "notBreaching")
DAY = 86_400
# What a template may say of a metric alarm.
KEYS = {
    "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "DatapointsToAlarm",
    "Dimensions", "EvaluateLowSampleCountPercentile", "EvaluationPeriods", "ExtendedStatistic",
    "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period", "Statistic", "Tags",
    "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit",
}  # fmt: skip
# What an alarm says of its metric, unless an entry of Metrics does.
OF_METRIC = ("Namespace", "MetricName", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit")
# AWS retrieves more points than it evaluates and does not say how many; its examples have 5 for 3 periods.
MORE_POINTS = 2
BETWEEN_BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")


@dataclass(frozen=True)
class Alarm:
    """One metric alarm that CloudWatch would take."""

    name: str
    metric: Metric
    statistic: str
    period: int
    periods: int
    datapoints: int
    threshold: float
    comparison: str
    missing: str = "missing"
    ignores_low_samples: bool = False
    unit: str = ""

    @property
    def sign(self) -> str:
        return COMPARISONS[self.comparison][0]

    def breaches(self, value: float) -> bool:
        return COMPARISONS[self.comparison][1](value, self.threshold)


def read_alarm(name: str, given: Mapping[str, Any]) -> Alarm:
    """The alarm of a template's or a call's properties; raises Refused, with the key, for what CloudWatch refuses."""
    refuse_unknown(given, KEYS, "an alarm")
    given = _of_one_metric(given)
    if "Metrics" in given or "ThresholdMetricId" in given:
        raise Refused(
            "An alarm with Metrics looks at no single metric; of these one on a band is read here.", "Metrics"
        )
    known = _read(given)
    periods = known["EvaluationPeriods"]
    datapoints = known["DatapointsToAlarm"] or periods
    period = known["Period"]
    if period not in (10, 20, 30) and period % 60:
        raise Refused(f"Period is {period}; it must be 10, 20, 30 or a multiple of 60 seconds.", "Period")
    if datapoints > periods:
        raise Refused(
            f"DatapointsToAlarm is {datapoints}, more than the {periods} of EvaluationPeriods.", "DatapointsToAlarm"
        )
    if period * periods > (DAY if period < 3600 else 7 * DAY):
        raise Refused(f"Period times EvaluationPeriods is {period * periods} seconds, more than AWS takes.", "Period")
    return Alarm(
        name=name, metric=metric(known["Namespace"], known["MetricName"], _dimensions(given.get("Dimensions", []))),
        statistic=_statistic(given), period=period, periods=periods, datapoints=datapoints,
        threshold=known["Threshold"], comparison=_one_of(given, "ComparisonOperator", tuple(COMPARISONS)),
        missing=_one_of({"TreatMissingData": "missing", **given}, "TreatMissingData", MISSING),
        ignores_low_samples=_one_of(
            {"EvaluateLowSampleCountPercentile": "evaluate", **given}, "EvaluateLowSampleCountPercentile",
            ("evaluate", "ignore"),
        ) == "ignore",
        unit=str(given.get("Unit") or ""),
    )  # fmt: skip


def _of_one_metric(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """`Metrics` with one metric and no math says what the alarm itself can say; both forms are one alarm."""
    entries = given.get("Metrics")
    only = entries[0] if isinstance(entries, list) and len(entries) == 1 else None
    measured = only.get("MetricStat") if isinstance(only, Mapping) else None
    of = measured.get("Metric") if isinstance(measured, Mapping) else None
    if not isinstance(of, Mapping) or not isinstance(measured, Mapping) or "ThresholdMetricId" in given:
        return given
    beside = next((key for key in OF_METRIC if key in given), "")
    if beside:
        raise Refused(f"{beside} stands beside Metrics, and CloudWatch takes one of both.", beside)
    named = "Statistic" if measured.get("Stat") in STATISTICS else "ExtendedStatistic"
    said = {key: measured[key] for key in ("Period", "Unit") if key in measured} | {named: measured.get("Stat")}
    return {key: value for key, value in given.items() if key != "Metrics"} | dict(of) | said


def refuse_unknown(given: Iterable[str], known: Collection[str], what: str) -> None:
    """CloudFormation refuses a whole template for one property that a resource does not have."""
    unknown = next((key for key in given if key not in known), "")
    close = get_close_matches(unknown, known, n=1, cutoff=0.8)
    if unknown:
        raise Refused(f"{unknown} is no property of {what}.{f' {close[0]} is one.' if close else ''}", unknown)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"DatapointsToAlarm": None}
    for key in ("Namespace", "MetricName"):
        found[key] = given.get(key)
        if not isinstance(found[key], str) or not found[key]:
            raise Refused(f"{key} is missing." if key not in given else f"{key} is {found[key]!r}, no text.", key)
    for key in ("Period", "EvaluationPeriods", "DatapointsToAlarm"):
        if key in given or key != "DatapointsToAlarm":
            found[key] = _whole(given, key)
    found["Threshold"] = _number(given, "Threshold")
    return found


def _number(given: Mapping[str, Any], key: str) -> float:
    value = given.get(key)
    # CloudFormation takes numbers that are written as texts.
    try:
        if value is None or isinstance(value, bool):
            raise ValueError
        return float(value)
    except (TypeError, ValueError):
        raise Refused(f"{key} is missing." if key not in given else f"{key} is {value!r}, no number.", key) from None


def _whole(given: Mapping[str, Any], key: str) -> int:
    value = _number(given, key)
    if not value.is_integer() or value < 1:
        raise Refused(f"{key} is {given[key]!r}; it must be a whole number from 1 on.", key)
    return int(value)


def _one_of(given: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = given.get(key)
    if value in BETWEEN_BANDS:
        raise Refused(f"{value} compares with a band, and this alarm has none: Metrics names it.", key)
    if value not in allowed:
        says = f"{key} is missing" if key not in given else f"{key} is {value!r}"
        raise Refused(f"{says}; one of {', '.join(allowed)} is expected.", key)
    return str(value)


def _statistic(given: Mapping[str, Any]) -> str:
    named = [key for key in ("Statistic", "ExtendedStatistic") if key in given]
    if len(named) != 1:
        raise Refused("An alarm has either Statistic or ExtendedStatistic.", named[-1] if named else "Statistic")
    value = str(given[named[0]])
    if (value in STATISTICS) != (named[0] == "Statistic") and (value in STATISTICS or PERCENTILE.fullmatch(value)):
        other = "ExtendedStatistic" if named[0] == "Statistic" else "Statistic"
        raise Refused(f"{named[0]} is {value!r}, which belongs under {other}.", named[0])
    try:
        statistic(value)
    except Refused as refused:
        raise Refused(str(refused), named[0]) from None
    return value


def _dimensions(given: Any) -> dict[str, str]:
    if not isinstance(given, list) or not all(isinstance(one, dict) and {"Name", "Value"} == set(one) for one in given):
        raise Refused("Dimensions must be a list of objects with Name and Value.", "Dimensions")
    return {str(one["Name"]): str(one["Value"]) for one in given}


def state(points: Sequence[bool | None], alarm: Alarm, current: str) -> str:
    """The state for the points of the evaluation range, oldest first: True breaches, None is missing."""
    there = [point for point in points if point is not None]
    if len(there) >= alarm.periods:
        return ALARM if sum(there[-alarm.periods :]) >= alarm.datapoints else OK
    filled = alarm.periods - len(there)
    if alarm.missing == "breaching":
        return ALARM if sum(there) + filled >= alarm.datapoints else OK
    if alarm.missing == "notBreaching":
        return ALARM if sum(there) >= alarm.datapoints else OK
    if not all(there):
        return ALARM if sum(there) >= alarm.datapoints else OK
    # Nothing but breaching points, or none at all.
    if alarm.missing == "ignore":
        return current
    oldest = len(points) - points.index(True) if there else 0
    return ALARM if there and oldest >= alarm.datapoints else INSUFFICIENT
