"""Our stand-in for Athena beside a real Trino: the recorded queries, and every query of exercise 11."""

from __future__ import annotations

import json
import os
import random
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from checker import sibling
from checker.athena import Athena
from checker.markers import derive, has_markers
from checker.tests.athena.conftest import DDL, Memory, predictions
from checker.tests.athena.test_agreement import RECORDED, alike, ours
from checker.tests.athena.test_decimals import MEANS
from course.build.sync import ROOT
from course.engines.testing import need
from course.engines.trino import TRINO

pytestmark = [pytest.mark.live, pytest.mark.timeout(1800)]

EXERCISE = ROOT / "exercises" / "11_prediction_log"
COLUMNS = (
    "request_id varchar, made_at timestamp(3), user_key varchar, movie_id integer, score double, liked integer, "
    "latency_ms double, model_version varchar, dt varchar"
)
QUERIES = ("one_day.sql", "speed.sql", "drift.sql")
# Each worker fills a table of the same name.
SCHEMA = f"agreement_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="module")
def trino() -> Iterator[str]:
    """The address of a Trino: the engine's, or the one that TRINO_URL names."""
    url = os.environ.get("TRINO_URL")
    if not url:
        need("trino")
        url = f"http://127.0.0.1:{TRINO.port}"
    asked(url, f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    yield url
    asked(url, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def asked(url: str, sql: str) -> Any:
    """The rows of a statement by Trino's HTTP protocol, or the name of the error."""
    headers = {
        "X-Trino-User": "test", "X-Trino-Catalog": "memory", "X-Trino-Schema": SCHEMA, "X-Trino-Time-Zone": "UTC",
    }  # fmt: skip
    request: Any = urllib.request.Request(f"{url}/v1/statement", sql.encode(), headers)
    rows: list[Any] = []
    while request:
        with urllib.request.urlopen(request, timeout=120) as answer:
            page = json.load(answer)
        if "error" in page:
            return page["error"]["errorName"]
        rows += page.get("data", [])
        request = page.get("nextUri")
    return rows


def fill(url: str, rows: list[dict[str, Any]]) -> None:
    """The rows as the table `predictions`."""
    values = ", ".join(
        f"('{row['request_id']}', TIMESTAMP '{row['made_at'].isoformat(' ', timespec='milliseconds')}', "
        f"'{row['user_key']}', {row['movie_id']}, {row['score']}e0, {row['liked']}, {row['latency_ms']}e0, "
        f"'{row['model_version']}', '{row['made_at']:%Y-%m-%d}')"
        for row in rows
    )
    asked(url, "DROP TABLE IF EXISTS predictions")
    assert asked(url, f"CREATE TABLE predictions ({COLUMNS})") == []
    assert asked(url, f"INSERT INTO predictions VALUES {values}") == [[len(rows)]]


@pytest.mark.twice_a_week(1)
def test_the_recorded_verdicts_are_those_of_today(trino: str) -> None:
    fill(trino, predictions())

    cases = {case["sql"]: case.get("error", case.get("rows")) for case in RECORDED["cases"]}
    assert [sql for sql, said in cases.items() if not alike(asked(trino, sql), said)] == []


def test_the_mean_of_decimals_is_that_of_trino(trino: str) -> None:
    fill(trino, predictions())

    said = {mean: asked(trino, f"SELECT typeof({mean}), {mean} FROM predictions") for mean, _, _ in MEANS}

    due = {mean: [[kind.replace(", ", ","), share]] for mean, kind, share in MEANS}
    assert {mean: rows for mean, rows in said.items() if not alike(rows, due[mean])} == {}


def variants() -> dict[str, str]:
    """Every query of exercise 11, each text once."""
    found: dict[str, str] = {}
    for path in sorted(one for one in EXERCISE.rglob("*.sql") if one.name in QUERIES):
        text = path.read_text("utf-8")
        answer = derive(text)[1] if "solution" in path.parts and has_markers(text) else text
        found[answer] = path.relative_to(EXERCISE).as_posix()
    return {name: text for text, name in found.items()}


def month() -> list[dict[str, Any]]:
    """Ten rows for each day of a month."""
    lakes, draw = sibling(str(EXERCISE / "checks" / "conftest.py"), "lakes"), random.Random(5)
    days = [(day, one) for day in lakes.DRAW["days"]() for one in lakes.DRAW["predictions"](draw, day, 10)]
    return [lakes.DRAW["named"](one) | {"made_at": moment(one["made_at"])} for _, one in days]


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)


def with_table(rows: list[dict[str, Any]]) -> Athena:
    """Our engine over the same rows."""
    bucket, days = Memory(), {}
    for row in rows:
        days.setdefault(f"{row['made_at']:%Y-%m-%d}", []).append(row)
    for day, found in days.items():
        bucket.put(f"p/dt={day}/a.parquet", found)
    athena = Athena(bucket)
    athena.run(DDL)
    athena.run("MSCK REPAIR TABLE predictions")
    return athena


def test_every_query_of_every_variant_gets_the_same_from_both(trino: str) -> None:
    rows = month()
    fill(trino, rows)
    athena = with_table(rows)

    differ = [name for name, sql in variants().items() if not alike(asked(trino, theirs(sql)), ours(athena, sql))]
    assert differ == []


def theirs(sql: str) -> str:
    """A statement as Trino's protocol takes it: without its end, and in the schema of this test."""
    return sql.strip().removesuffix(";").replace("default.", f"{SCHEMA}.")
