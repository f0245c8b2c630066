"""What declares a table, and what Athena refuses of it."""

from __future__ import annotations

import pytest

from checker.athena import Athena, QueryFailed
from checker.athena.ddl import read_table
from checker.athena.engine import statements
from checker.tests.athena.conftest import DDL, Memory

PROJECTED = (
    DDL
    + """ TBLPROPERTIES ('projection.enabled' = 'true', 'projection.dt.type' = 'date',
'projection.dt.format' = 'yyyy-MM-dd', 'projection.dt.range' = '2026-11-01,2026-11-30')"""
)


def test_a_table_is_read_with_its_columns_and_place():
    table = read_table(DDL)

    assert [column.name for column in table.all_columns][-2:] == ["model_version", "dt"]
    assert (table.database, table.name, table.location, table.format) == (
        "default", "predictions", "s3://lake/p/", "parquet",
    )  # fmt: skip


def test_a_new_table_has_no_rows_until_it_knows_its_partitions(memory):
    engine = Athena(memory)
    engine.run(DDL)

    assert engine.run("SELECT count(*) FROM predictions").rows == ((0,),)

    engine.run("MSCK REPAIR TABLE predictions")
    assert engine.run("SELECT count(*) FROM predictions").rows == ((40,),)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE predictions ADD IF NOT EXISTS PARTITION (dt='2026-11-01') PARTITION (dt = '2026-11-02')",
        "ALTER TABLE default.predictions ADD PARTITION (`dt`='x') LOCATION 's3://lake/p/dt=2026-11-01' "
        "PARTITION (dt='2026-11-02')",
    ],
)
def test_partitions_are_added_by_name(memory, sql):
    engine = Athena(memory)
    engine.run(DDL)
    engine.run(sql)

    assert engine.run("SELECT count(*) FROM predictions").rows == ((20,),)


def test_projection_needs_no_statement(memory):
    engine = Athena(memory)
    engine.run(PROJECTED)

    answer = engine.run("SELECT count(*) FROM predictions WHERE dt = '2026-11-02'")

    assert (answer.rows, len(answer.objects)) == (((10,),), 1)


@pytest.mark.parametrize("last", ["NOW", "now", "NOW+1DAYS"])
def test_a_range_to_now_reads_a_year_since_there_is_no_clock(memory, last):
    engine = Athena(memory)
    engine.run(PROJECTED.replace("2026-11-30", last))

    places = engine.catalog.find("default", "predictions").places()

    assert next(iter(places)) == ("2026-11-01",)
    assert [*places][-1] == ("2027-11-02",)


def test_a_range_from_now_on_is_not_known(memory):
    engine = Athena(memory)
    engine.run(PROJECTED.replace("2026-11-01,2026-11-30", "NOW-1MONTHS,NOW"))

    with pytest.raises(QueryFailed) as refused:
        engine.run("SELECT count(*) FROM predictions")

    assert str(refused.value) == (
        "NOT_SUPPORTED_HERE: A range from NOW-1MONTHS on is not known to this stand-in, which has no clock."
    )


def test_folders_of_other_names_are_passed_over():
    bucket = Memory()
    bucket.put("p/day=2026-11-01/a.parquet", [])
    engine = Athena(bucket)
    engine.run(DDL)
    engine.run("MSCK REPAIR TABLE predictions")

    assert engine.catalog.find("default", "predictions").partitions == {}


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "CREATE TABLE t (a int) STORED AS PARQUET LOCATION 's3://b/t/'",
            "FAILED: Athena creates tables over files only as CREATE EXTERNAL TABLE",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) STORED AS PARQUET",
            "FAILED: a table needs a LOCATION that begins with s3://",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int, dt string) PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://b/'",
            "FAILED: SemanticException: column dt is there twice; a partition column too",
        ),
        ("DROP TABLE nowhere", "TABLE_NOT_FOUND: Table 'awsdatacatalog.default.nowhere' does not exist"),
        (
            "ALTER TABLE predictions ADD PARTITION (day='x')",
            "FAILED: SemanticException: partition columns are dt",
        ),
        (
            "ALTER TABLE predictions DROP PARTITION (dt='x')",
            "NOT_SUPPORTED_HERE: ALTER TABLE … DROP PARTITION is not known to this stand-in for Athena.",
        ),
        (
            "CREATE EXTERNAL TABLE predictions (a int) LOCATION 's3://b/'",
            "FAILED: table default.predictions exists already",
        ),
    ],
)
def test_what_is_refused_says_why(athena, sql, message):
    with pytest.raises(QueryFailed) as refused:
        athena.run(sql)

    assert str(refused.value) == message


def test_statements_are_split_at_semicolons_outside_of_quotes():
    assert statements("-- one; no\nSELECT ';' AS a;\n\n/* two; */ SELECT 2;\n") == ["SELECT ';' AS a", "SELECT 2"]
