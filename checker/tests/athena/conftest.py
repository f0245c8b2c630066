"""A small table of predictions, for us and for a real Trino: the same rows in both."""

from __future__ import annotations

import io
import random
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checker.athena import Athena

SCHEMA = pa.schema(
    [
        ("request_id", pa.string()), ("made_at", pa.timestamp("ms")), ("user_key", pa.string()),
        ("movie_id", pa.int32()), ("score", pa.float64()), ("liked", pa.int32()), ("latency_ms", pa.float64()),
        ("model_version", pa.string()),
    ]
)  # fmt: skip
DDL = """CREATE EXTERNAL TABLE predictions (request_id string, made_at timestamp, user_key string, movie_id int,
score double, liked int, latency_ms double, model_version string)
PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://lake/p/'"""


class Memory:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def keys(self, bucket: str, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def get(self, bucket: str, key: str) -> bytes:
        return self.objects[key]

    def put(self, key: str, rows: list[dict[str, Any]], schema: Any = SCHEMA) -> None:
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema), file)
        self.objects[key] = file.getvalue()


def moment(draw: random.Random, day: int) -> datetime:
    hour, minute, second = draw.randrange(24), draw.randrange(60), draw.randrange(60)
    return datetime(2026, 11, day, hour, minute, second, draw.randrange(1000) * 1000)


def predictions() -> list[dict[str, Any]]:
    """Forty rows of four days; always the same."""
    draw = random.Random(7)
    return [
        {
            "request_id": f"r{n:02d}",
            "made_at": moment(draw, 1 + n % 4),
            "user_key": f"u{n % 9}",
            "movie_id": n % 11,
            "score": round(draw.random(), 6),
            "liked": draw.randrange(2),
            "latency_ms": round(draw.uniform(2, 90), 3),
            "model_version": "v2" if n % 5 == 0 else "v1",
        }
        for n in range(40)
    ]  # fmt: skip


@pytest.fixture
def memory() -> Memory:
    """The forty rows as one object per day."""
    bucket, days = Memory(), {}
    for row in predictions():
        days.setdefault(f"{row['made_at']:%Y-%m-%d}", []).append(row)
    for day, rows in days.items():
        bucket.put(f"p/dt={day}/a.parquet", rows)
    return bucket


@pytest.fixture
def athena(memory: Memory) -> Athena:
    """An engine that knows the table and its partitions."""
    engine = Athena(memory)
    engine.run(DDL)
    engine.run("MSCK REPAIR TABLE predictions")
    return engine
