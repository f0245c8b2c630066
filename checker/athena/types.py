"""Which type every expression of a query has in Trino.

sqlglot's annotate_types does the work over the tables' schema. What stands here is what it leaves open: functions
whose type it does not know, and decimals. In Trino `0.5` is a decimal(1,1), and a quotient of decimals keeps the larger
of the two scales: `1.0 * 2 / 3` is 0.7. Their mean keeps the scale too: `avg` of 1.0 and 0.5 is 0.8. Sources: Trino's
documentation, Decimal functions and operators; Aggregate functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.optimizer.annotate_types import annotate_types

INTEGERS = {"TINYINT", "SMALLINT", "INT", "BIGINT"}
FLOATS = {"FLOAT", "DOUBLE"}
NUMBERS = {*INTEGERS, *FLOATS, "DECIMAL"}
TEXTS = {"VARCHAR", "CHAR", "TEXT", "NVARCHAR"}
INSTANTS = {"DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPNTZ", "DATETIME"}
# What an integer becomes beside a decimal.
_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INT": 10, "BIGINT": 19}
MAX_PRECISION = 38
Operation = Callable[[int, int, int, int], tuple[int, int]]


def annotated(tree: exp.Expr, schema: dict[str, Any]) -> exp.Expr:
    """The tree with a type on every expression, as Trino has them; UNKNOWN where nobody can tell."""
    return annotate_types(tree, schema=schema, dialect="trino", expression_metadata=_METADATA)


def kind(node: exp.Expr | None) -> str:
    """The name of a node's type, without sizes: DOUBLE, VARCHAR, UNKNOWN."""
    if node is None or node.type is None:
        return "UNKNOWN"
    name = node.type.this.value if hasattr(node.type.this, "value") else str(node.type.this)
    return "VARCHAR" if name in TEXTS else str(name)


def shown(node: exp.Expr) -> str:
    """The type as Trino writes it in messages."""
    name = kind(node)
    if name == "DECIMAL":
        return "decimal({}, {})".format(*decimal_of(node))
    if name == "VARCHAR":
        return f"varchar({len(node.name)})" if isinstance(node, exp.Literal) else "varchar"
    names = {
        "INT": "integer", "FLOAT": "real", "TIMESTAMPTZ": "timestamp(3) with time zone", "TIMESTAMP": "timestamp(3)",
    }  # fmt: skip
    return names.get(name, name.lower())


def decimal_of(node: exp.Expr) -> tuple[int, int]:
    """Precision and scale of a decimal, or of an integer beside one."""
    if kind(node) == "DECIMAL" and node.type is not None:
        sizes = [int(one.name) for one in node.type.expressions]
        if len(sizes) == 2:
            return sizes[0], sizes[1]
        return (sizes[0] if sizes else MAX_PRECISION), 0
    return _DIGITS.get(kind(node), MAX_PRECISION), 0


def _decimal(precision: int, scale: int) -> exp.DataType:
    sizes = [exp.DataTypeParam(this=exp.Literal.number(one)) for one in (min(MAX_PRECISION, precision), scale)]
    return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes)


def _literal(annotator: Any, node: exp.Literal) -> exp.Expr:
    text = node.name
    if node.is_string:
        return _typed(annotator, node, "VARCHAR")
    if "e" in text.lower():
        return _typed(annotator, node, "DOUBLE")
    if "." in text:
        whole, _, part = text.partition(".")
        digits = len(whole.lstrip("0")) + len(part)
        return _typed(annotator, node, _decimal(max(digits, 1), len(part)))
    return _typed(annotator, node, "INT" if int(text) < 2**31 else "BIGINT")


def _typed(annotator: Any, node: exp.Expr, found: Any) -> exp.Expr:
    annotator._set_type(node, exp.DataType.build(found) if isinstance(found, str) else found)
    return node


def _arithmetic(operation: Operation) -> Callable[[Any, Any], exp.Expr]:
    """The type of `a op b`: Trino's formula where decimals meet, sqlglot's own elsewhere."""

    def annotate(annotator: Any, node: Any) -> exp.Expr:
        left, right = kind(node.left), kind(node.right)
        exact = {left, right} <= {*INTEGERS, "DECIMAL"} and "DECIMAL" in (left, right)
        if exact:
            return _typed(annotator, node, _decimal(*operation(*decimal_of(node.left), *decimal_of(node.right))))
        if {left, right} <= INSTANTS and isinstance(node, exp.Sub):
            return _typed(annotator, node, exp.DataType.build("INTERVAL DAY TO SECOND"))
        if {left, right} & INSTANTS:
            return _typed(annotator, node, left if left in INSTANTS else right)
        if {left, right} <= INTEGERS:
            return _typed(annotator, node, max(left, right, key=lambda one: _DIGITS[one]))
        if not {left, right} <= NUMBERS:
            return _typed(annotator, node, "UNKNOWN")
        return _typed(annotator, node, "FLOAT" if {left, right} <= {*INTEGERS, "FLOAT"} else "DOUBLE")

    return annotate


def _sum_of(p1: int, s1: int, p2: int, s2: int) -> tuple[int, int]:
    scale = max(s1, s2)
    return max(p1 - s1, p2 - s2) + scale + 1, scale


def _product(p1: int, s1: int, p2: int, s2: int) -> tuple[int, int]:
    return p1 + p2, s1 + s2


def _quotient(p1: int, s1: int, p2: int, s2: int) -> tuple[int, int]:
    return p1 + s2 + max(0, s2 - s1), max(s1, s2)


def _remainder(p1: int, s1: int, p2: int, s2: int) -> tuple[int, int]:
    scale = max(s1, s2)
    return min(p1 - s1, p2 - s2) + scale, scale


def _of_argument(annotator: Any, node: Any) -> exp.Expr:
    return _typed(annotator, node, node.this.type if node.this is not None and node.this.type else "UNKNOWN")


def _average(annotator: Any, node: Any) -> exp.Expr:
    if kind(node.this) == "DECIMAL":
        return _of_argument(annotator, node)
    return _typed(annotator, node, "FLOAT" if kind(node.this) == "FLOAT" else "DOUBLE")


def _branches(annotator: Any, node: Any) -> exp.Expr:
    """IF, CASE and COALESCE: a type that has room for every value, where decimals are among numbers."""
    values = [one for one in _values(node) if one is not None and kind(one) != "NULL"]
    kinds = {kind(one) for one in values}
    if "DECIMAL" not in kinds or not kinds <= NUMBERS:
        found: exp.Expr = Trino.EXPRESSION_METADATA[type(node)]["annotator"](annotator, node)
        return found
    if kinds & FLOATS:
        return _typed(annotator, node, "DOUBLE" if "DOUBLE" in kinds else "FLOAT")
    sizes = [decimal_of(one) for one in values]
    scale = max(scale for _, scale in sizes)
    return _typed(annotator, node, _decimal(max(precision - own for precision, own in sizes) + scale, scale))


def _values(node: exp.Expr) -> list[exp.Expr | None]:
    if isinstance(node, exp.Coalesce):
        return [node.this, *node.expressions]
    if isinstance(node, exp.If):
        return [node.args["true"], node.args.get("false")]
    return [*node.args["ifs"], node.args.get("default")]


def _sum(annotator: Any, node: Any) -> exp.Expr:
    name = kind(node.this)
    if name == "DECIMAL":
        return _typed(annotator, node, _decimal(MAX_PRECISION, decimal_of(node.this)[1]))
    return _typed(annotator, node, "BIGINT" if name in INTEGERS else name)


def _round(annotator: Any, node: Any) -> exp.Expr:
    if kind(node.this) == "DECIMAL" and node.args.get("decimals") is None:
        precision, scale = decimal_of(node.this)
        return _typed(annotator, node, _decimal(precision - scale + min(1, scale), 0))
    return _of_argument(annotator, node)


def _truncated(annotator: Any, node: Any) -> exp.Expr:
    """date_trunc keeps the type of what it cuts."""
    return _of_argument(annotator, node)


def _quantile(annotator: Any, node: Any) -> exp.Expr:
    name = kind(node.this)
    return _typed(annotator, node, "BIGINT" if name in INTEGERS else name)


_ANONYMOUS = {
    "format_datetime": "VARCHAR", "to_iso8601": "VARCHAR", "width_bucket": "BIGINT", "from_iso8601_date": "DATE",
    "day_of_week": "BIGINT", "url_extract_host": "VARCHAR", "is_nan": "BOOLEAN", "parse_datetime": "TIMESTAMPTZ",
    "date_format": "VARCHAR", "typeof": "VARCHAR", "codepoint": "INT", "hamming_distance": "BIGINT",
}  # fmt: skip


def _anonymous(annotator: Any, node: exp.Anonymous) -> exp.Expr:
    return _typed(annotator, node, _ANONYMOUS.get(node.name.lower(), "UNKNOWN"))


_METADATA = {
    **Trino.EXPRESSION_METADATA,
    exp.Literal: {"annotator": _literal},
    exp.Add: {"annotator": _arithmetic(_sum_of)},
    exp.Sub: {"annotator": _arithmetic(_sum_of)},
    exp.Mul: {"annotator": _arithmetic(_product)},
    exp.Div: {"annotator": _arithmetic(_quotient)},
    exp.Mod: {"annotator": _arithmetic(_remainder)},
    exp.If: {"annotator": _branches},
    exp.Case: {"annotator": _branches},
    exp.Coalesce: {"annotator": _branches},
    exp.Avg: {"annotator": _average},
    exp.Sum: {"annotator": _sum},
    exp.Round: {"annotator": _round},
    exp.ApproxQuantile: {"annotator": _quantile},
    exp.TimestampTrunc: {"annotator": _truncated},
    exp.DateTrunc: {"annotator": _truncated},
    exp.ArgMax: {"annotator": _of_argument},
    exp.ArgMin: {"annotator": _of_argument},
    exp.AnyValue: {"annotator": _of_argument},
    exp.JSONExtractScalar: {"returns": exp.DataType.Type.VARCHAR},
    exp.FromISO8601Timestamp: {"returns": exp.DataType.Type.TIMESTAMPTZ},
    exp.Anonymous: {"annotator": _anonymous},
}
