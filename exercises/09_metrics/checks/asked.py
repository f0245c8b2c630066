"""What an alert's query gives at a moment of a night, in words, and which question fits to that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import promql_parser as ql

from checker.promql import Database, Evaluator, Rule, compared_by, parse
from checker.promql.read import selector_of, selectors, walk, word

COUNTERS = ("_total", "_bucket", "_count", "_sum")
RATES = ("rate", "increase", "irate", "delta")
DIFFERENCES = ("delta", "idelta")
TOTALS = "A counter holds all requests since its process began. Which function makes requests per second of it?"
NO_NAME = "Which names does the page /metrics have, and which of them counts what users feel?"
BARE = "A histogram is on the page /metrics under three names, none of them its bare one. Which do you need?"
SUMMED = "What does a sum of pods do when one of them starts anew, and what does a rate make of that?"
PODS = "A release starts pods with new addresses. Which pods will your query count then, and does it have to name any?"
EMPTY = "Which labels do the series have, which ones does your query ask for, and by which do two sides match?"
UNITS = "In which unit is each side of the comparison: requests or a share, parts or percent, seconds or milliseconds?"
WHICH = "Which requests of this night does your query count, and of how many?"
LATE = "The range of your query and the patience of your rule add up. How long is each of them?"
EARLY = "What does your query give while all is well?"
NO_PATIENCE = "For how long must it be so before somebody is called, and what in your rule says that?"
PATIENCE = "How long do the bad minutes of this night stay in the range of your query, and how long does the rule wait?"
RESETS = "What does your query make of a counter that begins anew at zero?"
GAUGES = "Which of your names are counters? What does a rate make of a number that does not only rise?"
SHARES = "Is the limit a number or a share, and which one? By which labels do both sides of a division match?"
NUMBER = "Is this a number of failures or their share of all requests, and what becomes of it in six times the traffic?"
MATCHED = "This share says that all requests fail. By which labels do both sides of your division match?"
LIMIT = "What your query gives keeps the goal. Which limit does the goal name, and which one has your rule?"
MEANS = "Is this the time that most wait, or the mean of all of them?"
FLIPS = "For how many scrapes does your query look back, and what is left of it after one without trouble?"
MINUTE = 60_000
# A limit that is this many times what is compared with it is of another unit.
FAR = 8
# The goal, as a share of requests that fail or are late, and as a p95 in seconds.
SHARE_ALLOWED, P95_ALLOWED = 0.05, 0.1


@dataclass(frozen=True)
class Sides:
    """The comparison of a query: the largest value on its left, the sign and the number on its right."""

    largest: float | None
    sign: str
    limit: float

    def __str__(self) -> str:
        told = "nothing" if self.largest is None else f"{self.largest:.3g}"
        return f"{told}, which is compared by {self.sign} {self.limit:g}"


@dataclass(frozen=True)
class Told:
    """What can be said of an alert: its comparison, a name without series, what it waited for, a question."""

    found: Sides | None = None
    unknown: str = ""
    waits: str = ""
    question: str = ""
    # A condition on `instance` that no pod of this night fits.
    stranger: str = ""


def waited(pending: list[int], step: int, end: int) -> tuple[str, str]:
    """How long an alert that never fired was pending, in words, and a question; empty texts when it never was.

    `step` is the time between two evaluations.
    """
    if not pending:
        return "", ""
    gaps = sum(later - sooner > step for sooner, later in pairwise(pending))
    first = f"pending from minute {pending[0] / MINUTE:.1f} on"
    if not gaps and end - pending[-1] < step:
        return f": it is {first}, to the end of the night", LATE
    again = ", and once more" if gaps == 1 else f", and {gaps} times more" if gaps else ""
    return f": it is {first}{again}, each time until its query gives nothing", FLIPS


def sides(rule: Rule, database: Database, time: int) -> Sides | None:
    """What is compared with what; None when the query is no comparison of a vector with a number."""
    found = compared_by(rule.expr)
    if found is None:
        return None
    return Sides(max(found.values(Evaluator(database), [time]), default=None), found.sign, found.limit)


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


def sums_first(rule: Rule) -> bool:
    """Whether a rate is taken of a sum over several series, by a subquery."""
    calls = [one for one in walk(parse(rule.expr)) if isinstance(one, ql.Call) and one.func.name in RATES]
    return any(_adds_counters(one.args[0]) for one in calls)


def _adds_counters(node: ql.Expr) -> bool:
    """Whether an expression adds up counters as they stand."""
    node = _bare(node)
    if not isinstance(node, ql.SubqueryExpr):
        return False
    inner = _bare(node.expr)
    while isinstance(inner, ql.AggregateExpr):
        inner = _bare(inner.expr)
        if isinstance(inner, ql.VectorSelector):
            return True
    return False


def takes(rule: Rule, functions: tuple[str, ...]) -> bool:
    """Whether the query calls one of these functions."""
    return any(isinstance(one, ql.Call) and one.func.name in functions for one in walk(parse(rule.expr)))


def rates_no_counter(rule: Rule) -> bool:
    """Whether a rate is taken of a metric whose name is no counter's."""
    calls = [one for one in walk(parse(rule.expr)) if isinstance(one, ql.Call) and one.func.name in RATES]
    ranges = [one.args[0] for one in calls if isinstance(one.args[0], ql.MatrixSelector)]
    names = [selector_of(one.vector_selector).name for one in ranges]
    return any(name and not name.endswith(COUNTERS) for name in names)


def takes_mean(rule: Rule) -> bool:
    """Whether a histogram is read as its sum divided by its count."""
    read = [selector_of(one).name for one in walk(parse(rule.expr)) if isinstance(one, ql.VectorSelector)]
    return any(name.endswith("_sum") for name in read) and any(name.endswith("_count") for name in read)


def _of_name(unknown: str) -> str:
    return BARE if unknown.endswith("_seconds") else NO_NAME


def _of_counters(rule: Rule) -> str:
    return SUMMED if sums_first(rule) else TOTALS


def unknown_name(rule: Rule, database: Database) -> str:
    """A metric that the query reads and that has no series; empty when all have some."""
    there = database.names()
    read = [selector_of(one).name for one in walk(parse(rule.expr)) if isinstance(one, ql.VectorSelector)]
    return next((name for name in read if name and name not in there), "")


def stranger(rule: Rule, database: Database) -> str:
    """A condition of the query on `instance` that no series fits, as it is written; empty when there is none."""
    asked = [one for found in selectors(parse(rule.expr)) for one in found.matchers if one.name == "instance"]
    there = database.values("instance")
    return next((f'instance{one.operator}"{one.wanted}"' for one in asked if not any(map(one.fits, there))), "")


def why_not(rule: Rule, told: Told, minute: float | None, begins: int) -> str:
    """The question to somebody whose alert should have fired by now; `minute` is when it did."""
    found = told.found
    question = _of_query(rule, told)
    if not question and minute is not None:
        question = EARLY if minute < begins else LATE
    if not question and takes_mean(rule):
        question = MEANS
    if question or told.question:
        return question or told.question
    if found is None:
        return WHICH
    if found.largest is None:
        return EMPTY
    return UNITS if 0 < FAR * found.largest < found.limit else WHICH


def _of_query(rule: Rule, told: Told) -> str:
    """The question to a query that is wrong in itself, in whatever night; empty when none is seen."""
    if told.unknown:
        return _of_name(told.unknown)
    if told.stranger:
        return PODS
    if sums_first(rule) or reads_totals(rule):
        return _of_counters(rule)
    if takes(rule, DIFFERENCES):
        return RESETS
    return GAUGES if rates_no_counter(rule) else ""


def why_so(rule: Rule, question: str, found: Sides | None = None) -> str:
    """The question to somebody whose alert should have been silent; `found` is what was compared as it fired."""
    if sums_first(rule) or reads_totals(rule):
        return _of_counters(rule)
    if question == PATIENCE:
        return question if rule.hold else NO_PATIENCE
    if found and _keeps_the_goal(rule, found):
        return LIMIT
    return _of_share(rule, found) if question == SHARES else question


def _keeps_the_goal(rule: Rule, found: Sides) -> bool:
    """Whether a share or a percentile is right, and compared with less than the goal allows."""
    if found.largest is None or takes_mean(rule):
        return False
    if found.sign in ("<", "<="):
        return 1 - SHARE_ALLOWED <= found.largest < found.limit
    allowed = P95_ALLOWED if takes(rule, ("histogram_quantile",)) else SHARE_ALLOWED
    return found.sign in (">", ">=") and found.limit < found.largest <= allowed


def _of_share(rule: Rule, found: Sides | None) -> str:
    """The question to a query that takes 47 of 1,000 for too many."""
    if found is None or found.largest is None:
        return SHARES
    if not divides(rule):
        return NUMBER
    return MATCHED if math.isclose(found.largest, 1) else SHARES


def divides(rule: Rule) -> bool:
    """Whether the query divides one thing by another."""
    return any(isinstance(one, ql.BinaryExpr) and word(one.op) == "/" for one in walk(parse(rule.expr)))
