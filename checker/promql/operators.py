"""Operators between numbers and between vectors: who is compared with whom, and which labels the result has.

Everything stands here for all moments at once; which series meet is decided at each moment by who is there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import promql_parser as ql

from checker.promql.errors import QueryFailed
from checker.promql.labels import NAME, Labels, only, shown, value_of, without, without_name
from checker.promql.series import Flags, Numbers, Series

COMPARE: dict[str, Callable[[Numbers, Numbers], Flags]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
SETS = ("and", "or", "unless")


@dataclass(frozen=True)
class Matching:
    """How two vectors are joined: by which labels, and which side may have many."""

    on: bool = False
    names: tuple[str, ...] = ()
    # "one", "left" (many on the left, group_left) or "right".
    many: str = "one"
    extra: tuple[str, ...] = ()
    as_bool: bool = False

    def key(self, labels: Labels) -> Labels:
        return only(labels, self.names) if self.on else without(labels, (*self.names, NAME))


def matching_of(modifier: ql.BinModifier | None) -> Matching:
    """What stands behind an operator: on, ignoring, group_left, bool."""
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


def numbers(sign: str, left: Numbers, right: Numbers) -> Numbers:
    """An operator between two numbers of each moment; a comparison gives 1 or 0."""
    if sign in COMPARE:
        return COMPARE[sign](left, right).astype(float)
    return _ARITHMETIC[sign](left, right)


def with_number(sign: str, vector: Sequence[Series], number: Numbers, *, swapped: bool, as_bool: bool) -> list[Series]:
    """An operator between a vector and a number; `swapped` when the number stands on the left."""
    out = []
    for one in vector:
        left, right = (number, one.values) if swapped else (one.values, number)
        result = numbers(sign, left, right)
        if sign not in COMPARE or as_bool:
            out.append(Series(without_name(one.labels), result, one.there))
        else:
            out.append(one._replace(there=one.there & (result != 0)))
    return out


def vectors(sign: str, left: Sequence[Series], right: Sequence[Series], matching: Matching) -> list[Series]:
    """An operator between two vectors: each series with the one that has the same key on the other side."""
    if matching.many == "right":
        return _joined(sign, right, left, matching)
    return _joined(sign, left, right, matching)


def _joined(sign: str, many: Sequence[Series], one: Sequence[Series], matching: Matching) -> list[Series]:
    if not many or not one:
        return []
    by_key = _by_key(many, one, matching)
    out = []
    seen: dict[tuple[Labels, Labels], Flags] = {}
    for series in many:
        key = matching.key(series.labels)
        for other in by_key.get(key, ()):
            both = series.there & other.there
            labels = _result_labels(sign, series.labels, other.labels, matching)
            mark = (key, labels if matching.many != "one" else ())
            if mark in seen and (seen[mark] & both).any():
                raise QueryFailed(f"Several series match {shown(key)}; many-to-one needs group_left or group_right.")
            seen[mark] = seen[mark] | both if mark in seen else both
            left, right = (other.values, series.values) if matching.many == "right" else (series.values, other.values)
            result = numbers(sign, left, right)
            if sign in COMPARE and not matching.as_bool:
                result, both = left, both & (result != 0)
            out.append(Series(labels, result, both))
    return out


def _by_key(many: Sequence[Series], one: Sequence[Series], matching: Matching) -> dict[Labels, list[Series]]:
    """The side that may have one series for each key, and at no moment two while the other side has any."""
    some = np.any([series.there for series in many], axis=0)
    by_key: dict[Labels, list[Series]] = {}
    for series in one:
        key = matching.key(series.labels)
        for other in by_key.setdefault(key, []):
            if (other.there & series.there & some).any():
                raise QueryFailed(
                    f"Both {shown(other.labels)} and {shown(series.labels)} match {shown(key)} on one side; "
                    "many-to-many matching is not allowed."
                )
        by_key[key].append(series)
    return by_key


def _result_labels(sign: str, many: Labels, one: Labels, matching: Matching) -> Labels:
    labels = without_name(many) if sign not in COMPARE or matching.as_bool else many
    if matching.many == "one":
        labels = only(labels, matching.names) if matching.on else without(labels, matching.names)
    kept = dict(without(labels, matching.extra))
    kept |= {name: value_of(one, name) for name in matching.extra if value_of(one, name)}
    return tuple(sorted(kept.items()))


def sets(sign: str, left: Sequence[Series], right: Sequence[Series], matching: Matching) -> list[Series]:
    """and, or, unless: which series stay, by the keys of the other side; values are never compared."""
    keys: dict[Labels, Flags] = {}
    for one in left if sign == "or" else right:
        key = matching.key(one.labels)
        keys[key] = keys[key] | one.there if key in keys else one.there
    kept = [
        one._replace(there=one.there & (matched if sign == "and" else ~matched))
        for one in (right if sign == "or" else left)
        for matched in [keys.get(matching.key(one.labels), np.zeros_like(one.there))]
    ]
    return [*left, *kept] if sign == "or" else kept


_ARITHMETIC: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.fmod, "^": np.power,
}  # fmt: skip
