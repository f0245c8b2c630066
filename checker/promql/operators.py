"""Operators between numbers and between vectors: who is compared with whom, and which labels the result has."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checker.promql.errors import QueryFailed
from checker.promql.labels import NAME, Labels, only, shown, value_of, without, without_name
from checker.promql.series import Sample

COMPARE: dict[str, Callable[[float, float], bool]] = {
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


def numbers(sign: str, left: float, right: float) -> float:
    """An operator between two numbers; a comparison gives 1 or 0."""
    if sign in COMPARE:
        return float(COMPARE[sign](left, right))
    return _ARITHMETIC[sign](left, right)


def with_number(sign: str, vector: Sequence[Sample], number: float, *, swapped: bool, as_bool: bool) -> list[Sample]:
    """An operator between a vector and a number; `swapped` when the number stands on the left."""
    out = []
    for sample in vector:
        left, right = (number, sample.value) if swapped else (sample.value, number)
        result = numbers(sign, left, right)
        if sign not in COMPARE or as_bool:
            out.append(Sample(without_name(sample.labels), result))
        elif result:
            out.append(sample)
    return out


def vectors(sign: str, left: Sequence[Sample], right: Sequence[Sample], matching: Matching) -> list[Sample]:
    """An operator between two vectors: each sample with the one that has the same key on the other side."""
    if matching.many == "right":
        return _joined(sign, right, left, matching)
    return _joined(sign, left, right, matching)


def _joined(sign: str, many: Sequence[Sample], one: Sequence[Sample], matching: Matching) -> list[Sample]:
    if not many or not one:
        return []
    by_key: dict[Labels, Sample] = {}
    for sample in one:
        key = matching.key(sample.labels)
        if key in by_key:
            raise QueryFailed(
                f"Both {shown(by_key[key].labels)} and {shown(sample.labels)} match {shown(key)} on one side; "
                "many-to-many matching is not allowed."
            )
        by_key[key] = sample
    out, seen = [], set()
    for sample in many:
        key = matching.key(sample.labels)
        other = by_key.get(key)
        if other is None:
            continue
        labels = _result_labels(sign, sample.labels, other.labels, matching)
        mark = (key, labels if matching.many != "one" else ())
        if mark in seen:
            raise QueryFailed(f"Several series match {shown(key)}; many-to-one needs group_left or group_right.")
        seen.add(mark)
        pair = (other.value, sample.value) if matching.many == "right" else (sample.value, other.value)
        result = numbers(sign, *pair)
        if sign in COMPARE and not matching.as_bool:
            if not result:
                continue
            result = pair[0]
        out.append(Sample(labels, result))
    return out


def _result_labels(sign: str, many: Labels, one: Labels, matching: Matching) -> Labels:
    labels = without_name(many) if sign not in COMPARE or matching.as_bool else many
    if matching.many == "one":
        labels = only(labels, matching.names) if matching.on else without(labels, matching.names)
    kept = dict(without(labels, matching.extra))
    kept |= {name: value_of(one, name) for name in matching.extra if value_of(one, name)}
    return tuple(sorted(kept.items()))


def sets(sign: str, left: Sequence[Sample], right: Sequence[Sample], matching: Matching) -> list[Sample]:
    """and, or, unless: which samples stay, by the keys of the other side; values are never compared."""
    keys = {matching.key(sample.labels) for sample in (left if sign == "or" else right)}
    if sign == "or":
        return [*left, *(sample for sample in right if matching.key(sample.labels) not in keys)]
    wanted = sign == "and"
    return [sample for sample in left if (matching.key(sample.labels) in keys) == wanted]


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _modulo(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide, "%": _modulo, "^": _power,
}  # fmt: skip
