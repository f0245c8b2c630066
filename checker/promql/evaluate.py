"""Evaluates a query at many moments at once: the tree that promql-parser made, over the series of a database."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import promql_parser as ql

from checker.promql import operators
from checker.promql.aggregates import AGGREGATES, group
from checker.promql.dialect import CURRENT, Dialect
from checker.promql.errors import CannotFollow, QueryFailed
from checker.promql.labels import Labels, shown, without_name
from checker.promql.operators import matching_of
from checker.promql.quantile import each_histogram, histogram_fraction, histogram_quantile, quantile
from checker.promql.rates import OVER_TIME, Window, extrapolated, instant_rate
from checker.promql.read import labels_asked_for, parse, selector_of, word
from checker.promql.series import Database, Flags, Moments, Numbers, Points, Sample, Series, edges

# A number for each moment, a text, or a vector.
Value = Numbers | str | list[Series]
# Series, and for each moment the two ends of the range in which a function looks at them.
Ranged = tuple[Sequence[tuple[Labels, Points]], Moments, Moments]
# What a function makes of the samples in one range; the first argument is the place of its moment.
Measure = Callable[[int, Window], float | None]
MINUTE = 60_000
# A subquery of more moments is not computed: no rule needs a day of every second.
MOST_MOMENTS = 100_000
RATES = {"rate": (True, True), "increase": (True, False), "delta": (False, False)}
SIMPLE: dict[str, Callable[[Numbers], Numbers]] = {"abs": np.abs, "ceil": np.ceil, "floor": np.floor}


class Evaluator:
    """Queries over one database, in the way of one version of Prometheus."""

    def __init__(self, database: Database, dialect: Dialect = CURRENT, *, step: int = MINUTE) -> None:
        """`step` is the one of a subquery that names none: Prometheus' own evaluation interval."""
        self.database, self.dialect, self.step = database, dialect, step

    def query(self, text: str, time: int) -> list[Sample]:
        """The instant vector of a query at a moment in milliseconds; a number is a sample without labels."""
        return samples_at(self.range(text, [time]), 0)

    def range(self, text: str, moments: Sequence[int]) -> list[Series]:
        """What a query gives at each of these moments, which are milliseconds; in the order of its labels."""
        value = self.value(parse(text), moments)
        if isinstance(value, str):
            raise QueryFailed("The query gives a text, and a rule needs a vector or a number.")
        if isinstance(value, list):
            return sorted(value, key=lambda one: one.labels)
        return [Series((), value, np.ones(len(moments), bool))]

    def value(self, node: ql.Expr, moments: Sequence[int]) -> Value:
        """A number for each moment, a text, or the series of a vector."""
        with np.errstate(all="ignore"):
            return _Walk(self, np.array(moments, np.int64)).value(node)


def samples_at(vector: Sequence[Series], place: int) -> list[Sample]:
    """A vector at one of its moments."""
    return [Sample(one.labels, float(one.values[place])) for one in vector if one.there[place]]


class _Walk:
    """One expression at some moments."""

    def __init__(self, evaluator: Evaluator, moments: Moments) -> None:
        self.evaluator, self.moments = evaluator, moments
        self.database, self.left_open = evaluator.database, evaluator.dialect.left_open

    def value(self, node: ql.Expr) -> Value:
        if isinstance(node, ql.MatrixSelector | ql.SubqueryExpr):
            raise QueryFailed("The query gives a range of samples, and a rule needs one value per series.")
        found = _KINDS.get(type(node))
        if found is None:
            raise CannotFollow(f"{type(node).__name__} is not computed here.")
        return _unique(found(self, node))

    def vector(self, node: ql.Expr) -> list[Series]:
        value = self.value(node)
        if not isinstance(value, list):
            raise QueryFailed(f"{node} is no vector.")
        return value

    def number(self, node: ql.Expr) -> Numbers:
        value = self.value(node)
        if not isinstance(value, np.ndarray):
            raise QueryFailed(f"{node} is no number.")
        return value

    def literal(self, node: ql.NumberLiteral) -> Numbers:
        return np.full(len(self.moments), float(node.val))

    def negative(self, node: ql.UnaryExpr) -> Value:
        value = self.value(node.expr)
        if isinstance(value, list):
            return [Series(without_name(one.labels), -one.values, one.there) for one in value]
        return -value if isinstance(value, np.ndarray) else -self.number(node.expr)

    def instant(self, node: ql.VectorSelector) -> list[Series]:
        at = self.moments - _milliseconds(node.offset)
        series = self.database.select(selector_of(node))
        return [Series(labels, *points.at(at, left_open=self.left_open)) for labels, points in series]

    def aggregate(self, node: ql.AggregateExpr) -> list[Series]:
        groups: dict[Labels, list[Series]] = {}
        modifier, aggregate = node.modifier, AGGREGATES[word(node.op)]
        for one in self.vector(node.expr):
            groups.setdefault(group(one.labels, modifier), []).append(one)
        made = []
        for labels, members in groups.items():
            values, there = np.array([one.values for one in members]), np.array([one.there for one in members])
            made.append(Series(labels, aggregate(values, there), np.logical_or.reduce(there, axis=0)))
        return made

    def binary(self, node: ql.BinaryExpr) -> Value:
        sign, matching = word(node.op), matching_of(node.modifier)
        left, right = self.value(node.lhs), self.value(node.rhs)
        if isinstance(left, list) and isinstance(right, list):
            join = operators.sets if sign in operators.SETS else operators.vectors
            return join(sign, left, right, matching)
        if isinstance(left, list) and isinstance(right, np.ndarray):
            return operators.with_number(sign, left, right, swapped=False, as_bool=matching.as_bool)
        if isinstance(left, np.ndarray) and isinstance(right, list):
            return operators.with_number(sign, right, left, swapped=True, as_bool=matching.as_bool)
        return operators.numbers(sign, self.number(node.lhs), self.number(node.rhs))

    def call(self, node: ql.Call) -> Value:
        name, args = node.func.name, list(node.args)
        if name in RATES or name in OVER_TIME or name in ("irate", "quantile_over_time"):
            return self._over_range(name, args)
        if name in SIMPLE:
            vector = self.vector(args[0])
            return [Series(without_name(one.labels), SIMPLE[name](one.values), one.there) for one in vector]
        if name.startswith("clamp"):
            return self._clamp(name, args)
        others: dict[str, Callable[[Sequence[ql.Expr]], Value]] = {
            "absent": self._absent,
            "absent_over_time": self._absent,
            "histogram_fraction": self._fraction,
            "histogram_quantile": self._quantile,
            "scalar": self._scalar,
            "time": lambda _: self.moments / 1000,
            "vector": lambda given: [Series((), self.number(given[0]), self._everywhere())],
        }
        return others[name](args)

    def _everywhere(self) -> Flags:
        return np.ones(len(self.moments), bool)

    def _over_range(self, name: str, args: Sequence[ql.Expr]) -> list[Series]:
        ranged, starts, ends = self._ranged(args[-1])
        if name in RATES:
            return self._rates(name, ranged, starts, ends)
        keep, measure = name == "last_over_time", self._measure(name, args)
        return [
            Series(labels if keep else without_name(labels), *self._of_samples(measure, points, starts, ends))
            for labels, points in ranged
        ]

    def _measure(self, name: str, args: Sequence[ql.Expr]) -> Measure:
        if name == "irate":
            return lambda _, window: instant_rate(window)
        if name == "quantile_over_time":
            shares = self.number(args[0])
            return lambda at, window: quantile(float(shares[at]), [sample for _, sample in window])
        return lambda _, window: OVER_TIME[name]([sample for _, sample in window])

    def _rates(
        self, name: str, ranged: Sequence[tuple[Labels, Points]], starts: Moments, ends: Moments
    ) -> list[Series]:  # fmt: skip
        """Series that were scraped together are computed together."""
        (counter, per_second), dialect = RATES[name], self.evaluator.dialect
        together: dict[int, list[tuple[Labels, Points]]] = {}
        for labels, points in ranged:
            together.setdefault(points.scraped_with, []).append((labels, points))
        found = []
        for members in together.values():
            looked = edges([points for _, points in members], starts, ends, left_open=self.left_open)
            values, there = extrapolated(
                looked, starts, ends, counter=counter, per_second=per_second, dialect=dialect
            )  # fmt: skip
            there = np.broadcast_to(there, values.shape)
            found += [Series(without_name(one[0]), *pair) for one, *pair in zip(members, values, there, strict=True)]
        return found

    def _of_samples(
        self, measure: Measure, points: Points, starts: Moments, ends: Moments
    ) -> tuple[Numbers, Flags]:  # fmt: skip
        found = []
        for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
            window = points.between(start, end, left_open=self.left_open)
            found.append(measure(at, window) if window else None)
        values = np.array([math.nan if one is None else one for one in found], float)
        return values, np.array([one is not None for one in found])

    def _ranged(self, node: ql.Expr) -> Ranged:
        while isinstance(node, ql.ParenExpr):
            node = node.expr
        if isinstance(node, ql.SubqueryExpr):
            return self._subquery(node)
        if not isinstance(node, ql.MatrixSelector):
            raise CannotFollow(f"A range of {node} is not computed here.")
        selector = node.vector_selector
        ends = self.moments - _milliseconds(selector.offset)
        return self.database.select(selector_of(selector)), ends - _milliseconds(node.range), ends

    def _subquery(self, node: ql.SubqueryExpr) -> Ranged:
        """The inner query at every multiple of the step within the ranges, as samples of a range."""
        ends = self.moments - _milliseconds(node.offset)
        starts, step = ends - _milliseconds(node.range), _milliseconds(node.step) or self.evaluator.step
        first, last = int(starts.min()) // step * step, int(ends.max())
        if (last - first) // step > MOST_MOMENTS:
            raise CannotFollow(f"A subquery of more than {MOST_MOMENTS:,} moments is not computed here.")
        inner = np.arange(first, last + 1, step)
        found: dict[Labels, list[tuple[int, float]]] = {}
        for one in _Walk(self.evaluator, inner).vector(node.expr):
            pairs = zip(inner[one.there].tolist(), one.values[one.there].tolist(), strict=True)
            found.setdefault(one.labels, []).extend(pairs)
        series = []
        for labels in sorted(found):
            points = Points()
            for moment, value in sorted(found[labels]):
                points.add(moment, value)
            series.append((labels, points))
        return series, starts, ends

    def _absent(self, args: Sequence[ql.Expr]) -> list[Series]:
        node = args[0]
        while isinstance(node, ql.ParenExpr):
            node = node.expr
        if isinstance(node, ql.MatrixSelector | ql.SubqueryExpr):
            ranged, starts, ends = self._ranged(node)
            found = [self._of_samples(lambda *_: 1.0, points, starts, ends)[1] for _, points in ranged]
            node = node.vector_selector if isinstance(node, ql.MatrixSelector) else node
        else:
            found = [one.there for one in self.vector(node)]
        there = np.any(found, axis=0) if found else ~self._everywhere()
        return [Series(labels_asked_for(node), np.ones(len(self.moments)), ~there)]

    def _quantile(self, args: Sequence[ql.Expr]) -> list[Series]:
        shares = self.number(args[0])
        return each_histogram(self.vector(args[1]), lambda at, counts: histogram_quantile(float(shares[at]), counts))

    def _fraction(self, args: Sequence[ql.Expr]) -> list[Series]:
        lower, upper, vector = self.number(args[0]), self.number(args[1]), self.vector(args[2])
        if not self.evaluator.dialect.fractions:
            return []
        return each_histogram(vector, lambda at, counts: histogram_fraction(float(lower[at]), float(upper[at]), counts))

    def _scalar(self, args: Sequence[ql.Expr]) -> Numbers:
        vector = self.vector(args[0])
        only_one = sum((one.there.astype(int) for one in vector), np.zeros(len(self.moments), int)) == 1
        found = np.full(len(self.moments), math.nan)
        for one in vector:
            found = np.where(one.there & only_one, one.values, found)
        return found

    def _clamp(self, name: str, args: Sequence[ql.Expr]) -> list[Series]:
        limits = [self.number(one) for one in args[1:]]
        endless = np.full(len(self.moments), math.inf)
        low = limits[0] if name != "clamp_max" else -endless
        high = limits[-1] if name != "clamp_min" else endless
        return [
            Series(without_name(one.labels), np.maximum(low, np.minimum(high, one.values)), one.there & ~(low > high))
            for one in self.vector(args[0])
        ]


def _unique(value: Value) -> Value:
    if isinstance(value, list):
        seen: dict[Labels, Flags] = {}
        for one in value:
            if one.labels in seen and (seen[one.labels] & one.there).any():
                raise QueryFailed(f"The result holds {shown(one.labels)} twice.")
            seen[one.labels] = seen[one.labels] | one.there if one.labels in seen else one.there
    return value


_KINDS: dict[type, Callable[[_Walk, Any], Value]] = {
    ql.NumberLiteral: _Walk.literal,
    ql.StringLiteral: lambda _, node: str(node.val),
    ql.ParenExpr: lambda self, node: self.value(node.expr),
    ql.UnaryExpr: _Walk.negative,
    ql.VectorSelector: _Walk.instant,
    ql.AggregateExpr: _Walk.aggregate,
    ql.BinaryExpr: _Walk.binary,
    ql.Call: _Walk.call,
}


def _milliseconds(duration: Any) -> int:
    return 0 if duration is None else round(duration.total_seconds() * 1000)
