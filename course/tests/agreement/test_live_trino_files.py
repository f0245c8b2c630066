"""What files and tables say of a column's type: our stand-in for Athena and a real Trino over the same objects."""

from __future__ import annotations

import datetime
import io
import secrets
from collections.abc import Iterator
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checker.athena import Athena, QueryFailed
from checker.tests.athena.conftest import Memory
from course.engines.testing import need
from course.engines.trino_client import Refused, ask

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

# What a file may hold, and one value of it.
FILES: dict[str, tuple[pa.DataType, Any]] = {
    "text": (pa.string(), "7"),
    "int32": (pa.int32(), 7),
    "int64": (pa.int64(), 7),
    "float": (pa.float32(), 7.0),
    "double": (pa.float64(), 7.0),
    "boolean": (pa.bool_(), True),
    "timestamp": (pa.timestamp("ms"), datetime.datetime(2026, 11, 17, 1, 2, 3)),
    "date": (pa.date32(), datetime.date(2026, 11, 17)),
}
# A type in Athena's DDL, and its name in Trino's.
DECLARED = {
    "string": "varchar", "tinyint": "tinyint", "smallint": "smallint", "int": "integer", "bigint": "bigint",
    "float": "real", "double": "double", "boolean": "boolean", "timestamp": "timestamp(3)", "date": "date",
}  # fmt: skip
DAY = "2026-11-17"
# What Trino 476 converts and Athena refuses as HIVE_BAD_DATA, by AWS's page on that error; so does our stand-in.
# Each of these is a table that disagrees with its files; no variant of exercise 11 has one of them.
CONVERTED = {
    "int32": {"date", "double", "float", "smallint", "string", "tinyint"},
    "int64": {"date", "double", "float", "int", "smallint", "string", "tinyint"},
    "float": {"string"}, "double": {"string"}, "timestamp": {"bigint"},
}  # fmt: skip
# A condition for each type that the partition column of the folder dt=2026-11-17 may be declared with.
PARTITIONS = {
    "string": "dt = '2026-11-17'", "date": "dt = DATE '2026-11-17'",
    "timestamp": "dt = TIMESTAMP '2026-11-17 00:00:00'",
    "int": "dt = 20261117", "bigint": "dt > 0", "double": "dt > 0", "boolean": "dt",
}  # fmt: skip


@pytest.fixture(scope="module")
def lake() -> Iterator[tuple[Any, str, Any]]:
    """Trino's address, a schema and a bucket of one name, and the emulator's S3."""
    trino, moto = need("trino"), need("moto")
    name = f"files{secrets.token_hex(4)}"
    s3 = boto3.client(
        "s3", endpoint_url=moto.facts["endpoint"], region_name=moto.facts["region"],
        aws_access_key_id=moto.facts["account"], aws_secret_access_key="course",
    )  # fmt: skip
    s3.create_bucket(Bucket=name)
    endpoint = trino.facts["endpoint"]
    ask(endpoint, f"create schema hive.{name} with (location = 's3://{name}/meta')")
    yield endpoint, name, s3
    ask(endpoint, f"drop schema hive.{name} cascade")


def parquet(kind: str) -> bytes:
    """A file of one row; its columns are named by the types that the table will say they have."""
    arrow, value = FILES[kind]
    file = io.BytesIO()
    pq.write_table(pa.table({f"as_{name}": pa.array([value], arrow) for name in DECLARED}), file)
    return file.getvalue()


def said(run: Any, statement: str) -> str:
    """The one value of an answer as a text, or `refused`: the names of errors differ from version to version."""
    try:
        answer = run(statement)
    except (Refused, QueryFailed):
        return "refused"
    return str(answer.rows[0][0]).removesuffix(".000").removesuffix(".000000")


def ours(kind: str, partition: str = "string") -> Athena:
    bucket = Memory()
    bucket.objects[f"{kind}/dt={DAY}/a.parquet"] = parquet(kind)
    athena = Athena(bucket)
    columns = ", ".join(f"as_{name} {name}" for name in DECLARED)
    athena.run(
        f"CREATE EXTERNAL TABLE t ({columns}) PARTITIONED BY (dt {partition}) STORED AS PARQUET "
        f"LOCATION 's3://lake/{kind}/'"
    )
    athena.run("MSCK REPAIR TABLE t")
    return athena


def theirs(lake: tuple[Any, str, Any], kind: str, partition: str = "string") -> Any:
    endpoint, name, s3 = lake
    table = f"{kind}_{secrets.token_hex(4)}"
    s3.put_object(Bucket=name, Key=f"{kind}/dt={DAY}/a.parquet", Body=parquet(kind))
    columns = ", ".join(f"as_{declared} {trino}" for declared, trino in DECLARED.items())
    ask(
        endpoint,
        f"create table hive.{name}.{table} ({columns}, dt {DECLARED[partition]}) "
        f"with (external_location = 's3://{name}/{kind}', "
        "format = 'PARQUET', partitioned_by = ARRAY['dt'])",
    )
    ask(endpoint, f"call hive.system.sync_partition_metadata('{name}', '{table}', 'FULL')")
    return lambda statement: ask(endpoint, statement.replace("from t", f"from {table}"), schema=name)


@pytest.mark.parametrize("kind", FILES)
def test_a_column_is_read_or_refused_as_by_trino(lake, kind):
    athena, trino = ours(kind), theirs(lake, kind)
    queries = {name: f"select as_{name} from t" for name in DECLARED}

    found = {name: (said(athena.run, query), said(trino, query)) for name, query in queries.items()}

    differ = {name for name, (our, their) in found.items() if our != their}
    assert differ == CONVERTED.get(kind, set())
    assert {found[name][0] for name in differ} <= {"refused"}


@pytest.mark.parametrize("declared", PARTITIONS)
@pytest.mark.parametrize("condition", ["its own", "a text"])
def test_a_partition_is_found_or_refused_as_by_trino(lake, declared, condition):
    where = PARTITIONS[declared] if condition == "its own" else PARTITIONS["string"]
    query = f"select count(*) from t where {where}"

    assert said(ours("text", declared).run, query) == said(theirs(lake, "text", declared), query)
