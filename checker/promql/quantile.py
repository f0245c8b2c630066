"""histogram_quantile: the place of a share of all observations, read out of cumulated buckets."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping

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


def merged(pairs: Iterable[tuple[float, float]]) -> dict[float, float]:
    """Buckets by bound; two labels such as 1 and 1.0 are one bucket."""
    counts: dict[float, float] = {}
    for bound, count in pairs:
        counts[bound] = counts.get(bound, 0.0) + count
    return counts
