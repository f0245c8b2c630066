"""Evaluates a query at one moment: the tree that promql-parser made, over the series of a database."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import promql_parser as ql

from checker.promql import operators
from checker.promql.dialect import CURRENT, Dialect
from checker.promql.errors import CannotFollow, QueryFailed
from checker.promql.labels import NAME, Labels, labels_of, only, shown, without, without_name
from checker.promql.operators import Matching
from checker.promql.quantile import bound_of, histogram_quantile, merged
from checker.promql.rates import OVER_TIME, extrapolated, instant_rate
from checker.promql.read import parse, selector_of, word
from checker.promql.series import Database, Points, Sample

Value = float | str | list[Sample]
# Series, and the two ends of the range in which a function looks at them.
Ranged = tuple[Sequence[tuple[Labels, Points]], int, int]
MINUTE = 60_000
RATES = {"rate": (True, True), "increase": (True, False), "delta": (False, False)}
SIMPLE: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "ceil": lambda value: float(math.ceil(value)) if math.isfinite(value) else value,
    "floor": lambda value: float(math.floor(value)) if math.isfinite(value) else value,
}


class Evaluator:
    """Queries over one database, in the way of one version of Prometheus."""

    def __init__(self, database: Database, dialect: Dialect = CURRENT, *, step: int = MINUTE) -> None:
        """`step` is the one of a subquery that names none: Prometheus' own evaluation interval."""
        self.database, self.dialect, self.step = database, dialect, step
        # What a subquery has given at moments that are over: the next evaluation asks for most of them again.
        self._given: dict[tuple[str, int], list[Sample]] = {}

    def query(self, text: str, time: int) -> list[Sample]:
        """The instant vector of a query at a moment in milliseconds; a number is a sample without labels."""
        value = self.value(parse(text), time)
        if isinstance(value, str):
            raise QueryFailed("The query gives a text, and a rule needs a vector or a number.")
        if isinstance(value, float):
            return [Sample((), value)]
        return sorted(value, key=lambda sample: sample.labels)

    def value(self, node: ql.Expr, time: int) -> Value:
        """A number, a text or an instant vector."""
        if isinstance(node, ql.MatrixSelector | ql.SubqueryExpr):
            raise QueryFailed("The query gives a range of samples, and a rule needs one value per series.")
        found = _KINDS.get(type(node))
        if found is None:
            raise CannotFollow(f"{type(node).__name__} is not computed here.")
        return _unique(found(self, node, time))

    def vector(self, node: ql.Expr, time: int) -> list[Sample]:
        value = self.value(node, time)
        if not isinstance(value, list):
            raise QueryFailed(f"{node} is no vector.")
        return value

    def _number(self, node: ql.Expr, time: int) -> float:
        value = self.value(node, time)
        if not isinstance(value, float):
            raise QueryFailed(f"{node} is no number.")
        return value

    def _negative(self, node: ql.UnaryExpr, time: int) -> Value:
        value = self.value(node.expr, time)
        if isinstance(value, list):
            return operators.with_number("*", value, -1.0, swapped=False, as_bool=False)
        return -float(value)

    def _instant(self, node: ql.VectorSelector, time: int) -> list[Sample]:
        at = time - _milliseconds(node.offset)
        found = []
        for labels, points in self.database.select(selector_of(node)):
            value = points.at(at, left_open=self.dialect.left_open)
            if value is not None:
                found.append(Sample(labels, value))
        return found

    def _aggregate(self, node: ql.AggregateExpr, time: int) -> list[Sample]:
        groups: dict[Labels, list[float]] = {}
        modifier, aggregate = node.modifier, _AGGREGATE[word(node.op)]
        for sample in self.vector(node.expr, time):
            groups.setdefault(_group(sample.labels, modifier), []).append(sample.value)
        return [Sample(labels, aggregate(values)) for labels, values in groups.items()]

    def _binary(self, node: ql.BinaryExpr, time: int) -> Value:
        sign, matching = word(node.op), _matching(node.modifier)
        left, right = self.value(node.lhs, time), self.value(node.rhs, time)
        if isinstance(left, list) and isinstance(right, list):
            join = operators.sets if sign in operators.SETS else operators.vectors
            return join(sign, left, right, matching)
        if isinstance(left, list) and isinstance(right, float):
            return operators.with_number(sign, left, right, swapped=False, as_bool=matching.as_bool)
        if isinstance(left, float) and isinstance(right, list):
            return operators.with_number(sign, right, left, swapped=True, as_bool=matching.as_bool)
        return operators.numbers(sign, self._number(node.lhs, time), self._number(node.rhs, time))

    def _call(self, node: ql.Call, time: int) -> Value:
        name, args = node.func.name, list(node.args)
        if name in RATES or name == "irate" or name in OVER_TIME:
            return self._over_range(name, args[0], time)
        if name in SIMPLE:
            return _each(self.vector(args[0], time), SIMPLE[name])
        if name.startswith("clamp"):
            return self._clamp(name, args, time)
        others: dict[str, Callable[[Sequence[ql.Expr], int], Value]] = {
            "absent": self._absent,
            "absent_over_time": self._absent,
            "histogram_quantile": self._quantile,
            "scalar": self._scalar,
            "time": lambda _, at: at / 1000,
            "vector": lambda given, at: [Sample((), self._number(given[0], at))],
        }
        return others[name](args, time)

    def _over_range(self, name: str, node: ql.Expr, time: int) -> list[Sample]:
        ranged, start, end = self._ranged(node, time)
        value = self._rate if name in RATES else self._of_samples
        found = ((labels, value(name, points, start, end)) for labels, points in ranged)
        keep = name == "last_over_time"
        return [Sample(labels if keep else without_name(labels), one) for labels, one in found if one is not None]

    def _rate(self, name: str, points: Points, start: int, end: int) -> float | None:
        edges = points.edges(start, end, left_open=self.dialect.left_open)
        if edges is None:
            return None
        counter, per_second = RATES[name]
        return extrapolated(edges, start, end, counter=counter, per_second=per_second, dialect=self.dialect)

    def _of_samples(self, name: str, points: Points, start: int, end: int) -> float | None:
        window = points.between(start, end, left_open=self.dialect.left_open)
        if name == "irate":
            return instant_rate(window)
        return OVER_TIME[name]([sample for _, sample in window]) if window else None

    def _ranged(self, node: ql.Expr, time: int) -> Ranged:
        while isinstance(node, ql.ParenExpr):
            node = node.expr
        if isinstance(node, ql.SubqueryExpr):
            return self._subquery(node, time)
        if not isinstance(node, ql.MatrixSelector):
            raise CannotFollow(f"A range of {node} is not computed here.")
        selector = node.vector_selector
        end = time - _milliseconds(selector.offset)
        return self.database.select(selector_of(selector)), end - _milliseconds(node.range), end

    def _subquery(self, node: ql.SubqueryExpr, time: int) -> Ranged:
        """The inner query at every multiple of the step within the range, as samples of a range."""
        end = time - _milliseconds(node.offset)
        start, step = end - _milliseconds(node.range), _milliseconds(node.step) or self.step
        first = start // step * step
        if first < start or (first == start and self.dialect.left_open):
            first += step
        series: dict[Labels, Points] = {}
        for moment in range(first, end + 1, step):
            for sample in self._given_at(node.expr, moment, now=time):
                series.setdefault(sample.labels, Points()).add(moment, sample.value)
        return sorted(series.items(), key=lambda one: one[0]), start, end

    def _given_at(self, node: ql.Expr, moment: int, *, now: int) -> list[Sample]:
        key = (str(node), moment)
        if key in self._given:
            return self._given[key]
        found = self.vector(node, moment)
        # At this very moment a rule may still record something.
        if moment < now:
            self._given[key] = found
        return found

    def _absent(self, args: Sequence[ql.Expr], time: int) -> list[Sample]:
        node = args[0]
        while isinstance(node, ql.ParenExpr):
            node = node.expr
        if isinstance(node, ql.MatrixSelector | ql.SubqueryExpr):
            ranged, start, end = self._ranged(node, time)
            there = any(points.between(start, end, left_open=self.dialect.left_open) for _, points in ranged)
            node = node.vector_selector if isinstance(node, ql.MatrixSelector) else node
        else:
            there = bool(self.vector(node, time))
        return [] if there else [Sample(_labels_asked_for(node), 1.0)]

    def _quantile(self, args: Sequence[ql.Expr], time: int) -> list[Sample]:
        share = self._number(args[0], time)
        groups: dict[Labels, list[tuple[float, float]]] = {}
        for sample in self.vector(args[1], time):
            bound = bound_of(dict(sample.labels).get("le", ""))
            if bound is not None:
                groups.setdefault(without(sample.labels, ("le", NAME)), []).append((bound, sample.value))
        return [Sample(labels, histogram_quantile(share, merged(pairs))) for labels, pairs in groups.items()]

    def _scalar(self, args: Sequence[ql.Expr], time: int) -> float:
        vector = self.vector(args[0], time)
        return vector[0].value if len(vector) == 1 else math.nan

    def _clamp(self, name: str, args: Sequence[ql.Expr], time: int) -> list[Sample]:
        limits = [self._number(one, time) for one in args[1:]]
        low = limits[0] if name != "clamp_max" else -math.inf
        high = limits[-1] if name != "clamp_min" else math.inf
        if low > high:
            return []
        return _each(self.vector(args[0], time), lambda value: max(low, min(high, value)))


def _each(vector: Sequence[Sample], change: Callable[[float], float]) -> list[Sample]:
    return [Sample(without_name(sample.labels), change(sample.value)) for sample in vector]


def _unique(value: Value) -> Value:
    if isinstance(value, list):
        seen: set[Labels] = set()
        for sample in value:
            if sample.labels in seen:
                raise QueryFailed(f"The result holds {shown(sample.labels)} twice.")
            seen.add(sample.labels)
    return value


def _group(labels: Labels, modifier: ql.AggModifier | None) -> Labels:
    if modifier is None:
        return ()
    if modifier.type == ql.AggModifierType.By:
        return only(labels, tuple(modifier.labels))
    return without(labels, (*modifier.labels, NAME))


def _matching(modifier: ql.BinModifier | None) -> Matching:
    if modifier is None:
        return Matching()
    many = "one"
    if modifier.card == ql.VectorMatchCardinality.ManyToOne:
        many = "left"
    if modifier.card == ql.VectorMatchCardinality.OneToMany:
        many = "right"
    given = modifier.matching
    on = given is not None and given.type == ql.LabelModifierType.Include
    names = tuple(given.labels) if given is not None else ()
    return Matching(on, names, many, tuple(modifier.group_labels or ()), bool(modifier.return_bool))


def _labels_asked_for(node: ql.Expr) -> Labels:
    """absent() answers with the labels that the selector names by `=`, once each."""
    if not isinstance(node, ql.VectorSelector):
        return ()
    matchers = [one for one in selector_of(node).matchers if one.name != NAME]
    named = [one.name for one in matchers]
    return labels_of({one.name: one.wanted for one in matchers if one.operator == "=" and named.count(one.name) == 1})


def _sum(values: Sequence[float]) -> float:
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


def _least(values: Sequence[float]) -> float:
    real = [value for value in values if not math.isnan(value)]
    return min(real) if real else math.nan


def _most(values: Sequence[float]) -> float:
    real = [value for value in values if not math.isnan(value)]
    return max(real) if real else math.nan


_KINDS: dict[type, Callable[[Evaluator, Any, int], Value]] = {
    ql.NumberLiteral: lambda _, node, __: float(node.val),
    ql.StringLiteral: lambda _, node, __: str(node.val),
    ql.ParenExpr: lambda self, node, time: self.value(node.expr, time),
    ql.UnaryExpr: Evaluator._negative,
    ql.VectorSelector: Evaluator._instant,
    ql.AggregateExpr: Evaluator._aggregate,
    ql.BinaryExpr: Evaluator._binary,
    ql.Call: Evaluator._call,
}

_AGGREGATE: dict[str, Callable[[Sequence[float]], float]] = {
    "avg": lambda values: _sum(values) / len(values),
    "count": lambda values: float(len(values)),
    "group": lambda values: 1.0,
    "max": _most,
    "min": _least,
    "sum": _sum,
}


def _milliseconds(duration: Any) -> int:
    return 0 if duration is None else round(duration.total_seconds() * 1000)
