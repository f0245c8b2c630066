"""What a real Trino said of 138 queries over the same rows, and what our engine says.

`agreement.json` holds Trino's answers. Where a Trino answers at TRINO_URL, it is asked again.
"""

from __future__ import annotations

import json
import math
import os
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from checker.athena import Athena, QueryFailed
from checker.tests.athena.conftest import predictions

RECORDED = json.loads(Path(__file__).with_name("agreement.json").read_text("utf-8"))
CASES = [pytest.param(case, id=case["sql"][:70]) for case in RECORDED["cases"]]
COLUMNS = (
    "request_id varchar, made_at timestamp(3), user_key varchar, movie_id integer, score double, liked integer, "
    "latency_ms double, model_version varchar, dt varchar"
)


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


@pytest.mark.full
@pytest.mark.live
def test_a_real_trino_says_the_same_today() -> None:
    url = os.environ.get("TRINO_URL")
    if not url:
        pytest.skip("no Trino: TRINO_URL names none, such as http://127.0.0.1:8080")
    fill(url)

    changed = [case["sql"] for case in RECORDED["cases"] if not alike(asked(url, case["sql"]), said(case))]

    assert changed == []


def said(case: dict[str, Any]) -> Any:
    return case.get("error", case.get("rows"))


def fill(url: str) -> None:
    rows = ", ".join(
        f"('{row['request_id']}', TIMESTAMP '{row['made_at'].isoformat(' ', timespec='milliseconds')}', "
        f"'{row['user_key']}', {row['movie_id']}, {row['score']}e0, {row['liked']}, {row['latency_ms']}e0, "
        f"'{row['model_version']}', '{row['made_at']:%Y-%m-%d}')"
        for row in predictions()
    )
    for sql in ("DROP TABLE IF EXISTS predictions", f"CREATE TABLE predictions ({COLUMNS})"):
        asked(url, sql)
    asked(url, f"INSERT INTO predictions VALUES {rows}")


def asked(url: str, sql: str) -> Any:
    """The rows of a statement by Trino's HTTP protocol, or the name of the error."""
    headers = {
        "X-Trino-User": "test", "X-Trino-Catalog": "memory", "X-Trino-Schema": "default", "X-Trino-Time-Zone": "UTC",
    }  # fmt: skip
    request: Any = urllib.request.Request(f"{url}/v1/statement", sql.encode(), headers)
    rows: list[Any] = []
    while request:
        with urllib.request.urlopen(request, timeout=60) as answer:
            page = json.load(answer)
        if "error" in page:
            return page["error"]["errorName"]
        rows += page.get("data", [])
        request = page.get("nextUri")
    return rows
