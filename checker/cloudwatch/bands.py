"""Alarms on an anomaly band: their shape as CloudWatch takes it, and a band of this course's own in place of AWS's.

CloudWatch learns its model from up to two weeks of a metric and does not publish it. Here the band at a moment is the
mean of the same period on the fourteen days before, less and plus so many standard deviations. What is computed from
it is a simulation; the shape of the alarm is AWS's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, stdev
from typing import Any

from checker.cloudwatch.alarms import Alarm, read_alarm
from checker.cloudwatch.errors import Refused
from checker.cloudwatch.metrics import PERCENTILE, STATISTICS, Streams, statistic
from checker.cloudwatch.replay import Point, Replay, run_over, stream_of

FUNCTION = re.compile(r"\s*ANOMALY_DETECTION_BAND\(\s*(?P<id>\w+)\s*(?:,\s*(?P<width>\d+(?:\.\d+)?)\s*)?\)\s*")
SIDES: dict[str, Callable[[float, float, float], bool]] = {
    "LessThanLowerThreshold": lambda value, low, high: value < low,
    "GreaterThanUpperThreshold": lambda value, low, high: value > high,
    "LessThanLowerOrGreaterThanUpperThreshold": lambda value, low, high: not low <= value <= high,
}
# What an alarm on one metric says of it, and an alarm with Metrics says in there.
OF_METRIC = ("Namespace", "MetricName", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit")
DAY, DAYS, WIDTH = 86_400_000, 14, 2.0
MODEL = "mean and deviation of the same minutes of the fourteen days before"


@dataclass(frozen=True)
class BandAlarm:
    """An alarm that CloudWatch would take; the threshold of `alarm` is the band's width in standard deviations."""

    alarm: Alarm
    side: str

    def __str__(self) -> str:
        return f"{self.alarm.statistic} of {self.alarm.metric} {self.side}, {self.alarm.threshold:g} deviations wide"


def is_on_band(given: Mapping[str, Any]) -> bool:
    """Whether the properties of an alarm speak of several metrics, as those of an alarm on a band do."""
    return "Metrics" in given or "ThresholdMetricId" in given


def read_band(name: str, given: Mapping[str, Any]) -> BandAlarm:
    """The alarm of these properties; raises Refused, with the key, for what CloudWatch refuses."""
    for key in given:
        if key in OF_METRIC:
            raise Refused(f"{key} stands beside Metrics; it belongs into the MetricStat of one of them.", key)
    if "Threshold" in given:
        raise Refused("Threshold stands beside a band; the band itself is the threshold.", "Threshold")
    entries = _entries(given.get("Metrics"))
    band_id, metric_id, width = _function(entries)
    if given.get("ThresholdMetricId") != band_id:
        found = given.get("ThresholdMetricId")
        says = "ThresholdMetricId is missing" if found is None else f"ThresholdMetricId is {found!r}"
        raise Refused(f"{says}; it must be the Id of the band, {band_id!r}.", "ThresholdMetricId")
    if given.get("ComparisonOperator") not in SIDES:
        raise Refused(
            f"ComparisonOperator is {given.get('ComparisonOperator')!r}; with a band one of {', '.join(SIDES)} is "
            "expected.", "ComparisonOperator",
        )  # fmt: skip
    rest = {key: value for key, value in given.items() if key not in ("Metrics", "ThresholdMetricId")}
    flat = {**rest, **_metric(entries[metric_id]), "Threshold": width, "ComparisonOperator": "LessThanThreshold"}
    try:
        alarm = read_alarm(name, flat)
    except Refused as refused:
        raise Refused(str(refused), "Metrics" if refused.key in OF_METRIC else refused.key) from None
    return BandAlarm(alarm, str(given["ComparisonOperator"]))


def _entries(given: Any) -> dict[str, dict[str, Any]]:
    """The entries of Metrics by their Id; each returns data, as CloudWatch wants it of a metric and its band."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused("Metrics must be a list of two objects, a metric and its band.", "Metrics")
    entries: dict[str, dict[str, Any]] = {}
    for one in given:
        name = one.get("Id")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z]\w*", name) or name in entries:
            raise Refused(f"Each entry of Metrics has an Id of its own, in small letters; {name!r} is none.", "Metrics")
        if ("MetricStat" in one) == ("Expression" in one):
            raise Refused(f"The entry {name} of Metrics needs either MetricStat or Expression.", "Metrics")
        if str(one.get("ReturnData", True)).lower() == "false":
            raise Refused(f"{name} returns no data, and CloudWatch wants both, the metric and its band.", "Metrics")
        entries[name] = one
    return entries


def _function(entries: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, float]:
    """The Id of the band, that of its metric, and the band's width."""
    bands = {name: str(one["Expression"]) for name, one in entries.items() if "Expression" in one}
    if len(entries) != 2 or len(bands) != 1:
        raise Refused("Metrics holds one metric and one band; other metric math is not evaluated here.", "Metrics")
    name, text = next(iter(bands.items()))
    found = FUNCTION.fullmatch(text)
    if not found:
        raise Refused(f"{text!r} is no band; ANOMALY_DETECTION_BAND(id, width) is one.", "Metrics")
    width = float(found["width"] or WIDTH)
    if found["id"] not in entries or found["id"] == name:
        raise Refused(f"The band is asked of {found['id']!r}, and no metric has this Id.", "Metrics")
    if not width:
        raise Refused("The width of the band must be more than 0.", "Metrics")
    return name, found["id"], width


def _metric(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a MetricStat says, as an alarm on one metric says it."""
    stat = entry["MetricStat"]
    inner = stat.get("Metric") if isinstance(stat, dict) else None
    if not isinstance(inner, dict):
        raise Refused("MetricStat needs Metric, Period and Stat.", "Metrics")
    known = {key: inner[key] for key in ("Namespace", "MetricName", "Dimensions") if key in inner}
    known |= {key: stat[key] for key in ("Period", "Unit") if key in stat}
    name = str(stat.get("Stat", ""))
    if name not in STATISTICS and not PERCENTILE.fullmatch(name):
        raise Refused(f"Stat is {name!r}; {', '.join(STATISTICS)} and p0 to p100 are evaluated here.", "Metrics")
    return known | {"Statistic" if name in STATISTICS else "ExtendedStatistic": name}


class Band:
    """The simulated band of an alarm over a recording."""

    def __init__(self, band: BandAlarm, streams: Streams) -> None:
        self.alarm, self.side = band.alarm, SIDES[band.side]
        self._stream, self._compute = stream_of(band.alarm, streams), statistic(band.alarm.statistic)
        self.limits = lru_cache(maxsize=None)(self._limits)

    def _limits(self, at: int) -> tuple[float, float] | None:
        """The lower and the upper limit of the period that begins at a moment; None without fourteen days before it."""
        period = self.alarm.period * 1000
        days = [self._stream.between(at - back * DAY, at - back * DAY + period) for back in range(1, DAYS + 1)]
        if not all(days):
            return None
        past = [self._compute(values) for values in days]
        middle, half = fmean(past), self.alarm.threshold * stdev(past)
        return middle - half, middle + half

    def breaches(self, point: Point) -> bool | None:
        """Whether a point is outside, on the side of the alarm; None where there is no value or no band."""
        limits = self.limits(point.at)
        return None if point.value is None or limits is None else self.side(point.value, *limits)

    def spoken(self, retrieved: Sequence[Point]) -> str:
        """The band at the last of some points, in words."""
        limits = self.limits(retrieved[-1].at) if retrieved else None
        return "no band yet" if limits is None else f"band {limits[0]:.4g} to {limits[1]:.4g}"


def replay_band(band: BandAlarm, streams: Streams, begin: int, end: int) -> Replay:
    """Run an alarm on a band over a recording, against the simulated band."""
    return run_over(band.alarm, streams, begin, end, Band(band, streams).breaches)
