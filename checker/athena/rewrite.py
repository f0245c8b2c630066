"""Turns a typed query of Trino's dialect into DuckDB's, with Trino's results where the two differ.

sqlglot translates names; what stands here is what would run and answer something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlglot import exp

from checker.athena.errors import NotSupported
from checker.athena.types import FLOATS, INTEGERS, decimal_of, kind

# Called by the rewritten query. DuckDB's own division gives a double, and NULL for a division by zero.
MACROS = (
    "CREATE MACRO trino_div(a, b) AS CASE WHEN b = 0 THEN error('DIVISION_BY_ZERO: Division by zero') ELSE a // b END",
    "CREATE MACRO trino_mod(a, b) AS CASE WHEN b = 0 THEN error('DIVISION_BY_ZERO: Division by zero') ELSE a % b END",
    "CREATE MACRO __try_div(a, b) AS a // b",
    "CREATE MACRO __try_mod(a, b) AS a % b",
    "CREATE MACRO trino_decimal_div(a, b) AS CASE WHEN b = 0 THEN error('DIVISION_BY_ZERO: Division by zero') "
    "ELSE a::DOUBLE / b::DOUBLE END",
    "CREATE MACRO trino_double_div(a, b) AS CASE WHEN b <> 0 OR a IS NULL OR b IS NULL THEN a / b "
    "WHEN a = 0 OR isnan(a) THEN 'nan'::DOUBLE WHEN a > 0 THEN 'inf'::DOUBLE ELSE '-inf'::DOUBLE END",
    "CREATE MACRO trino_percentile(x, q) AS "
    "list_sort(list(x) FILTER (x IS NOT NULL))[CAST(least(count(x), floor(q * count(x)) + 1) AS BIGINT)]",
    "CREATE MACRO width_bucket(x, low, high, n) AS CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1 "
    "ELSE CAST(floor((x - low)::DOUBLE / (high - low)::DOUBLE * n) AS BIGINT) + 1 END",
    "CREATE MACRO to_iso8601(x) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%g')",
    "CREATE MACRO from_iso8601_date(x) AS CAST(x AS DATE)",
    "CREATE MACRO day_of_week(x) AS isodow(x)",
    "CREATE MACRO is_nan(x) AS isnan(x)",
)
WHOLE = ("tinyint", "smallint", "integer", "bigint")
_JODA = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "EEE": "%a", "EEEE": "%A"}
_JODA_WORD = re.compile(r"([A-Za-z])\1*")


def to_duckdb(tree: exp.Expr) -> str:
    """The query as DuckDB is to run it. `tree` carries types and is changed."""
    for node in sorted(tree.walk(), key=lambda one: -one.depth):
        new = _rewritten(node)
        if new is not None and new is not node:
            # What stands around it goes on asking for the type.
            new.type = node.type
            node.replace(new)
    return tree.sql(dialect="duckdb")


def _rewritten(node: exp.Expr) -> exp.Expr | None:
    """What stands in a node's place; None where DuckDB means the same."""
    for kinds, rewrite in _REWRITES:
        if isinstance(node, kinds):
            return rewrite(node)
    return None


def _divided(node: exp.Expr) -> exp.Expr | None:
    left, right = node.args["this"], node.args["expression"]
    kinds = {kind(left), kind(right)}
    arguments = [left.copy(), right.copy()]
    if node.find_ancestor(exp.Try):
        # DuckDB's TRY takes no error() inside; without a divisor the result is NULL as well.
        arguments[1] = exp.Anonymous(this="nullif", expressions=[arguments[1], exp.Literal.number(0)])
        name = "__try_div" if isinstance(node, exp.Div) else "__try_mod"
        if kinds <= INTEGERS:
            return exp.Anonymous(this=name, expressions=arguments)
    if kinds <= INTEGERS:
        name = "trino_div" if isinstance(node, exp.Div) else "trino_mod"
        return exp.Anonymous(this=name, expressions=arguments)
    if kind(node) == "DECIMAL" and isinstance(node, exp.Div):
        return _as_decimal(exp.Anonymous(this="trino_decimal_div", expressions=arguments), node)
    if kinds & FLOATS and isinstance(node, exp.Div):
        return exp.Anonymous(this="trino_double_div", expressions=[_double(left), _double(right)])
    return None


def _percentile(node: exp.ApproxQuantile) -> exp.Expr:
    """The value at its place in the sorted list, as Trino's digest has it for small groups: exact, and repeatable."""
    share = node.args["quantile"]
    if isinstance(node.parent, exp.Filter | exp.Window):
        return exp.Anonymous(this="quantile_disc", expressions=[node.this.copy(), share.copy()])
    if isinstance(share, exp.Array):
        return exp.Array(expressions=[_at_share(node, one) for one in share.expressions])
    return _at_share(node, share)


def _at_share(node: exp.ApproxQuantile, share: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="trino_percentile", expressions=[node.this.copy(), share.copy()])


def _double(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Cast(this=node.copy(), to=exp.DataType.build("DOUBLE")))


def _as_decimal(value: exp.Expr, node: exp.Expr) -> exp.Expr:
    """Rounded to the scale that Trino gives the result."""
    _, scale = decimal_of(node)
    rounded = exp.Anonymous(this="round", expressions=[value, exp.Literal.number(scale)])
    return exp.Cast(this=rounded, to=exp.DataType.build(f"DECIMAL(38, {min(scale, 18)})"))


def _cast(node: exp.Cast) -> exp.Expr | None:
    """A double that becomes an integer is rounded half up, not to the even one."""
    target = node.to.this.value if hasattr(node.to.this, "value") else ""
    if target in INTEGERS and kind(node.this) in {*FLOATS, "DECIMAL"}:
        rounded = exp.Anonymous(this="round", expressions=[node.this.copy()])
        return exp.Cast(this=rounded, to=node.to.copy())
    return None


def _format_datetime(node: exp.Anonymous) -> exp.Expr:
    value, pattern = node.expressions
    if not isinstance(pattern, exp.Literal):
        raise NotSupported("format_datetime with a pattern that is computed")

    def translated(match: re.Match[str]) -> str:
        if match[0] not in _JODA:
            raise NotSupported(f"format_datetime with {match[0]!r}")
        return _JODA[match[0]]

    text = exp.Literal.string(_JODA_WORD.sub(translated, pattern.name))
    return exp.Anonymous(this="strftime", expressions=[value.copy(), text])


def _product(node: exp.Expr) -> exp.Expr | None:
    return _as_decimal(node.copy(), node) if kind(node) == "DECIMAL" else None


def _mean(node: exp.Expr) -> exp.Expr | None:
    """The mean of decimals has their scale, rounded half up; FILTER and OVER are part of it."""
    if isinstance(node.parent, exp.Filter | exp.Window) and node.arg_key == "this":
        return None
    mean = node
    while isinstance(mean, exp.Filter | exp.Window):
        mean = mean.this
    return _as_decimal(node.copy(), mean) if isinstance(mean, exp.Avg) and kind(mean) == "DECIMAL" else None


def _distinct(node: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[node.this.copy()]))


def _anonymous(node: exp.Anonymous) -> exp.Expr | None:
    return _format_datetime(node) if node.name.lower() == "format_datetime" else None


_REWRITES: tuple[tuple[Any, Callable[[Any], exp.Expr | None]], ...] = (
    (exp.Div | exp.Mod, _divided),
    (exp.Mul, _product),
    (exp.Avg | exp.Filter | exp.Window, _mean),
    (exp.TryCast, lambda node: None),
    (exp.Cast, _cast),
    (exp.ApproxDistinct, _distinct),
    (exp.ApproxQuantile, _percentile),
    (exp.Anonymous, _anonymous),
)


def _interval(value: Any) -> str:
    """`29 00:00:00.000`; dates are subtracted to a number of days."""
    span = value if isinstance(value, timedelta) else timedelta(days=int(value))
    hours, seconds = divmod(span.seconds, 3600)
    return f"{span.days} {hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}.{span.microseconds // 1000:03d}"


def plain(value: Any, trino_type: str = "") -> Any:
    """A value as JSON knows it: times as Trino prints them, decimals as floats, and integers as such."""
    if value is None or isinstance(value, bool | str):
        return value
    if trino_type in WHOLE:
        # DuckDB's sum of integers is wider than any of Trino's.
        return int(value)
    if trino_type == "interval day to second":
        return _interval(value)
    if hasattr(value, "isoformat"):
        return _moment(value, trino_type)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return {str(key): plain(one) for key, one in value.items()} if isinstance(value, dict) else float(value)


def _moment(value: Any, trino_type: str) -> str:
    if not hasattr(value, "hour") or trino_type == "date":
        return f"{value:%Y-%m-%d}"
    zone = " UTC" if value.tzinfo is not None else ""
    return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{zone}"
