"""rate, increase, delta and the functions over a range: what Prometheus makes of the samples in a window.

The samples never reach to both edges of the window, so Prometheus extends the slope that it sees. It does so up to
the edge when the first sample is near it (up to 1.1 times the usual distance), else by half a distance; and never to
a moment when the counter would have been below zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from checker.promql.dialect import Dialect
from checker.promql.series import Edges, Flags, Moments, Numbers

Window = Sequence[tuple[int, float]]


def extrapolated(
    edges: Edges, starts: Moments, ends: Moments, *, counter: bool, per_second: bool, dialect: Dialect
) -> tuple[Numbers, Flags]:
    """The increase over each whole range, or its mean per second; and where there is one."""
    there = edges.samples > 1
    # A counter that falls was started anew from zero.
    rise = edges.last - edges.first + (edges.fallen if counter else 0.0)
    sampled = (edges.latest - edges.earliest) / 1000
    distance = sampled / (edges.samples - 1)
    began = (rise > 0) & (edges.first >= 0) & counter
    to_zero = np.where(began, sampled * (edges.first / rise), math.inf)
    to_start = _to_start((edges.earliest - starts) / 1000, distance, to_zero, dialect)
    factor = (sampled + to_start + _reach((ends - edges.latest) / 1000, distance)) / sampled
    return rise * (factor / ((ends - starts) / 1000) if per_second else factor), there


def _reach(to_edge: Numbers, distance: Numbers) -> Numbers:
    return np.where(to_edge < distance * 1.1, to_edge, distance / 2)


def _to_start(to_edge: Numbers, distance: Numbers, to_zero: Numbers, dialect: Dialect) -> Numbers:
    if dialect.half_interval:
        return np.minimum(_reach(to_edge, distance), to_zero)
    return _reach(np.minimum(to_edge, to_zero), distance)


def instant_rate(window: Window) -> float | None:
    """irate: the slope between the last two samples."""
    if len(window) < 2:
        return None
    (before, first), (after, last) = window[-2:]
    return (last if last < first else last - first) / ((after - before) / 1000)


def _changes(values: Sequence[float]) -> float:
    both = pairwise(values)
    return float(sum(one != other and not (math.isnan(one) and math.isnan(other)) for one, other in both))


OVER_TIME: dict[str, Callable[[Sequence[float]], float]] = {
    "avg_over_time": lambda values: math.fsum(values) / len(values),
    "changes": _changes,
    "count_over_time": lambda values: float(len(values)),
    "last_over_time": lambda values: values[-1],
    "max_over_time": max,
    "min_over_time": min,
    "present_over_time": lambda values: 1.0,
    "resets": lambda values: float(sum(after < before for before, after in pairwise(values))),
    "sum_over_time": math.fsum,
}
