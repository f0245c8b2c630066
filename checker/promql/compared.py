"""What a query compares with a number, and how far it went: `at most 0.0832` of `… > 0.05`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import promql_parser as ql

from checker.promql.evaluate import Evaluator
from checker.promql.read import parse, word

SIGNS = (">", ">=", "<", "<=", "==", "!=")


@dataclass(frozen=True)
class Compared:
    """The left side of a comparison, its sign, and the number on its right."""

    left: ql.Expr
    sign: str
    limit: float

    def values(self, evaluator: Evaluator, moments: Sequence[int]) -> list[float]:
        """All numbers that the left side gives at these moments."""
        found = evaluator.value(self.left, moments)
        series = found if isinstance(found, list) else []
        given = (float(value) for one in series for value in one.values[one.there])
        return [value for value in given if not math.isnan(value)]

    def extreme(self, evaluator: Evaluator, moments: Sequence[int]) -> str:
        """The value that came nearest to the limit, or went furthest beyond it, in words."""
        values, below = self.values(evaluator, moments), self.sign in ("<", "<=")
        if not values:
            return "no result"
        return f"at least {min(values):.3g}" if below else f"at most {max(values):.3g}"


def compared_by(text: str) -> Compared | None:
    """The comparison that a query is; None when it compares no vector with a number."""
    node = _bare(parse(text))
    if not isinstance(node, ql.BinaryExpr) or word(node.op) not in SIGNS:
        return None
    limit = _bare(node.rhs)
    return Compared(node.lhs, word(node.op), float(limit.val)) if isinstance(limit, ql.NumberLiteral) else None


def _bare(node: ql.Expr) -> ql.Expr:
    while isinstance(node, ql.ParenExpr):
        node = node.expr
    return node
