"""What exercise 11 says of rows that are not in the lake, in whole texts."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from checker import sibling
from checker.athena import Athena
from checker.tests.findings import finding
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "11_prediction_log" / "checks" / "conftest.py")
CONFTEST, LAKES, BATCH, CRASH = (
    sibling(CHECKS, name) for name in ("conftest", "lakes", "test_11_prediction_log", "test_11_prediction_log_crash")
)
Left = CONFTEST.Left
ROWS = [{"request_id": f"r{number}"} for number in range(6)]
IDS = [one["request_id"] for one in ROWS]


def found(check: Any, *given: Any, **more: Any) -> Any:
    return finding(lambda: check(*given, **more))


# -- task 1 -----------------------------------------------------------------------------------------------------
def of_a_batch(stored: list[str], *, puts: tuple[str, ...] = ("/lake/a", "/lake/b"), given: list[str] = IDS) -> Any:
    """What is said when these rows are in the bucket, after these uploads, of what batches() gave."""
    subject = SimpleNamespace(cloud=SimpleNamespace(puts=lambda: list(puts)), given=lambda steps: set(given))
    tables = [pa.table({"request_id": stored})]
    return found(BATCH.expect_each_once, LAKES, subject, tables, [ROWS[:4], ROWS[4:]], tried="recorded, shipped")


@pytest.mark.parametrize(
    ("puts", "given", "where", "question"),
    [
        (
            ("/lake/a", "/lake/a"),
            IDS[:4],
            "writer.py, ship",
            "What becomes of the object that had this key before? S3 replaces it whole.",
        ),
        (
            ("/lake/a", "/lake/b"),
            IDS[:4],
            "writer.py, Spool",
            "Which rows did batches() return? Where was each of the others at that moment?",
        ),
        (
            ("/lake/a", "/lake/b"),
            [],
            "writer.py, Spool",
            "Which rows did batches() return? Where was each of the others at that moment?",
        ),
        (
            ("/lake/a", "/lake/b"),
            IDS,
            "writer.py, ship",
            "batches() returned all of them. What does ship() do with each row of a batch?",
        ),
    ],
    ids=["a key that was put twice", "not in a batch", "nobody knows", "in a batch"],
)
def test_a_row_in_no_object_is_asked_for_where_it_got_lost(
    puts: tuple[str, ...], given: list[str], where: str, question: str
) -> None:
    told = of_a_batch(IDS[:4], puts=puts, given=given)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "recorded, shipped",
        "2 rows are in no object; 6 were recorded",
        "each recorded row in the bucket, once",
        where,
        question,
    )


def test_a_row_of_two_objects_is_asked_for_its_batch() -> None:
    told = of_a_batch([*IDS, *IDS[:2]])

    assert (told.seen, told.where, told.next) == (
        "2 rows are there more than once; 6 were recorded",
        "writer.py, ship",
        "Which batch went up twice, and what takes a batch away after the first time?",
    )


@pytest.mark.parametrize(
    ("uploads", "seen", "question"),
    [
        (3, "3 uploads, the first to /lake/0", "What does a user wait for here, and what could wait instead?"),
        (
            1,
            "1 uploads, the first to /lake/0",
            "Which of these calls uploads, and for what does the user of that request wait?",
        ),
    ],
)
def test_an_upload_before_ship_is_told(uploads: int, seen: str, question: str) -> None:
    subject = SimpleNamespace(cloud=SimpleNamespace(puts=lambda: [f"/lake/{number}" for number in range(uploads)]))
    told = found(BATCH.expect_no_upload, subject, 3)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "called record() 3 times and ship() not once",
        seen,
        "no upload before ship(), however many rows wait: a request does not wait for the bucket",
        "writer.py, record",
        question,
    )


def test_each_day_has_two_rows_of_one_user_in_one_millisecond() -> None:
    made = BATCH.drawn(LAKES, random.Random(3), [LAKES.DRAW["FIRST"]], each=9)
    moments = Counter((one["made_at"], one["user_id"]) for one in made)

    assert sorted(moments.values())[-2:] == [1, 2]
    assert len({one["request_id"] for one in made}) == 9


# -- task 2 -----------------------------------------------------------------------------------------------------
class Bucket:
    """One bucket in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def get(self, bucket: str, key: str) -> bytes:
        return self.objects[key]

    def put(self, bucket: str, key: str, content: bytes) -> None:
        self.objects[key] = content


def one_day(where: str) -> tuple[Any, Any]:
    """The hand-in and the cloud of a query for one day with this condition."""
    bucket = Bucket()
    wanted = "model_version, count(*) AS requests, avg(score) AS mean_score"
    query = f"SELECT {wanted} FROM predictions WHERE {where} GROUP BY 1"
    submission = SimpleNamespace(random=random.Random(7), text=lambda name: query)
    return submission, SimpleNamespace(cloud=SimpleNamespace(buckets=bucket, athena=Athena(bucket)))


ACCEPTED = "rows: a query that Athena accepts"
FOLDERS = "Which columns are folder names? A condition on another column cannot skip a folder."
MONTHS = "Which months and years does your condition on dt say nothing about?"
HIDDEN = """NOT_SUPPORTED_HERE: The hidden column "$path" is not known to this stand-in for Athena."""


@pytest.mark.parametrize(
    ("where", "seen", "expected", "question"),
    [
        ("dt LIKE '%-17'", "opened 4 objects of 3 days: 2025-11-17, 2026-10-17, 2026-11-17", "", MONTHS),
        ("day(date(dt)) = 17", "opened 4 objects of 3 days: 2025-11-17, 2026-10-17, 2026-11-17", "", MONTHS),
        ("substr(dt, 6) = '11-17'", "opened 3 objects of 2 days: 2025-11-17, 2026-11-17", "", MONTHS),
        (
            "date(made_at) = DATE '2026-11-17'",
            "opened 50 objects of 32 days; rows of 31 days were thrown away afterwards",
            "",
            FOLDERS,
        ),
        (
            "\"$path\" LIKE '%dt=2026-11-17%'",
            HIDDEN,
            ACCEPTED,
            "Athena may know this, the stand-in does not. Which plainer form says the same?",
        ),
        (
            "dt = 20261117",
            "TYPE_MISMATCH: line 1: Cannot apply operator: varchar = integer",
            ACCEPTED,
            "Which two types meet in this condition, or which name does the table not have?",
        ),
    ],
)
def test_a_query_for_one_day_is_told_what_it_opened(where: str, seen: str, expected: str, question: str) -> None:
    told = found(BATCH.test_one_day_reads_one_day, *one_day(where), LAKES)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "ran your query for 2026-11-17 on 50 objects of 32 days",
        seen,
        expected or "the objects of one day",
        "one_day.sql",
        question,
    )


@pytest.mark.parametrize(
    "where",
    [
        "dt = '2026-11-17'",
        "date(dt) = DATE '2026-11-17'",
        "dt LIKE '2026-11-17%'",
        "(dt = '2026-11-17' AND model_version = 'v1') OR (dt = '2026-11-17' AND model_version <> 'v1')",
    ],
)
def test_a_query_that_opens_one_day_passes(where: str) -> None:
    submission, subject = one_day(where)

    assert BATCH.test_one_day_reads_one_day(submission, subject, LAKES) is None


# -- task 3 -----------------------------------------------------------------------------------------------------
WHERE_WAS_IT = "Where was a row at that moment, and who still had it after the process was gone?"
NEXT_START = "The files still held these rows after the kill. What did the next start do to the files that it found?"
NOT_READ = "How did the kill leave the files, and what of that can the next start not read?"
NOT_FOUND = "Which files does batches() look for, and in which files of the folder are these rows?"
ALL, FIRST = frozenset(IDS), frozenset(IDS[:4])
FAULT = "JSONDecodeError at line 31: Extra data: line 1 column 60 (char 59)"


@pytest.mark.parametrize(
    ("there", "left", "seen", "question"),
    [
        (IDS[4:], Left(frozenset(), frozenset()), "4 of 6 rows are in no object, and gone for good", WHERE_WAS_IT),
        (IDS[4:], Left(FIRST, frozenset()), "4 of 6 rows are in no object, and gone for good", NEXT_START),
        (
            IDS[4:],
            Left(frozenset(IDS[:3]), frozenset()),
            "4 of 6 rows are in no object, and gone for good",
            WHERE_WAS_IT,
        ),
        (
            IDS[4:],
            Left(FIRST, FIRST),
            "4 of 6 rows are in no object; the folder's files still hold 4 of them",
            NOT_FOUND,
        ),
        (
            [],
            Left(FIRST, ALL, FAULT),
            f"6 of 6 rows are in no object; the folder's files still hold 4 of them; the next start raised {FAULT}",
            NOT_READ,
        ),
        (
            [],
            Left(frozenset(), frozenset(), FAULT),
            f"6 of 6 rows are in no object, and gone for good; the next start raised {FAULT}",
            WHERE_WAS_IT,
        ),
        (IDS[:4], Left(FIRST, None, FAULT), f"2 of 6 rows are in no object; the next start raised {FAULT}", NOT_READ),
        (IDS[4:], Left(None, None), "4 of 6 rows are in no object", WHERE_WAS_IT),
    ],
    ids=[
        "in memory", "written over", "some in memory", "passed over", "not read", "gone, and not read",
        "not recorded", "no texts",
    ],
)  # fmt: skip
def test_a_lost_row_is_told_by_what_the_kill_left(there: list[str], left: Any, seen: str, question: str) -> None:
    told = found(
        CRASH.expect_none_lost, ROWS, Counter(there), lambda lost: left, tried=CRASH.AT_LINE, line=7, later=2
    )  # fmt: skip

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "recorded 4 rows, killed the writer at this line of ship(); started it again, recorded 2 more, shipped",
        seen,
        "every row for which record() has returned",
        "writer.py:7",
        question,
    )


def test_rows_are_counted_as_they_were_recorded() -> None:
    assert CRASH.killed_at(ROWS, " in ship(), before the first upload") == (
        "recorded 3 rows, killed the writer in ship(), before the first upload; "
        "started it again, recorded 3 more, shipped"
    )


@pytest.mark.parametrize("told", [None, 7, {"then": "r0", "now": {}, "error": None}])
def test_a_worker_that_tells_nonsense_of_a_folder_has_told_nothing(told: Any) -> None:
    assert CONFTEST.left_of(told) == Left()
