"""What is opened, which columns are counted, and when a file and its table disagree."""

from __future__ import annotations

import contextlib

import duckdb
import pyarrow as pa
import pytest

from checker.athena import Athena, QueryFailed, engine
from checker.tests.athena.conftest import DDL, SCHEMA, Memory, predictions

ONE_DAY = "s3://lake/p/dt=2026-11-03/a.parquet"


@pytest.mark.parametrize(
    ("where", "opened"),
    [
        ("dt = '2026-11-03'", 1),
        ("dt IN ('2026-11-01', '2026-11-03')", 2),
        ("dt BETWEEN '2026-11-03' AND '2026-11-04' AND score > 0.5", 2),
        ("date(dt) = DATE '2026-11-03'", 1),
        ("dt LIKE '%-03'", 1),
        ("dt = '2026-12-24'", 0),
        ("date(made_at) = DATE '2026-11-03'", 4),
        ("dt = '2026-11-03' OR score > 2", 4),
        ("coalesce(user_key, dt) = '2026-11-03'", 4),
        ("(dt = '2026-11-03' AND liked = 1) OR (dt = '2026-11-03' AND liked <> 1)", 1),
        ("liked = 1 AND dt = '2026-11-03' OR dt IN ('2026-11-04', '2026-11-01') AND (score > 0.5 OR liked = 0)", 3),
        ("(dt > '2026-11-02' OR score > 2 AND dt = '2026-11-01') AND (dt < '2026-11-04' OR dt LIKE '%-01')", 2),
        ("dt = '2026-11-03' AND liked = 1 OR dt = '2026-11-04' OR liked = 0", 4),
        ("NOT (dt <> '2026-11-03' OR liked = 2)", 1),
        ("NOT (liked = 2 OR NOT dt IN ('2026-11-03', '2026-11-04') OR dt = '2026-11-04')", 1),
        ("NOT ((dt = '2026-11-03' OR liked = 2) AND (dt = '2026-11-03' OR dt = '2026-11-04'))", 3),
        ("NOT (NOT (dt = '2026-11-03' AND liked < 2))", 1),
        ("NOT (dt <> '2026-11-03' AND liked = 2)", 4),
        ("NOT (liked = 2)", 4),
    ],
)
def test_only_folder_names_skip_objects(athena, where, opened):
    assert len(athena.run(f"SELECT count(*) FROM predictions WHERE {where}").objects) == opened


@pytest.mark.parametrize(
    ("sql", "opened"),
    [
        ("WITH d AS (SELECT * FROM predictions) SELECT count(*) FROM d WHERE dt = '2026-11-03'", 1),
        ("SELECT count(*) FROM (SELECT dt, score FROM predictions) WHERE dt = '2026-11-03'", 1),
        ("SELECT * FROM predictions ORDER BY made_at DESC LIMIT 1", 4),
        ("SELECT count(*) FROM predictions a JOIN predictions b ON a.dt = b.dt WHERE a.dt = '2026-11-03'", 5),
        ("SELECT count(*) FROM predictions a LEFT JOIN predictions b ON a.dt = b.dt AND b.dt = '2026-11-03'", 8),
    ],
)
def test_conditions_reach_into_subqueries_and_no_further(athena, sql, opened):
    assert len(athena.run(sql).objects) == opened


def test_a_column_costs_its_own_bytes(athena):
    one, two, everything = (
        athena.run(f"SELECT {what} FROM predictions WHERE dt = '2026-11-03'").bytes
        for what in ("score", "score, latency_ms", "*")
    )

    assert 0 < one < two < everything
    assert athena.run("SELECT count(*) FROM predictions").bytes == 0


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("score bigint", "Field score's type DOUBLE in {} is incompatible with type bigint"),
        ("score string", "Field score's type DOUBLE in {} is incompatible with type varchar"),
        ("movie_id smallint", "Field movie_id's type INT32 in {} is incompatible with type smallint"),
        ("made_at string", "Field made_at's type INT64 (TIMESTAMP) in {} is incompatible with type varchar"),
        ("model_version double", "Field model_version's type BINARY in {} is incompatible with type double"),
    ],
)
def test_another_type_is_bad_data(memory, declared, message):
    engine = Athena(memory)
    columns = f"({declared}) PARTITIONED BY (dt string)"
    engine.run(f"CREATE EXTERNAL TABLE t {columns} STORED AS PARQUET LOCATION 's3://lake/p/'")
    engine.run("MSCK REPAIR TABLE t")

    with pytest.raises(QueryFailed) as failed:
        engine.run(f"SELECT {declared.split()[0]} FROM t WHERE dt = '2026-11-03'")

    said = message.format(f"parquet file {ONE_DAY}")
    assert str(failed.value) == f"HIVE_BAD_DATA: {said} defined in table schema"


def test_a_wider_type_and_a_missing_column_are_read(memory):
    engine = Athena(memory)
    engine.run(
        "CREATE EXTERNAL TABLE t (movie_id bigint, absent string) PARTITIONED BY (dt string) STORED AS PARQUET "
        "LOCATION 's3://lake/p/'"
    )
    engine.run("MSCK REPAIR TABLE t")

    assert engine.run("SELECT sum(movie_id), count(absent), count(*) FROM t").rows == ((186, 0, 40),)


def test_what_is_no_parquet_file_is_named(memory):
    memory.objects["p/dt=2026-11-03/b.json"] = b"{}"
    engine = Athena(memory)
    engine.run(DDL)
    engine.run("MSCK REPAIR TABLE predictions")

    with pytest.raises(QueryFailed) as failed:
        engine.run("SELECT count(*) FROM predictions")

    assert str(failed.value) == "HIVE_BAD_DATA: Not valid Parquet file: s3://lake/p/dt=2026-11-03/b.json"


def test_partitions_have_the_declared_type(memory):
    engine = Athena(memory)
    engine.run(DDL.replace("dt string", "dt date"))
    engine.run("MSCK REPAIR TABLE predictions")

    answer = engine.run("SELECT max(dt), count(*) FROM predictions WHERE dt >= DATE '2026-11-03'")

    assert (answer.rows, len(answer.objects)) == ((("2026-11-04", 20),), 2)


def test_old_objects_lack_new_columns():
    bucket, rows = Memory(), predictions()[:2]
    bucket.put("p/dt=2026-11-01/new.parquet", rows)
    bucket.put("p/dt=2026-11-01/old.parquet", [{"request_id": "old"}], pa.schema([SCHEMA.field("request_id")]))
    engine = Athena(bucket)
    engine.run(DDL)
    engine.run("MSCK REPAIR TABLE predictions")

    assert engine.run("SELECT count(*), count(score) FROM predictions").rows == ((3, 2),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT read_text('/etc/hostname')",
        "COPY predictions TO '/tmp/x'",
        "ATTACH '/tmp/x'",
        "SET enable_external_access = true",
        "INSERT INTO predictions SELECT * FROM predictions",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_nothing_but_the_tables_can_be_reached(athena, sql):
    with pytest.raises(QueryFailed):
        athena.run(sql)


@pytest.mark.parametrize("call", ["mean(score)", "quantile_cont(score, 0.95)", "mode(movie_id)", "epoch_ms(made_at)"])
def test_a_function_of_duckdb_alone_is_refused(athena, call):
    with pytest.raises(QueryFailed) as failed:
        athena.run(f"SELECT {call} FROM predictions")
    name = call.partition("(")[0]
    assert str(failed.value) == f"FUNCTION_NOT_FOUND: line 1: Function '{name}' not registered"


@pytest.mark.parametrize("column", ["$path", "$file_size", "$file_modified_time", "$partition"])
@pytest.mark.parametrize("query", ["SELECT {} FROM predictions", "SELECT count(*) FROM predictions WHERE {} <> '7'"])
def test_a_hidden_column_is_no_mistake(athena, column, query):
    with pytest.raises(QueryFailed) as failed:
        athena.run(query.format(f'"{column}"'))
    said = f'The hidden column "{column}" is not known to this stand-in for Athena.'
    assert str(failed.value) == f"NOT_SUPPORTED_HERE: {said}"


def test_another_column_with_a_dollar_is_unknown(athena):
    with pytest.raises(QueryFailed) as failed:
        athena.run('SELECT "$nope" FROM predictions')
    assert str(failed.value) == "COLUMN_NOT_FOUND: Column '$nope' cannot be resolved"


def test_what_one_query_registers_no_other_sees():
    with engine.connected() as one, engine.connected() as other:
        one.register("rows", pa.table({"n": [7]}))

        assert one.execute("SELECT n FROM rows").fetchall() == [(7,)]
        with pytest.raises(duckdb.CatalogException, match="rows does not exist"):
            other.execute("SELECT n FROM rows")


def test_no_query_changes_how_the_next_one_runs():
    with engine.connected() as one, pytest.raises(duckdb.Error, match="the configuration has been locked"):
        one.execute("SET TimeZone = 'Asia/Tokyo'")


@pytest.mark.parametrize(("sql", "kept"), [("SELECT 1", True), ("SELECT 1 / 0", False)], ids=["well", "badly"])
def test_a_database_in_which_a_query_failed_is_not_asked_again(athena, sql, kept):
    with engine.connected() as one:
        one.execute("CREATE OR REPLACE TABLE mark AS SELECT 1")
    with contextlib.suppress(QueryFailed):
        athena.run(sql)

    with engine.connected() as next_one:
        assert (next_one.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'mark'").fetchall() != []) is kept


@pytest.mark.parametrize(
    ("kind", "found"),
    [("varchar(2)", "r0"), ("varchar(3)", "r00"), ("varchar(9)", "r00"), ("char(2)", "r0"), ("char(5)", "r00  ")],
)
def test_a_text_is_cut_to_the_length_that_the_table_gives(memory, kind, found):
    engine = Athena(memory)
    engine.run(DDL.replace("request_id string", f"request_id {kind}"))
    engine.run("MSCK REPAIR TABLE predictions")

    assert engine.run("SELECT min(request_id) FROM predictions WHERE dt = '2026-11-01'").rows == ((found,),)
