"""What exercise 11 says of those who are forgotten, of the table and of speed.sql, in whole texts."""

from __future__ import annotations

import random
import runpy
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.athena import Athena
from checker.athena.engine import statements
from course.build.sync import ROOT
from course.tests.agreement.test_names_texts import driven, subject_with, told
from course.tests.agreement.test_one_day_texts import Bucket

FOLDER = ROOT / "exercises" / "11_prediction_log"
LAKES, PEOPLE, TABLE = (
    sibling(str(FOLDER / "checks" / "conftest.py"), name)
    for name in ("lakes", "test_11_prediction_log_people", "test_11_prediction_log_table")
)
DDL = LAKES.TABLE.partition(";")[0]


# -- forgotten --------------------------------------------------------------------------------------------------
def test_a_row_is_kept_where_its_id_and_its_moment_stand_in_one_text(tmp_path: Any) -> None:
    rows = [(f"r{number}", 1795000000000 + number) for number in range(5)]
    (tmp_path / "a.sent").write_text('{"request_id": "r0", "made_at": 1795000000000}\n')
    (tmp_path / "ids").write_text("r1\nr2\n")
    (tmp_path / "moments").write_text("1795000000001")
    (tmp_path / "spool.db").write_bytes(b"SQLite format 3\0 r3 1795000000003")

    assert driven("kept")(str(tmp_path), rows) == ["r0"]


@pytest.mark.parametrize("said", [None, 7, "r0"])
def test_a_worker_that_tells_nonsense_of_its_disk_has_told_nothing(said: Any) -> None:
    subject = subject_with(attempt=lambda *given: SimpleNamespace(value=said))

    assert subject.kept("spool", [{"request_id": "r0", "made_at": 1}]) == []


def test_rows_that_stay_on_the_disk_are_counted() -> None:
    subject = SimpleNamespace(kept=lambda folder, rows: ["r0"])

    assert told(PEOPLE.expect_no_copy, subject, [{"request_id": "r0"}, {"request_id": "r1"}]) == (
        "looked for the rows of that user in the files of folder, after forget() and ship()",
        "1 of 2 rows still stand there",
        "none: a copy on the disk is a row too",
        "writer.py, Spool",
        "What stays on the disk of a batch once it is in the bucket, and who takes it away?",
    )


def after_a_kill(stored: Any) -> tuple[str, str, str, str, str]:
    """What is said when the bucket holds these ids at last; `stored` gets those of the user and those of others."""
    made = LAKES.DRAW["predictions"](random.Random(5), LAKES.DRAW["FIRST"], 4)
    log = SimpleNamespace(call=lambda *given: None)
    subject = SimpleNamespace(
        empty_bucket=lambda: None, killed=lambda *given, **moment: None, log=lambda folder: log, ship=lambda log: None,
        cloud=None,
    )  # fmt: skip

    def ids_of(cloud: Any) -> list[str]:
        theirs = [one["request_id"] for one in made if one["user_id"] == -1]
        return list(stored(theirs, [one["request_id"] for one in made if one["user_id"] != -1]))

    return told(PEOPLE.expect_forgotten_after_a_kill, SimpleNamespace(ids_of=ids_of), subject, made, -1)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (lambda theirs, others: others + others[:2], "2 of 3 rows of other users are there 2 times"),
        (lambda theirs, others: others[1:], "1 of 3 rows of other users are gone"),
        (lambda theirs, others: others + theirs, "1 rows of that user are in the bucket"),
    ],
    ids=["doubled", "lost", "left"],
)
def test_who_forgets_after_a_kill_is_told_of_doubled_lost_and_left_rows(stored: Any, seen: str) -> None:
    assert after_a_kill(stored) == (
        "recorded 4 rows, killed the writer in ship(), after the last upload; started it again, called forget() "
        "for a user, then ship()",
        seen,
        "each row of the others once, and none of that user",
        "writer.py, forget",
        "The batch is up and waits too. To which keys does it go again, and what did forget() do to those?",
    )


def test_the_lab_splits_a_file_as_the_check_does() -> None:
    text = """-- Athena's "first; one
CREATE EXTERNAL TABLE t (a int COMMENT 'UTC; -- ''ms''', b int COMMENT "c; d");
-- the end
MSCK REPAIR TABLE t;
"""

    assert runpy.run_path(str(FOLDER / "starter" / "athena.py"))["statements"](text) == statements(text)
    assert len(statements(text)) == 2


@pytest.mark.parametrize(
    ("sql", "said"),
    [("SELECT liked FROM predictions LIMIT 1", "no row"), ("MSCK REPAIR TABLE predictions", "done")],
)
def test_the_lab_says_of_a_query_that_it_found_no_row(sql: str, said: str) -> None:
    lab = (FOLDER / "solution" / "lab.py").read_text("utf-8")
    space: dict[str, Any] = {}
    exec(lab[lab.index("def nothing(") : lab.index("def report(")], space)

    assert space["nothing"](sql) == said


# -- the table and speed.sql ------------------------------------------------------------------------------------
def asked(check: Any, **files: str) -> tuple[str, str, str, str, str]:
    bucket = Bucket()
    texts = {f"{name}.sql": text for name, text in files.items()}
    submission = SimpleNamespace(random=random.Random(7), text=texts.__getitem__)
    cloud = SimpleNamespace(buckets=bucket, athena=Athena(bucket))
    return told(check, submission, SimpleNamespace(cloud=cloud), LAKES, {})


def moved_by_a_day() -> str:
    days = [str(day) for day in LAKES.DRAW["days"]()]
    parts = [
        f"PARTITION (dt = '{day}') LOCATION 's3://prediction-lake/predictions/dt={folder}/'"
        for day, folder in zip(days, days[1:] + days[:1], strict=True)
    ]
    return f"{DDL}; ALTER TABLE predictions ADD {' '.join(parts)};"


def projected(more: str) -> str:
    return (
        f"{DDL} TBLPROPERTIES ('projection.enabled' = 'true', 'projection.dt.type' = 'date', "
        f"'projection.dt.format' = 'yyyy-MM-dd', 'projection.dt.range' = '2026-11-01,2026-11-30', {more})"
    )


UNKNOWN = "Athena may know this, the stand-in does not. Which plainer form says the same?"


def test_a_partition_of_another_folder_is_asked_for_its_folder() -> None:
    tried, seen, *_, question = asked(TABLE.test_every_row_is_found, table=moved_by_a_day())

    assert tried == "counted the rows WHERE dt = '2026-11-17'"
    assert seen.endswith(" objects")
    assert question == "Which value has each partition, and which folder does it read?"


def test_a_date_for_dt_is_asked_for_its_type() -> None:
    sql = LAKES.TABLE.replace("(dt string)", "(dt date)")

    assert asked(TABLE.test_every_row_is_found, table=sql)[1::3] == (
        "TYPE_MISMATCH: line 1: Cannot apply operator: date = varchar(10)",
        "Which type must dt have, so that a text in quotes can be compared with it?",
    )


@pytest.mark.parametrize(
    ("more", "seen", "question"),
    [
        (
            "'projection.dt.interval' = '1', 'projection.dt.interval.unit' = 'MONTHS'",
            "NOT_SUPPORTED_HERE: Projection in steps of MONTHS is not known to this stand-in.",
            UNKNOWN,
        ),
        (
            "'projection.dt.interval' = 'one'",
            "INVALID_TABLE_PROPERTY: projection.dt.interval is 'one', no number from 1 on",
            "How do the folders name their column, and which statement tells the table of them?",
        ),
    ],
)
def test_a_projection_in_steps_is_told(more: str, seen: str, question: str) -> None:
    assert asked(TABLE.test_every_row_is_found, table=projected(more))[1::3] == (seen, question)


def test_a_statement_that_the_stand_in_does_not_know_blames_nobody() -> None:
    assert asked(TABLE.test_every_row_is_found, table="SHOW PARTITIONS predictions") == (
        "ran the statement of table.sql that begins with 'SHOW PARTITIONS predictions'",
        "NOT_SUPPORTED_HERE: A statement that begins 'SHOW PARTITIONS' is not known to this stand-in for Athena.",
        "statements that Athena accepts",
        "table.sql",
        UNKNOWN,
    )


JOINED = "Of how many requests is each of the numbers that you join, and may one join them?"
ONE_GROUP = "Which requests of a day does p95_ms look at, and what share of them exceeds it?"
VERSIONS = (
    "SELECT dt, {}(p) AS p95_ms FROM (SELECT dt, approx_percentile(latency_ms, 0.95) AS p FROM predictions "
    "GROUP BY dt, model_version) GROUP BY dt"
)


@pytest.mark.parametrize(
    ("sql", "question"),
    [
        ("SELECT dt, avg(latency_ms) + 2 * stddev(latency_ms) AS p95_ms FROM predictions GROUP BY dt", ONE_GROUP),
        (
            "SELECT dt, approx_percentile(latency_ms, 0.95) AS p95_ms FROM predictions WHERE model_version = 'v1' "
            "GROUP BY dt -- not GROUP BY hour",
            ONE_GROUP,
        ),
        (VERSIONS.format("avg"), JOINED),
        (VERSIONS.format("max"), JOINED),
        (VERSIONS.format("min"), JOINED),
    ],
)
def test_a_number_of_some_requests_is_told_how_many_exceed_it(sql: str, question: str) -> None:
    tried, seen, expected, where, next_ = asked(TABLE.test_the_percentile_is_of_all_requests, speed=sql)

    assert (tried, expected, where, next_) == (
        "ran speed.sql on a month and sorted the latencies of each day",
        "about 5 % of the requests of each day take longer than its p95_ms",
        "speed.sql",
        question,
    )
    assert " of that day's requests took longer" in seen
