"""What exercise 11 says of rows that are not in the lake, in whole texts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from checker import sibling
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


ELSEWHERE = (
    "shipped 40 predictions of four days from a machine in Auckland",
    "right in predictions/dt=YYYY-MM-DD/, with the day of made_at in UTC",
    "writer.py, ship",
)


def in_folders(named: str) -> Any:
    """What is said when each day's rows lie in a folder with its day in this form."""
    recorded: list[Any] = []

    def written(cloud: Any) -> dict[str, Any]:
        days: dict[str, list[str]] = {}
        for one in recorded:
            moment = datetime.fromtimestamp(one["made_at"] / 1000, UTC)
            days.setdefault(named.format(moment), []).append(one["request_id"])
        return {f"predictions/{day}/a.parquet": pa.table({"request_id": ids}) for day, ids in days.items()}

    subject = SimpleNamespace(
        cloud=None, log=lambda zone: None, record=lambda log, made: recorded.extend(made), ship=lambda log: None
    )
    lakes = SimpleNamespace(DRAW=LAKES.DRAW, PREFIX=LAKES.PREFIX, written=written)
    submission = SimpleNamespace(random=random.Random(7))
    return found(BATCH.test_a_row_lies_in_the_folder_of_its_day, submission, subject, lakes)


CLOCK = "Which clock names the folder: the row's, the machine's, or that of the upload?"
FORM = "The day is the right one. How many digits have its parts, and what stands between them?"


@pytest.mark.parametrize(
    ("named", "question"),
    [
        ("dt={0.year}-{0.month}-{0.day}", FORM),
        ("dt={0:%Y%m%d}", FORM),
        ("dt={0:%Y/%m/%d}", FORM),
        ("dt=2026-{0:%m-%d}", CLOCK),
        ("day={0:%Y-%m-%d}", CLOCK),
    ],
)
def test_rows_in_other_folders_are_asked_for_the_clock_or_for_the_form(named: str, question: str) -> None:
    told = in_folders(named)

    assert (told.tried, told.expected, told.where, told.next) == (*ELSEWHERE, question)
    assert " rows lie elsewhere; one of " in told.seen


def test_a_row_elsewhere_is_shown_with_its_moment() -> None:
    assert in_folders("dt=2026-{0:%m-%d}").seen == (
        "10 rows lie elsewhere; one of 2027-01-01 00:00:00 UTC is in predictions/dt=2026-01-01/a.parquet"
    )


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
