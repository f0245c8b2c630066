"""Places and shares: of observations, read out of cumulated buckets, and of the samples in a range."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from checker.promql.labels import NAME, Labels, without
from checker.promql.series import Series

# Differences between buckets that only rounding can have made.
TOLERANCE = 1e-12


def histogram_quantile(share: float, counts: Mapping[float, float]) -> float:
    """The value below which this share of the observations lies; `counts` maps a bucket's bound to its count.

    Inside a bucket the observations are taken to be spread evenly. In the last one, +Inf, nobody knows how far they
    go, so the largest finite bound is the answer, whatever happened above it.
    """
    bounds = sorted(counts)
    if not 0 <= share <= 1:
        return math.nan if math.isnan(share) else math.copysign(math.inf, share)
    rising = _rising([counts[bound] for bound in bounds])
    if len(bounds) < 2 or bounds[-1] != math.inf or not rising[-1] > 0:
        return math.nan
    return _within(bounds, rising, share * rising[-1])


def _within(bounds: list[float], rising: list[float], rank: float) -> float:
    """The place of one observation, by its rank."""
    place = bisect_left(rising, rank, hi=len(rising) - 1)
    if place == len(bounds) - 1:
        return bounds[-2]
    if place == 0 and bounds[0] <= 0:
        return bounds[0]
    below, lower = (rising[place - 1], bounds[place - 1]) if place else (0.0, 0.0)
    within = rising[place] - below
    part = (rank - below) / within if within else math.nan
    return lower + (bounds[place] - lower) * part


def histogram_fraction(lower: float, upper: float, counts: Mapping[float, float]) -> float:
    """The share of the observations that lie between two values; `counts` maps a bucket's bound to its count.

    Inside a bucket the observations are taken to be spread evenly; those of an endless one lie at its far end.
    """
    bounds = sorted(counts)
    if not bounds or bounds[-1] != math.inf or math.isnan(lower) or math.isnan(upper) or not counts[math.inf]:
        return math.nan
    if lower >= upper:
        return 0.0
    most = counts[math.inf]
    return (min(_up_to(upper, bounds, counts), most) - min(_up_to(lower, bounds, counts), most)) / most


def _up_to(value: float, bounds: list[float], counts: Mapping[float, float]) -> float:
    """How many observations lie below a value."""
    place = bisect_right(bounds, value)
    if place == len(bounds):
        return counts[bounds[-1]]
    bound = bounds[place]
    below = counts[bounds[place - 1]] if place else 0.0
    # Whoever has no bound at 0 or below is taken to have no negative values.
    begin = bounds[place - 1] if place else 0.0 if bound > 0 else -math.inf
    if value <= begin:
        return below
    if begin == -math.inf:
        return counts[bound]
    return below + (counts[bound] - below) * (value - begin) / (bound - begin)


def quantile(share: float, values: Sequence[float]) -> float:
    """The place of a share of some samples; between two of them it lies as near as the share says."""
    if not 0 <= share <= 1:
        return math.nan if math.isnan(share) else math.copysign(math.inf, share)
    rising = sorted(values, key=lambda value: (not math.isnan(value), value))
    rank = share * (len(rising) - 1)
    place = math.floor(rank)
    return rising[place] * (1 - (rank - place)) + rising[min(place + 1, len(rising) - 1)] * (rank - place)


def _rising(counts: list[float]) -> list[float]:
    """Counts that never fall: a bucket holds all that the smaller ones hold."""
    rising = counts[:1]
    for count in counts[1:]:
        last = rising[-1]
        rising.append(last if count < last or math.isclose(count, last, rel_tol=TOLERANCE) else count)
    return rising


def bound_of(le: str) -> float | None:
    """The bound that a label `le` names; None for what is no number."""
    try:
        return float(le)
    except ValueError:
        return None


def each_histogram(vector: Sequence[Series], number: Callable[[int, dict[float, float]], float]) -> list[Series]:
    """One number for each histogram and moment, made of the place of the moment and of the counts by bound."""
    groups: dict[Labels, list[tuple[float, Series]]] = {}
    for one in vector:
        bound = bound_of(dict(one.labels).get("le", ""))
        if bound is not None:
            groups.setdefault(without(one.labels, ("le", NAME)), []).append((bound, one))
    made = []
    for labels, members in groups.items():
        there = np.any([one.there for _, one in members], axis=0)
        values = np.full(len(there), math.nan)
        for at in np.flatnonzero(there):
            pairs = ((bound, float(one.values[at])) for bound, one in members if one.there[at])
            values[at] = number(int(at), merged(pairs))
        made.append(Series(labels, values, there))
    return made


def merged(pairs: Iterable[tuple[float, float]]) -> dict[float, float]:
    """Buckets by bound; two labels such as 1 and 1.0 are one bucket."""
    counts: dict[float, float] = {}
    for bound, count in pairs:
        counts[bound] = counts.get(bound, 0.0) + count
    return counts
