"""The checks of exercise 11: few objects in the right folders.

Task 1. Beside it: test_11_prediction_log_day (task 2), test_11_prediction_log_crash (task 3),
test_11_prediction_log_table (tasks 4 and 5), and test_11_prediction_log_people (task 6).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from checker import check, expect, read_hints

HINTS = read_hints(__file__)
# Where the year, the month and the day change at once.
NEW_YEAR = (date(2026, 12, 31), date(2027, 1, 1))
# Rows that wait: more than a writer lets wait that uploads at a number of rows, as far as such numbers are usual.
CROWD = 1100
WAITS = "What does a user wait for here, and what could wait instead?"
WHO_WAITS = "Which of these calls uploads, and for what does the user of that request wait?"
WHICH_CLOCK = "Which clock names the folder: the row's, the machine's, or that of the upload?"
FORM = "The day is the right one. How many digits have its parts, and what stands between them?"


@check(
    id="one-batch",
    task=1,
    points=2,
    hints=HINTS["one-batch"],
    why="Each object costs a request to write and one to read; a million tiny ones cost more than their rows.",
)
def test_a_batch_becomes_one_object_per_day(submission, subject, lakes):
    """A batch becomes one Parquet object per day, with every row in it."""
    draw = submission.random
    days = sorted(draw.sample(lakes.DRAW["days"](), 3))
    first, second = drawn(lakes, draw, days, each=20), drawn(lakes, draw, days, each=9)
    log = subject.log()
    subject.record(log, first)
    expect_no_upload(subject, len(first))
    expect_no_upload(subject, subject.crowd(subject.log("spool_crowd"), first[0], CROWD))
    subject.ship(log)
    expect_objects(lakes, subject, [first], most=3, tried=f"recorded {len(first)} predictions of 3 days, shipped")
    before = lakes.contents(subject.cloud)
    subject.record(log, second)
    subject.ship(log)
    subject.ship(log)
    tried = f"recorded {len(second)} more of the same 3 days, then shipped twice"
    expect_objects(lakes, subject, [first, second, []], most=6, tried=tried)
    after = lakes.contents(subject.cloud)
    touched = sorted(key for key, content in before.items() if after.get(key) != content)
    expect(
        not touched,
        tried=tried,
        seen=f"{len(touched)} of the {len(before)} objects from before were written anew: {(touched or [''])[0]}",
        expected="the objects of the batches before, as they were",
        where="writer.py, ship",
        next="What does each ship() read and send again, once a day has a million rows?",
    )


def expect_no_upload(subject: Any, rows: int) -> None:
    puts = subject.cloud.puts()
    expect(
        not puts,
        tried=f"called record() {rows} times and ship() not once",
        seen=f"{len(puts)} uploads, the first to {(puts or ['nowhere'])[0]}",
        expected="no upload before ship(), however many rows wait: a request does not wait for the bucket",
        where="writer.py, record",
        next=WAITS if len(puts) >= rows else WHO_WAITS,
    )


def drawn(lakes: Any, draw: Any, days: list[Any], *, each: int) -> list[dict[str, Any]]:
    """Predictions of some days in mixed order: each day's first and last moment, and two of a user in one of them."""
    made = []
    for day in days:
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        made += lakes.DRAW["predictions"](draw, day, each - 3)
        made += [lakes.DRAW["prediction"](draw, day, moment) for moment in (midnight, midnight, midnight + 86_399_999)]
        made[-2]["user_id"] = made[-3]["user_id"]
    draw.shuffle(made)
    return made


def expect_objects(lakes: Any, subject: Any, steps: list[list[dict[str, Any]]], *, most: int, tried: str) -> None:
    """The objects of some steps: in each of them rows were recorded, and then ship() was called."""
    found, made = lakes.written(subject.cloud), [one for step in steps for one in step]
    other = [key for key, table in found.items() if table is None]
    expect(
        not other,
        tried=tried,
        seen=f"{len(other)} of {len(found)} objects are no Parquet files, such as {(other or [''])[0]}",
        expected="Parquet objects and nothing else",
        where="writer.py, ship",
        next="Which given function of lake.py writes Parquet?",
    )
    day_of = {one["request_id"]: datetime.fromtimestamp(one["made_at"] / 1000, UTC).date() for one in made}
    mixed = sorted(key for key, table in found.items() if len({day_of.get(one) for one in lakes.ids_in(table)}) > 1)
    expect(
        not mixed,
        tried=tried,
        seen=f"{len(mixed)} of {len(found)} objects hold rows of several days, such as {(mixed or [''])[0]}",
        expected=f"at most {most} objects: one per batch and day",
        where="writer.py, ship",
        next="Of how many days are the rows of a batch, and how many days can the name of a folder hold?",
    )
    expect(
        len(found) <= most,
        tried=tried,
        seen=f"{len(found)} objects for {len(made)} rows, such as {(sorted(found) or [''])[-1]}",
        expected=f"at most {most} objects: one per batch and day",
        where="writer.py, ship",
        next="What do the rows of one object have in common, and what more do you ask of them?",
    )
    expect_each_once(lakes, subject, list(found.values()), steps, tried=tried)
    expect_values(lakes, list(found.values()), made, tried=tried)


def expect_each_once(
    lakes: Any, subject: Any, tables: list[Any], steps: list[list[dict[str, Any]]], *, tried: str
) -> None:  # fmt: skip
    made = [one for step in steps for one in step]
    count = Counter(one for table in tables for one in lakes.ids_in(table))
    lost = {one["request_id"] for one in made} - set(count)
    double = [one for one in count if count[one] > 1]
    said = f"{len(lost)} rows are in no object" if lost else f"{len(double)} rows are there more than once"
    where, next_ = asked_of(subject, steps, lost) if lost or double else ("", "")
    expect(
        not lost and not double,
        tried=tried,
        seen=f"{said}; {len(made)} were recorded",
        expected="each recorded row in the bucket, once",
        where=where,
        next=next_,
    )


def asked_of(subject: Any, steps: list[list[dict[str, Any]]], lost: set[str]) -> tuple[str, str]:
    """Where a row got lost or doubled, and the question about it."""
    if not lost:
        return "writer.py, ship", "Which batch went up twice, and what takes a batch away after the first time?"
    if max(Counter(subject.cloud.puts()).values(), default=0) > 1:
        return "writer.py, ship", "What becomes of the object that had this key before? S3 replaces it whole."
    if lost - subject.given(steps):
        return "writer.py, Spool", "Which rows did batches() return? Where was each of the others at that moment?"
    return "writer.py, ship", "batches() returned all of them. What does ship() do with each row of a batch?"


def expect_values(lakes: Any, tables: list[Any], made: list[dict[str, Any]], *, tried: str) -> None:
    strange = sorted({said for table in tables for said in lakes.unlike_schema(table)})
    expect(
        not strange,
        tried=tried,
        seen=f"not as in lake.py: {', '.join(strange)}",
        expected="the columns and types of SCHEMA in lake.py",
        where="writer.py, ship",
        next="What does lake.put() do with plain rows, and what does it leave to you when it gets a table?",
    )
    rows = {row["request_id"]: row for table in tables for row in table.to_pylist()}
    changed = [one for one in made if not _kept(one, rows[one["request_id"]])]
    expect(
        not changed,
        tried=tried,
        seen=f"{len(changed)} rows have other values than those recorded",
        expected="the values as they were recorded",
        where="writer.py, ship",
        next="What happens to a row between record() and the object?",
    )


def _kept(made: dict[str, Any], row: dict[str, Any]) -> bool:
    moment = datetime.fromtimestamp(made["made_at"] / 1000, UTC).replace(tzinfo=None)
    found = row.get("made_at")
    same = all(row.get(name) == made[name] for name in ("movie_id", "score", "liked", "latency_ms", "model_version"))
    return same and getattr(found, "replace", lambda **_: None)(tzinfo=None) == moment


@check(
    id="event-day",
    task=1,
    points=1,
    after=("one-batch",),
    hints=HINTS["event-day"],
    why="A row is looked for on the day of its event; late uploads and time zones must not move it.",
)
def test_a_row_lies_in_the_folder_of_its_day(submission, subject, lakes):
    """A row lies in the folder of the day on which it was made, in UTC."""
    draw = submission.random
    made = drawn(lakes, draw, [*draw.sample(lakes.DRAW["days"](), 2), *NEW_YEAR], each=10)
    log = subject.log(zone="Pacific/Auckland")
    subject.record(log, made)
    subject.ship(log)

    moments = {one["request_id"]: datetime.fromtimestamp(one["made_at"] / 1000, UTC) for one in made}
    wrong = [
        (moments[row["request_id"]], key)
        for key, table in lakes.written(subject.cloud).items()
        for row in table.to_pylist()
        if key.rpartition("/")[0] != f"{lakes.PREFIX}dt={moments[row['request_id']]:%Y-%m-%d}"
    ]
    moment, key = min(wrong) if wrong else (datetime(2026, 1, 1, tzinfo=UTC), "")
    expect(
        not wrong,
        tried=f"shipped {len(made)} predictions of four days from a machine in Auckland",
        seen=f"{len(wrong)} rows lie elsewhere; one of {moment:%Y-%m-%d %H:%M:%S} UTC is in {key}",
        expected="right in predictions/dt=YYYY-MM-DD/, with the day of made_at in UTC",
        where="writer.py, ship",
        next=FORM if _day_in(key) == (moment.year, moment.month, moment.day) else WHICH_CLOCK,
    )


def _day_in(key: str) -> tuple[int, ...] | None:
    """The day that the folder of a key names, in whatever form; None where it names none."""
    numbers = re.fullmatch(r"predictions/dt=(\d{4})\D?(\d\d?)\D?(\d\d?)/[^/]+", key)
    return tuple(map(int, numbers.groups())) if numbers else None
