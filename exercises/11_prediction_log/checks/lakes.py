"""Lakes for the checks: a drawn month in the bucket, and what a writer has put there."""

from __future__ import annotations

import io
import random
import runpy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from checker.athena import Answer, QueryFailed
from checker.athena.engine import statements

STARTER = Path(__file__).parents[1] / "starter"
# What trainees are given draws and writes, so that both sides mean the same rows.
DRAW = runpy.run_path(str(STARTER / "draw.py"))
LAKE = runpy.run_path(str(STARTER / "lake.py"))
BUCKET, PREFIX, SCHEMA = LAKE["BUCKET"], LAKE["PREFIX"], LAKE["SCHEMA"]
# Users of a month: each comes several times a day, so that whoever counts users does not count requests.
FEW = 5
TABLE = f"""CREATE EXTERNAL TABLE predictions (request_id string, made_at timestamp, user_key string, movie_id int,
score double, liked int, latency_ms double, model_version string)
PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://{BUCKET}/{PREFIX}';
MSCK REPAIR TABLE predictions"""


@dataclass(frozen=True)
class Month:
    """A lake that the checks have filled: its rows and the places of its objects by day, and what is in them by key."""

    rows: dict[str, list[dict[str, Any]]]
    objects: dict[str, list[str]]
    contents: dict[str, bytes]

    @property
    def count(self) -> int:
        """How many objects there are."""
        return sum(map(len, self.objects.values()))

    def store(self, cloud: Any) -> None:
        """Put every object into the bucket."""
        for key, content in self.contents.items():
            cloud.buckets.put(BUCKET, key, content)

    @property
    def all_rows(self) -> list[dict[str, Any]]:
        return [row for rows in self.rows.values() for row in rows]


def month(
    cloud: Any, draw: random.Random, *, rows: int = 30, most: int = 2, beside: Iterable[date] = (),
    changed: Callable[[str, list[dict[str, Any]]], None] = lambda day, rows: None,
) -> Month:  # fmt: skip
    """Fill the bucket with a month of one to `most` objects a day, and with days of other months `beside` it.

    `changed` may change the rows of an object of a day before they are stored.
    """
    found, places, contents = {}, {}, {}
    for day in (*DRAW["days"](), *beside):
        batches = [
            [DRAW["named"](one | {"user_id": one["user_id"] % FEW}) for one in DRAW["predictions"](draw, day, rows)]
            for _ in range(draw.randint(1, most))
        ]
        for batch in batches:
            changed(str(day), batch)
        keys = [f"{PREFIX}dt={day}/{draw.getrandbits(64):016x}.parquet" for _ in batches]
        for key, batch in zip(keys, batches, strict=True):
            contents[key] = LAKE["parquet"](batch)
        found[str(day)] = [row for batch in batches for row in batch]
        places[str(day)] = [f"s3://{BUCKET}/{key}" for key in keys]
    made = Month(found, places, contents)
    made.store(cloud)
    return made


def again(cloud: Any, months: dict[str, Month], name: str, make: Callable[[], Month]) -> Month:
    """The month that a check before this one has drawn under this name, stored anew; where none has, a new one."""
    if name in months:
        months[name].store(cloud)
    else:
        months[name] = make()
    return months[name]


def with_table(cloud: Any) -> None:
    """Declare the table as it should be."""
    for statement in statements(TABLE):
        cloud.athena.run(statement)


def asked(cloud: Any, sql: str) -> tuple[Answer, str]:
    """The answer of a query, or an empty one and what the engine said."""
    try:
        return cloud.athena.run(sql), ""
    except QueryFailed as failed:
        return Answer(), str(failed)[:300]


def question(said: str, otherwise: str) -> str:
    """What to ask about a query that ended with an error; of what the stand-in does not know, nobody is to blame."""
    unknown = "Athena may know this, the stand-in does not. Which plainer form says the same?"
    return unknown if said.startswith("NOT_SUPPORTED_HERE") else otherwise


def written(cloud: Any) -> dict[str, pa.Table | None]:
    """What lies in the bucket: each object as a table, or None where it is no Parquet file."""
    found: dict[str, pa.Table | None] = {}
    for key in cloud.buckets.keys(BUCKET):
        try:
            found[key] = pq.read_table(io.BytesIO(cloud.buckets.get(BUCKET, key)), use_threads=False)
        except (pa.ArrowException, OSError):
            found[key] = None
    return found


def contents(cloud: Any) -> dict[str, bytes]:
    """What lies in the bucket, byte by byte."""
    return {key: cloud.buckets.get(BUCKET, key) for key in cloud.buckets.keys(BUCKET)}


def unlike_schema(table: pa.Table) -> list[str]:
    """Columns of SCHEMA that an object lacks, or has of another type. A time's unit and a text's kind may differ."""
    found = {field.name: field.type for field in table.schema}
    lacking = [f"no column {field.name}" for field in SCHEMA if field.name not in found]
    other = [field for field in SCHEMA if field.name in found and _kind(found[field.name]) != _kind(field.type)]
    return lacking + [f"{field.name} is {found[field.name]} in place of {field.type}" for field in other]


def _kind(found: pa.DataType) -> str:
    value = found.value_type if pa.types.is_dictionary(found) else found
    if pa.types.is_timestamp(value):
        return "timestamp"
    return str(value).removeprefix("large_")


def rows_of(cloud: Any) -> list[dict[str, Any]]:
    """All rows of all Parquet objects."""
    return [row for table in written(cloud).values() if table is not None for row in table.to_pylist()]


def ids_of(cloud: Any) -> list[str]:
    """The request_id of every row, as often as it is there."""
    return [one for table in written(cloud).values() if table is not None for one in ids_in(table)]


def ids_in(table: pa.Table) -> list[str]:
    """The request_id of every row of an object."""
    return [str(row.get("request_id")) for row in table.to_pylist()]
