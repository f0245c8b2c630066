"""What exercise 11 says of a query for one day and of the answer that is read from the report, in whole texts."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.athena import Athena
from checker.reply import Answers
from checker.tests.findings import finding
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "11_prediction_log" / "checks" / "conftest.py")
ANSWERS, LAKES, DAY, TABLE = (
    sibling(CHECKS, name) for name in ("answers", "lakes", "test_11_prediction_log_day", "test_11_prediction_log_table")
)


def found(check: Any, *given: Any, **more: Any) -> Any:
    return finding(lambda: check(*given, **more))


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


def one_day(where: str, wanted: str = "count(*) AS requests, avg(score) AS mean_score") -> tuple[Any, Any]:
    """The hand-in and the cloud of a query for one day with this condition."""
    bucket = Bucket()
    query = f"SELECT model_version, {wanted} FROM predictions WHERE {where} GROUP BY 1"
    submission = SimpleNamespace(random=random.Random(7), text=lambda name: query)
    return submission, SimpleNamespace(cloud=SimpleNamespace(buckets=bucket, athena=Athena(bucket)))


ACCEPTED = "rows: a query that Athena accepts"
FOLDERS = "Which columns are folder names? A condition on another column cannot skip a folder."
MONTHS = "Which months and years does your condition on dt say nothing about?"
LOOKED_UP = (
    "The query names dt. Does a condition compare it with a day that stands there itself? By what is joined or looked "
    "up, the stand-in skips no folder."
)
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
            "dt IN (SELECT max(dt) FROM predictions WHERE dt < '2026-11-18')",
            "opened 50 objects of 32 days; rows of 31 days were thrown away afterwards",
            "",
            LOOKED_UP,
        ),
        (
            "dt >= '2026-11-17' AND date(made_at) = DATE '2026-11-17'",
            "opened 22 objects of 14 days; rows of 13 days were thrown away afterwards",
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
    told = found(DAY.test_one_day_reads_one_day, *one_day(where), LAKES)

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

    assert DAY.test_one_day_reads_one_day(submission, subject, LAKES) is None


def test_a_rounded_mean_is_shown_beside_the_mean() -> None:
    wanted = "count(*) AS requests, round(avg(score), 4) AS mean_score"
    told = found(DAY.test_one_day_reads_one_day, *one_day("dt = '2026-11-17'", wanted), LAKES)

    version, _, numbers = told.seen.partition(": mean_score = ")
    rounded, mean = numbers.split("; the rows say ")
    assert (version[0], float(rounded), len(mean) > len(rounded)) == ("v", round(float(mean), 4), True)
    assert (told.tried, told.expected, told.where, told.next) == (
        "ran your query for 2026-11-17 on 50 objects of 32 days",
        "the numbers that the query gave before: its requests are right, its mean_score too",
        "one_day.sql",
        "The rows are the right ones. What does the query do with their scores besides taking the mean?",
    )


def test_requests_that_are_counted_by_their_score_are_too_few() -> None:
    wanted = "count(DISTINCT score) AS requests, avg(score) AS mean_score"
    told = found(DAY.test_one_day_reads_one_day, *one_day("dt = '2026-11-17'", wanted), LAKES)

    assert (told.expected, told.where, told.next) == (
        "per model_version: requests (how many) and mean_score, of all rows of that day",
        "one_day.sql",
        "Which rows of the day does your condition let go, or which of other days does it let in?",
    )


# -- the day of the fall ----------------------------------------------------------------------------------------
def fell_on(day: Any) -> Any:
    return SimpleNamespace(answers=lambda: Answers({"fell_on": day}), seed=1)


@pytest.mark.parametrize("day", ["22 November", "2026-11-9", "22.11.2026"])
def test_a_day_in_another_form_is_told_as_that(day: str) -> None:
    told = found(TABLE.test_the_day_of_the_fall_is_named, fell_on(day))

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "read the day in your answer",
        f"fell_on = {day!r}",
        'a day in the form of "2026-11-09"',
        "answers.toml, fell_on",
        "How are the days written in the report?",
    )


def test_another_day_is_told_as_another_day() -> None:
    told = found(TABLE.test_the_day_of_the_fall_is_named, fell_on("2026-11-01"))

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "looked for the first day with lower scores in your November",
        "fell_on = '2026-11-01'",
        "the first of the days on which mean_score and like_share are lower than before",
        "answers.toml, fell_on",
        "Read the days in their order. After which one do both columns stay down?",
    )


def test_the_right_day_is_one_of_their_seed() -> None:
    TABLE.test_the_day_of_the_fall_is_named(fell_on(ANSWERS.answers(1, {})["fell_on"]))
