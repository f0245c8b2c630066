"""Aggregations: by which labels series are gathered, and what becomes of those that are gathered."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import promql_parser as ql

from checker.promql.labels import NAME, Labels, only, without
from checker.promql.series import Flags, Numbers


def group(labels: Labels, modifier: ql.AggModifier | None) -> Labels:
    if modifier is None:
        return ()
    if modifier.type == ql.AggModifierType.By:
        return only(labels, tuple(modifier.labels))
    return without(labels, (*modifier.labels, NAME))


def _sum(values: Numbers, there: Flags) -> Numbers:
    # Shares are compared with round limits: the sum is made with more digits than are kept.
    total = np.where(there, values, 0.0).sum(axis=0, dtype=np.longdouble)
    return np.asarray(total, float)


# Each gets the values of the members of a group, members times moments, and where they are there.
AGGREGATES: dict[str, Callable[[Numbers, Flags], Numbers]] = {
    "avg": lambda values, there: _sum(values, there) / there.sum(axis=0),
    "count": lambda values, there: there.sum(axis=0).astype(float),
    "group": lambda values, there: np.ones(there.shape[1]),
    "max": lambda values, there: np.fmax.reduce(np.where(there, values, math.nan), axis=0),
    "min": lambda values, there: np.fmin.reduce(np.where(there, values, math.nan), axis=0),
    "sum": _sum,
}
