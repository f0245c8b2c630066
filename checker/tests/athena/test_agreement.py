"""What a real Trino said of 138 queries over the same rows, and what our engine says.

`agreement.json` holds Trino's answers; a live test of the course asks it again.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from checker.athena import Athena, QueryFailed

RECORDED = json.loads(Path(__file__).with_name("agreement.json").read_text("utf-8"))
CASES = [pytest.param(case, id=case["sql"][:70]) for case in RECORDED["cases"]]


def ours(athena: Athena, sql: str) -> Any:
    try:
        return [list(row) for row in athena.run(sql).rows]
    except QueryFailed as failed:
        return failed.name


def alike(one: Any, other: Any) -> bool:
    """The same rows, in any order; numbers as numbers, since Trino sends decimals as text."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    left, right = (sorted((list(map(number, row)) for row in rows), key=str) for rows in (one, other))
    return len(left) == len(right) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(left, right, strict=True)
    )


def number(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, list):
        return value
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?|Infinity|NaN", value) else value
    return float(value)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


@pytest.mark.parametrize("case", CASES)
def test_our_verdict_is_that_of_trino(case: dict[str, Any], athena: Athena) -> None:
    found = ours(athena, case["sql"])

    assert alike(found, case.get("error", case.get("rows"))), found


def test_there_are_enough_cases_of_both_kinds() -> None:
    refused = [case for case in RECORDED["cases"] if "error" in case]

    assert len(RECORDED["cases"]) >= 60 + 10
    assert len(refused) >= 30
