"""What exercise 11 says of rows that are not in the lake, in whole texts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from checker import sibling
from checker.errors import NotYet
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "11_prediction_log" / "checks" / "conftest.py")
LAKES, BATCH = sibling(CHECKS, "lakes"), sibling(CHECKS, "test_11_prediction_log")
ROWS = [{"request_id": f"r{number}"} for number in range(6)]
IDS = [one["request_id"] for one in ROWS]


def found(check: Any, *given: Any, **more: Any) -> Any:
    with pytest.raises(NotYet) as lost:
        check(*given, **more)
    return lost.value.finding


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
