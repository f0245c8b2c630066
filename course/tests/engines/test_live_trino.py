"""Trino over the emulator's S3: a partitioned table of Parquet files is found, asked, and asked wrongly."""

from __future__ import annotations

import io
import secrets

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from course.engines.testing import figure, need
from course.engines.trino_client import Refused, ask

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]
DAYS, ROWS = ("2026-11-01", "2026-11-02", "2026-11-03"), 200


@pytest.fixture
def lake():
    """Endpoint and schema of a table `predictions` with a partition a day."""
    trino, moto = need("trino"), need("moto")
    name = f"lake{secrets.token_hex(4)}"
    s3 = boto3.client(
        "s3", endpoint_url=moto.facts["endpoint"], region_name=moto.facts["region"],
        aws_access_key_id=moto.facts["account"], aws_secret_access_key="course",
    )  # fmt: skip
    s3.create_bucket(Bucket=name)
    for day in DAYS:
        rows = [
            {"latency_ms": float(n), "prediction": n / ROWS, "features": f'{{"age": {n % 70}}}'} for n in range(ROWS)
        ]
        written = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), written)
        s3.put_object(Bucket=name, Key=f"p/dt={day}/a.parquet", Body=written.getvalue())
    endpoint = trino.facts["endpoint"]
    ask(endpoint, f"create schema hive.{name} with (location = 's3://{name}/meta')")
    ask(
        endpoint,
        f"create table hive.{name}.predictions (latency_ms double, prediction double, features varchar, dt varchar) "
        f"with (external_location = 's3://{name}/p', format = 'PARQUET', partitioned_by = ARRAY['dt'])",
    )
    yield endpoint, name
    ask(endpoint, f"drop table hive.{name}.predictions")
    ask(endpoint, f"drop schema hive.{name}")


def test_a_partitioned_table_is_asked_in_athena_s_words(lake):
    endpoint, schema = lake
    counts = "select dt, count_if(prediction >= 0.5) from predictions group by 1 order by 1"
    one_day = "select approx_percentile(latency_ms, 0.5) > 90 from predictions where dt = '2026-11-02'"

    with figure("trino: a partitioned table", f"{len(DAYS)} partitions are counted", engine="trino") as found:
        before = ask(endpoint, "select count(*) from predictions", schema=schema).rows
        ask(endpoint, f"call hive.system.sync_partition_metadata('{schema}', 'predictions', 'FULL')")
        counted = ask(endpoint, counts, schema=schema).rows
        plan = ask(endpoint, f"explain {one_day}", schema=schema).rows[0][0]
        found.value = len(counted)

        # Partitions that nobody has named are not there: Athena's MSCK REPAIR, the lesson of the first query.
        assert before == ((0,),)
        assert counted == tuple((day, ROWS // 2) for day in DAYS)
        assert ask(endpoint, one_day, schema=schema).rows == ((True,),)
        assert "2026-11-02" in plan


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("select * from predictions where prediction > '0.1'", "TYPE_MISMATCH"),
        ("select predicton from predictions", "COLUMN_NOT_FOUND"),
        ("select * from prediction", "TABLE_NOT_FOUND"),
        ("select top 3 * from predictions", "SYNTAX_ERROR"),
    ],
)
def test_what_it_refuses_has_a_name(lake, statement, name):
    endpoint, schema = lake

    with pytest.raises(Refused) as refused:
        ask(endpoint, statement, schema=schema)

    assert refused.value.name == name


def test_what_other_engines_answer_differently():
    endpoint = need("trino").facts["endpoint"]

    assert ask(endpoint, "select 7/2, try(1/0)").rows == ((3, None),)
