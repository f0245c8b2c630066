"""The evaluator of checker/promql says what Prometheus says, case by case, in the way of the version that is here."""

from __future__ import annotations

import pytest

from checker.promql import dialect_of
from course.engines.testing import Live, figure
from course.tests.engines.promql_cases import Case, Result, asked, cases, same

COUNT = 200


@pytest.mark.live
def test_promtool_agrees_on_every_case(tmp_path):
    live = Live("prometheus", tmp_path)
    many = list(cases(COUNT))
    dialect = dialect_of(live.found.version)

    with figure("PromQL cases in which evaluator and promtool agree", "all", engine="prometheus") as found:
        theirs = asked(live, tmp_path, many)
        pairs = zip(many, theirs, strict=True)
        differ = [said for case, their in pairs if (said := _difference(case, case.ours(dialect), their))]
        found.value = f"{COUNT - len(differ)} of {COUNT}"
        assert differ == []
    # Cases without any result would agree about nothing.
    assert sum(bool(their) for their in theirs) > COUNT * 0.6


def _difference(case: Case, ours: Result, theirs: Result) -> str:
    agrees = same(ours, theirs)
    return "" if agrees else f"{case.query} at {case.time} ms, step {case.step}: ours {ours}, promtool {theirs}"
