"""What Trino refuses before it runs a query, where DuckDB would be lenient: syntax, functions, types.

A verdict is given only where both types are known; what is unknown is left to the run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from checker.athena.errors import QueryFailed
from checker.athena.types import INSTANTS, NUMBERS, kind, shown

# Functions of other databases and of pandas that a habit brings along; Trino has none of these, DuckDB has many.
_FOREIGN = {
    "charindex", "convert", "datediff", "dateadd", "datepart", "getdate", "group_concat", "ifnull", "iif", "isnull",
    "left", "len", "median", "nvl", "percentile", "quantile", "right",
    "str_to_date", "strftime", "string_agg", "sysdate", "to_number", "unix_timestamp", "instr", "decode",
    "approx_quantile", "date_part", "epoch", "epoch_ms", "first", "last", "list", "make_date", "make_timestamp",
    "mean", "mode", "printf", "product", "quantile_cont", "quantile_disc", "str_split", "string_split", "strptime",
    "today",
}  # fmt: skip
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip
_OF_NUMBERS = (exp.Avg, exp.Sum, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.ApproxQuantile, exp.Round,
               exp.Abs, exp.Ln, exp.Sqrt, exp.Exp, exp.Ceil, exp.Floor)  # fmt: skip
_OF_INSTANTS = (exp.TimestampTrunc, exp.DateTrunc, exp.Year, exp.Month, exp.Day, exp.Hour, exp.DateAdd, exp.TimeToStr)


def refuse_syntax(tokens: list[Token]) -> None:
    """What sqlglot reads in every dialect and Trino's grammar does not have."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        word, before_bracket = token.text.lower(), after is not None and after.token_type == TokenType.L_PAREN
        if token.token_type in (TokenType.DCOLON, TokenType.QUALIFY, TokenType.ILIKE):
            raise _mismatched(token)
        if word == "==" or (word in ("top", "div") and _is(after, TokenType.NUMBER)):
            raise _mismatched(token)
        if before_bracket and word in _FOREIGN and token.token_type != TokenType.IDENTIFIER:
            raise QueryFailed("FUNCTION_NOT_FOUND", f"Function '{word}' not registered", token.line)
        if before_bracket and word in ("percentile_cont", "percentile_disc"):
            raise _mismatched(token)
        if word in ("date", "timestamp") and after is not None and _is(after, TokenType.STRING):
            _refuse_literal(word, after)
    for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if one.token_type == TokenType.LIMIT and _is(two, TokenType.NUMBER) and _is(three, TokenType.COMMA):
            raise _mismatched(three)


def _refuse_literal(word: str, token: Token) -> None:
    """DATE 'x' and TIMESTAMP 'x' are read before anything runs."""
    text = token.text.removesuffix(" UTC")
    try:
        date.fromisoformat(text) if word == "date" else datetime.fromisoformat(text)
    except ValueError:
        said = f"'{token.text}' is not a valid {word.upper()} literal"
        raise QueryFailed("INVALID_LITERAL", said, token.line) from None


def refuse_names(tree: exp.Expr) -> None:
    """A name of the SELECT list is none in WHERE, GROUP BY, HAVING and ON, though DuckDB would take it."""
    for clause in tree.find_all(exp.Where, exp.Group, exp.Having, exp.Join):
        for column in clause.find_all(exp.Column):
            if not column.table and not column.find_ancestor(exp.Lambda):
                raise QueryFailed("COLUMN_NOT_FOUND", f"Column '{column.name}' cannot be resolved", line(column))


def refuse_types(tree: exp.Expr) -> None:
    """The first expression, inside out, whose parts do not fit together; as Trino names it."""
    for node in sorted(tree.walk(), key=lambda one: -one.depth):
        _refuse(node)


def _refuse(node: exp.Expr) -> None:
    for kinds, refuse in _VERDICTS:
        if isinstance(node, kinds):
            refuse(node)
            return


def _refuse_between(node: exp.Between) -> None:
    for bound in (node.args["low"], node.args["high"]):
        if not comparable(node.this, bound):
            raise _mismatch(node, f"Cannot check if {shown(node.this)} is BETWEEN {shown(bound)}")


def _refuse_in(node: exp.In) -> None:
    for one in node.expressions:
        if not comparable(node.this, one):
            raise _mismatch(node, f"IN value and list items must be the same type: {shown(node.this)}")


def _refuse_like(node: exp.Like) -> None:
    if kind(node.this) not in ("VARCHAR", "UNKNOWN"):
        raise _mismatch(node, f"Left side of LIKE expression must evaluate to a varchar (actual: {shown(node.this)})")


def comparable(left: exp.Expr, right: exp.Expr) -> bool:
    """Whether Trino finds a common type of two expressions: it never reads a text as a number or a date."""
    one, other = kind(left), kind(right)
    if "UNKNOWN" in (one, other) or "NULL" in (one, other) or one == other:
        return True
    return {one, other} <= NUMBERS or {one, other} <= INSTANTS


def _refuse_comparison(node: exp.Binary) -> None:
    left, right = node.left, node.right
    if not comparable(left, right):
        sign = _SIGNS[type(node)]
        raise _mismatch(node, f"Cannot apply operator: {shown(left)} {sign} {shown(right)}")


def _refuse_arithmetic(node: exp.Expr) -> None:
    left, right = node.args["this"], node.args["expression"]
    kinds = {kind(left), kind(right)}
    if "UNKNOWN" in kinds or kinds <= {*NUMBERS, "NULL"}:
        return
    # A date and a number of days: not in Trino, which wants an interval.
    if kinds & INSTANTS and (kinds & {"INTERVAL"} or isinstance(right, exp.Interval) or isinstance(left, exp.Interval)):
        return
    if kinds <= INSTANTS and isinstance(node, exp.Sub):
        return
    sign = _SIGNS[type(node)]
    raise _mismatch(node, f"Cannot apply operator: {shown(left)} {sign} {shown(right)}")


def _refuse_joining(node: exp.Expr) -> None:
    parts = [node.args["this"], node.args["expression"]] if isinstance(node, exp.DPipe) else node.expressions
    for part in parts:
        if kind(part) in {*NUMBERS, *INSTANTS, "BOOLEAN"}:
            said = f"Unexpected parameters ({', '.join(shown(one) for one in parts)}) for function concat"
            raise QueryFailed("FUNCTION_NOT_FOUND", said, line(node))


def _refuse_union(node: exp.SetOperation) -> None:
    for number, (one, other) in enumerate(zip(node.this.selects, node.expression.selects, strict=False), 1):
        if not comparable(one, other):
            said = f"column {number} in {node.key.upper()} query has incompatible types: {shown(one)}, {shown(other)}"
            raise _mismatch(node, said)


def _refuse_order(node: exp.Select) -> None:
    """SELECT DISTINCT can be sorted by what it selects only."""
    order = node.args.get("order")
    if not node.args.get("distinct") or order is None:
        return
    known = {one.alias for one in node.selects} | {one.unalias().sql() for one in node.selects}
    for one in order.expressions:
        inner = one.this
        if not isinstance(inner, exp.Literal) and inner.sql() not in known and inner.name not in known:
            said = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryFailed("EXPRESSION_NOT_IN_DISTINCT", said, line(node))


def _refuse_condition(node: exp.Expr) -> None:
    parts = [node.args.get("this"), node.args.get("expression")]
    for part in parts:
        if part is not None and kind(part) in {*NUMBERS, "VARCHAR", *INSTANTS}:
            raise _mismatch(node, f"a condition must evaluate to a boolean: actual type {shown(part)}")


def _refuse_branches(node: exp.Expr) -> None:
    if isinstance(node, exp.If) and not _of_simple_case(node) and kind(node.this) in {*NUMBERS, "VARCHAR", *INSTANTS}:
        raise _mismatch(node, f"IF condition must evaluate to a boolean: actual type {shown(node.this)}")
    if isinstance(node, exp.Coalesce):
        values = [node.this, *node.expressions]
    elif isinstance(node, exp.If):
        values = [] if isinstance(node.parent, exp.Case) else [node.args["true"], node.args.get("false")]
    else:
        values = [one.args["true"] for one in node.args["ifs"]] + [node.args.get("default")]
    known = [one for one in values if one is not None]
    for one in known[1:]:
        if not comparable(known[0], one):
            raise _mismatch(node, f"All results must be the same type or coercible to a common type: {shown(one)}")


def _of_simple_case(node: exp.If) -> bool:
    """Whether it is a WHEN of CASE x WHEN y, where y is a value."""
    return isinstance(node.parent, exp.Case) and node.parent.this is not None


def _refuse_argument(node: exp.Func) -> None:
    share = node.args.get("quantile") if isinstance(node, exp.ApproxQuantile) else None
    if isinstance(share, exp.Literal) and not 0 <= float(share.name) <= 1:
        raise QueryFailed("INVALID_FUNCTION_ARGUMENT", "Percentile must be between 0 and 1", line(node))
    argument = node.this if isinstance(node.this, exp.Expr) else None
    name = kind(argument)
    if name in ("UNKNOWN", "NULL") or argument is None:
        return
    numbers = isinstance(node, _OF_NUMBERS) and name not in NUMBERS
    instants = isinstance(node, _OF_INSTANTS) and name in {*NUMBERS, "VARCHAR", "BOOLEAN"}
    texts = isinstance(node, exp.Lower | exp.Upper | exp.Substring) and name != "VARCHAR"
    truth = isinstance(node, exp.CountIf) and name in {*NUMBERS, "VARCHAR", *INSTANTS}
    parsed = isinstance(node, exp.FromISO8601Timestamp) and name in {*NUMBERS, *INSTANTS}
    if numbers or instants or texts or truth or parsed:
        called = _called(node)
        raise QueryFailed(
            "FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown(argument)}) for function {called}", line(node)
        )


# The first kind that fits decides.
_VERDICTS: tuple[tuple[Any, Callable[[Any], None]], ...] = (
    (_COMPARED, _refuse_comparison),
    (exp.Between, _refuse_between),
    (exp.In, _refuse_in),
    (exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod, _refuse_arithmetic),
    (exp.DPipe | exp.Concat, _refuse_joining),
    (exp.Like, _refuse_like),
    (exp.And | exp.Or | exp.Not | exp.Where | exp.Having, _refuse_condition),
    (exp.SetOperation, _refuse_union),
    (exp.Select, _refuse_order),
    (exp.Case | exp.If | exp.Coalesce, _refuse_branches),
    (exp.Func, _refuse_argument),
)


def _called(node: exp.Func) -> str:
    return node.sql(dialect="trino").partition("(")[0].lower()


def _mismatch(node: exp.Expr, message: str) -> QueryFailed:
    return QueryFailed("TYPE_MISMATCH", message, line(node))


def _mismatched(token: Token) -> QueryFailed:
    return QueryFailed("SYNTAX_ERROR", f"mismatched input '{token.text}'", token.line)


def _is(token: Token | None, kind: TokenType) -> bool:
    return token is not None and token.token_type == kind


def line(node: exp.Expr) -> int:
    """The first line that any name inside of a node was read from; 0 when nobody knows."""
    lines = [int(one.meta["line"]) for one in node.walk() if one.meta.get("line")]
    return min(lines, default=0)
