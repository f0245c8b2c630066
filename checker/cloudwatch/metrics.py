"""Metrics as CloudWatch keeps them: a namespace, a name and dimensions are one metric; another dimension is another."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from checker.cloudwatch.errors import Refused

STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "SampleCount": len, "Average": fmean, "Sum": math.fsum, "Minimum": min, "Maximum": max,
}  # fmt: skip
PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")


@dataclass(frozen=True, order=True)
class Metric:
    """What tells one metric from another."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.dimensions) or "no dimension"
        return f"{self.namespace} {self.name} ({listed})"


def metric(namespace: str, name: str, dimensions: Mapping[str, str] | None = None) -> Metric:
    """A metric; the order of dimensions means nothing."""
    return Metric(namespace, name, tuple(sorted((dimensions or {}).items())))


@dataclass
class Stream:
    """The values of one metric, in the order of their times (milliseconds)."""

    unit: str = "None"
    times: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def between(self, begin: int, end: int) -> list[float]:
        """The values from `begin` on and before `end`."""
        return self.values[bisect_left(self.times, begin) : bisect_left(self.times, end)]

    def without(self, begin: int, end: int) -> Stream:
        """The same metric, had nothing been sent from `begin` on and before `end`."""
        left, right = bisect_left(self.times, begin), bisect_left(self.times, end)
        return Stream(self.unit, self.times[:left] + self.times[right:], self.values[:left] + self.values[right:])


Streams = dict[Metric, Stream]


def collect(data: Iterable[tuple[Metric, int, float, str]]) -> Streams:
    """Streams out of (metric, time, value, unit), in any order."""
    found: Streams = {}
    for one, at, value, unit in sorted(data, key=lambda datum: datum[1]):
        stream = found.setdefault(one, Stream(unit))
        stream.times.append(at)
        stream.values.append(value)
    return found


def statistic(name: str) -> Callable[[list[float]], float]:
    """The function of a statistic; raises Refused for one that CloudWatch does not have or that is not evaluated."""
    if name in STATISTICS:
        return STATISTICS[name]
    match = PERCENTILE.fullmatch(name)
    if not match:
        raise Refused(f"The statistic {name!r} is not evaluated here; {', '.join(STATISTICS)} and p0 to p100 are.")
    return lambda values: percentile(values, float(match[1]))


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that is not below `percent` of all (nearest rank; AWS does not publish its rule)."""
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]
