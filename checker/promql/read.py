"""Reads a query with promql-parser, and says beforehand what of it this evaluator does not compute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import promql_parser as ql

from checker.promql.errors import CannotFollow, QueryRefused
from checker.promql.labels import NAME, Labels, labels_of

AGGREGATIONS = frozenset({"sum", "avg", "min", "max", "count", "group"})
OPERATORS = frozenset({"+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless"})
FUNCTIONS = frozenset(
    {
        "abs", "absent", "absent_over_time", "avg_over_time", "ceil", "changes", "clamp", "clamp_max", "clamp_min",
        "count_over_time", "delta", "floor", "histogram_fraction", "histogram_quantile", "increase", "irate",
        "last_over_time", "max_over_time", "min_over_time", "present_over_time", "quantile_over_time", "rate",
        "resets", "scalar", "sum_over_time", "time", "vector",
    }
)  # fmt: skip
MATCH: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    # Prometheus anchors a pattern at both ends.
    "=~": lambda value, wanted: _matches(wanted, value),
    "!~": lambda value, wanted: not _matches(wanted, value),
}


# The parser is a library that ends the whole process when its stack is full.
MAX_BRACKETS = 200


@dataclass(frozen=True)
class Matcher:
    """One condition on a label: name, one of = != =~ !~, and what is compared."""

    name: str
    operator: str
    wanted: str

    def fits(self, value: str) -> bool:
        return MATCH[self.operator](value, self.wanted)


@dataclass(frozen=True)
class Selector:
    """A metric with conditions on its labels."""

    matchers: tuple[Matcher, ...]

    def finds(self, labels: Labels) -> bool:
        values = dict(labels)
        return all(matcher.fits(values.get(matcher.name, "")) for matcher in self.matchers)

    @property
    def name(self) -> str:
        """The metric's name; empty where a pattern stands in its place."""
        return next((one.wanted for one in self.matchers if one.name == NAME and one.operator == "="), "")


@lru_cache(maxsize=256)
def parse(text: str) -> ql.Expr:
    """Read a query. Raises QueryRefused for what Prometheus refuses, CannotFollow for what is not computed here."""
    if max(text.count("("), text.count("{"), text.count("[")) > MAX_BRACKETS:
        raise QueryRefused(f"A query of more than {MAX_BRACKETS} brackets is not read.")
    try:
        expr: ql.Expr = ql.parse(text)
    except ValueError as error:
        raise QueryRefused(f"{' '.join(text.split())!r} is no query: {str(error).splitlines()[0]}.") from None
    for node in walk(expr):
        _can_follow(node)
    return expr


def walk(expr: ql.Expr) -> Iterator[ql.Expr]:
    """Every part of an expression, outer ones first."""
    found: list[ql.Expr] = []
    ql.walk(expr, pre_visit=found.append)
    yield from found


def selectors(expr: ql.Expr) -> list[Selector]:
    """What an expression reads, in the order of the text."""
    return [selector_of(node) for node in walk(expr) if isinstance(node, ql.VectorSelector)]


def metric_names(text: str) -> set[str]:
    """The names of the metrics that a query reads; also for a query that is not computed here."""
    try:
        expr = ql.parse(text)
    except ValueError as error:
        raise QueryRefused(f"{' '.join(text.split())!r} is no query: {str(error).splitlines()[0]}.") from None
    return {one.name for one in selectors(expr) if one.name}


def selector_of(node: ql.VectorSelector) -> Selector:
    """The conditions of one selector, its metric's name among them."""
    matchers = [Matcher(one.name, _sign(one.op), one.value) for one in node.matchers.matchers]
    if node.name:
        matchers.append(Matcher(NAME, "=", node.name))
    return Selector(tuple(matchers))


def labels_asked_for(node: ql.Expr) -> Labels:
    """absent() answers with the labels that the selector names by `=`, once each."""
    if not isinstance(node, ql.VectorSelector):
        return ()
    matchers = [one for one in selector_of(node).matchers if one.name != NAME]
    named = [one.name for one in matchers]
    return labels_of({one.name: one.wanted for one in matchers if one.operator == "=" and named.count(one.name) == 1})


def word(token: Any) -> str:
    """An operator as it is written: `>`, `sum`."""
    return str(token).strip()


def _sign(op: Any) -> str:
    # The parser's own kinds can be compared and not hashed.
    signs = ((ql.MatchOp.Equal, "="), (ql.MatchOp.NotEqual, "!="), (ql.MatchOp.Re, "=~"), (ql.MatchOp.NotRe, "!~"))
    return next(sign for one, sign in signs if one == op)


def _matches(pattern: str, value: str) -> bool:
    try:
        if _repeats_repetition(pattern):
            raise CannotFollow(f"The pattern {pattern!r} repeats what repeats; Python would take for ever over it.")
        return re.fullmatch(pattern, value) is not None
    except re.error:
        # Go's patterns know a few forms that Python's do not.
        raise CannotFollow(f"The pattern {pattern!r} is not one that this checker reads.") from None


@lru_cache(maxsize=256)
def _repeats_repetition(pattern: str) -> bool:
    """Whether a repeated group holds a repetition, as `(x+)+` does: Go's matcher has no trouble with it."""
    depth, repeats = 0, {0: False}
    for place, letter in enumerate(pattern):
        if letter == "(" and not pattern.endswith("\\", 0, place):
            depth += 1
            repeats[depth] = False
        elif letter == ")" and not pattern.endswith("\\", 0, place) and depth:
            again = pattern[place + 1 : place + 2] in ("+", "*", "{")
            if again and repeats[depth]:
                return True
            depth -= 1
            repeats[depth] |= repeats[depth + 1] or again
        elif letter in "+*{":
            repeats[depth] = True
    return False


def _can_follow(node: ql.Expr) -> None:
    if isinstance(node, ql.VectorSelector | ql.SubqueryExpr) and node.at is not None:
        raise CannotFollow("The modifier @ is not computed here.")
    if isinstance(node, ql.VectorSelector) and node.matchers.or_matchers:
        raise QueryRefused(f"{str(node)!r} has an `or` between its labels, which Prometheus does not know.")
    if isinstance(node, ql.Call) and node.func.name not in FUNCTIONS:
        raise CannotFollow(f"The function {node.func.name}() is not computed here.")
    if isinstance(node, ql.AggregateExpr) and word(node.op) not in AGGREGATIONS:
        raise CannotFollow(f"The aggregation {word(node.op)}() is not computed here.")
    if isinstance(node, ql.BinaryExpr):
        _can_follow_operator(node)


def _can_follow_operator(node: ql.BinaryExpr) -> None:
    if word(node.op) not in OPERATORS:
        raise CannotFollow(f"The operator {word(node.op)} is not computed here.")
    fill = node.modifier.fill_values if node.modifier else None
    if fill is not None and (fill.lhs is not None or fill.rhs is not None):
        raise CannotFollow("The modifier fill() is not computed here.")
