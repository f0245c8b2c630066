"""Evaluates Prometheus' rules and queries without a Prometheus: over series that a check makes up, at once.

promql-parser of PyPI reads a query as Prometheus does; no package evaluates one, so that part is written here.
What it computes is compared with promtool by a live test (course/tests/engines/test_live_promql.py).
A function that is not here is never judged: it raises CannotFollow, and the check says so.
"""

from checker.promql.compared import Compared, compared_by
from checker.promql.dialect import CURRENT, Dialect, dialect_of
from checker.promql.errors import CannotFollow, QueryFailed, QueryRefused, RulesRefused
from checker.promql.evaluate import Evaluator, samples_at
from checker.promql.labels import Labels, labels_of, without_name
from checker.promql.read import metric_names, parse
from checker.promql.rules import Group, Rule, read_groups, recording
from checker.promql.running import Alert, History, run
from checker.promql.series import Database, Points, Sample

__all__ = [
    "CURRENT",
    "Alert",
    "CannotFollow",
    "Compared",
    "Database",
    "Dialect",
    "Evaluator",
    "Group",
    "History",
    "Labels",
    "Points",
    "QueryFailed",
    "QueryRefused",
    "Rule",
    "RulesRefused",
    "Sample",
    "compared_by",
    "dialect_of",
    "labels_of",
    "metric_names",
    "parse",
    "read_groups",
    "recording",
    "run",
    "samples_at",
    "without_name",
]
