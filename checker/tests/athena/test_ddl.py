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


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ("'projection.dt.interval' = '1', 'projection.dt.interval.unit' = 'days'", ["01", "02", "03", "04"]),
        ("'projection.dt.interval' = ' 2 '", ["01", "03"]),
        ("'projection.dt.interval' = '3', 'projection.dt.interval.unit' = 'DAYS'", ["01", "04"]),
        ("'projection.dt.interval' = '1', 'projection.dt.interval.unit' = 'WEEKS'", ["01"]),
    ],
)
def test_a_projection_in_steps_leaves_out_what_lies_between(memory, steps, days):
    engine = Athena(memory)
    engine.run(PROJECTED.replace("2026-11-01,2026-11-30')", f"2026-11-01,2026-11-30', {steps})"))

    found = engine.run("SELECT DISTINCT dt FROM predictions ORDER BY dt").rows

    assert found == tuple((f"2026-11-{day}",) for day in days)


def test_integers_are_projected_in_steps(memory):
    engine = Athena(memory)
    engine.run(
        DDL + " TBLPROPERTIES ('projection.enabled' = 'true', 'projection.dt.type' = 'integer', "
        "'projection.dt.range' = '1,6', 'projection.dt.interval' = '2', 'projection.dt.digits' = '2')"
    )

    assert [*engine.catalog.find("default", "predictions").places()] == [("01",), ("03",), ("05",)]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            "'projection.dt.interval' = '1', 'projection.dt.interval.unit' = 'Months'",
            "NOT_SUPPORTED_HERE: Projection in steps of MONTHS is not known to this stand-in.",
        ),
        (
            "'projection.dt.interval' = '0'",
            "INVALID_TABLE_PROPERTY: projection.dt.interval is '0', no number from 1 on",
        ),
    ],
)
def test_steps_that_are_not_known_are_refused(memory, steps, message):
    engine = Athena(memory)
    engine.run(PROJECTED.replace("2026-11-01,2026-11-30')", f"2026-11-01,2026-11-30', {steps})"))

    with pytest.raises(QueryFailed) as refused:
        engine.run("SELECT count(*) FROM predictions")

    assert str(refused.value) == message


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
        (
            "CREATE EXTERNAL TABLE t (a timestamp(3)) STORED AS PARQUET LOCATION 's3://b/t/'",
            "FAILED: ParseException: column a has the type timestamp(3), which Hive lacks",
        ),
        (
            "-- which ones?\nSHOW PARTITIONS predictions",
            "NOT_SUPPORTED_HERE: A statement that begins 'SHOW PARTITIONS' is not known to this stand-in for Athena.",
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


def test_what_stands_in_quotes_is_no_end_and_no_comment():
    text = """-- Athena's "first; one
CREATE EXTERNAL TABLE t (a int COMMENT 'UTC; -- ''ms''', b int COMMENT "c; d"); /* it's; */ SELECT 1"""

    assert statements(text) == [
        """CREATE EXTERNAL TABLE t (a int COMMENT 'UTC; -- ''ms''', b int COMMENT "c; d")""",
        "SELECT 1",
    ]


def test_of_an_unknown_statement_nothing_is_written_beside_the_answer(athena, caplog, capfd):
    with pytest.raises(QueryFailed):
        athena.run("SHOW PARTITIONS predictions")

    assert (caplog.text, capfd.readouterr()) == ("", ("", ""))
