"""What an alert's query gives at a moment of a night, in words, and which question fits to that."""

from __future__ import annotations

import math
from dataclasses import dataclass

import promql_parser as ql

from checker.promql import Database, Evaluator, Rule, parse
from checker.promql.read import selector_of, walk, word

COUNTERS = ("_total", "_bucket", "_count", "_sum")
COMPARED = (">", ">=", "<", "<=", "==", "!=")
TOTALS = "A counter holds all requests since its process began. Which function makes requests per second of it?"
EMPTY = "Which labels do the series have, which ones does your query ask for, and by which do two sides match?"
UNITS = "In which unit is each side of the comparison: requests or a share, parts or percent, seconds or milliseconds?"
WHICH = "Which requests of this night does your query count, and of how many?"
LATE = "The range of your query and the patience of your rule add up. How long is each of them?"
EARLY = "What does your query give while all is well?"
NO_PATIENCE = "For how long must it be so before somebody is called, and what in your rule says that?"
PATIENCE = "How long do the bad minutes of this night stay in the range of your query, and how long does the rule wait?"
# A limit that is this many times what is compared with it is of another unit.
FAR = 8


@dataclass(frozen=True)
class Sides:
    """The comparison of a query: the largest value on its left, the sign and the number on its right."""

    largest: float | None
    sign: str
    limit: float

    def __str__(self) -> str:
        told = "nothing" if self.largest is None else f"{self.largest:.3g}"
        return f"{told}, which is compared by {self.sign} {self.limit:g}"


def sides(rule: Rule, database: Database, time: int) -> Sides | None:
    """What is compared with what; None when the query is no comparison of a vector with a number."""
    node = _bare(parse(rule.expr))
    if not isinstance(node, ql.BinaryExpr) or word(node.op) not in COMPARED:
        return None
    limit = _bare(node.rhs)
    if not isinstance(limit, ql.NumberLiteral):
        return None
    left = Evaluator(database).value(node.lhs, time)
    if not isinstance(left, list):
        return None
    values = [one.value for one in left if not math.isnan(one.value)]
    return Sides(max(values, default=None), word(node.op), float(limit.val))


def _bare(node: ql.Expr) -> ql.Expr:
    while isinstance(node, ql.ParenExpr):
        node = node.expr
    return node


def reads_totals(rule: Rule) -> bool:
    """Whether a counter is read as it stands, without a range of time."""
    nodes = list(walk(parse(rule.expr)))
    ranges = [one.vector_selector for one in nodes if isinstance(one, ql.MatrixSelector)]
    ranged = {str(one) for one in ranges}
    read = [one for one in nodes if isinstance(one, ql.VectorSelector) and str(one) not in ranged]
    return any(selector_of(one).name.endswith(COUNTERS) for one in read)


def why_not(rule: Rule, found: Sides | None, minute: float | None, begins: int) -> str:
    """The question to somebody whose alert should have fired by now; `minute` is when it did."""
    if reads_totals(rule):
        return TOTALS
    if minute is not None:
        return EARLY if minute < begins else LATE
    if found is None:
        return WHICH
    if found.largest is None:
        return EMPTY
    return UNITS if 0 < FAR * found.largest < found.limit else WHICH


def why_so(rule: Rule, question: str) -> str:
    """The question to somebody whose alert should have been silent."""
    if reads_totals(rule):
        return TOTALS
    return NO_PATIENCE if question == PATIENCE and not rule.hold else question
