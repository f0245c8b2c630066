"""Task 3: the writer is killed, started again, and cut off from the bucket; each row is there once afterwards."""

from __future__ import annotations

from collections import Counter
from typing import Any

from checker import check, expect, read_hints

HINTS = read_hints(__file__)
# States of the disk while a batch is shipped and while a row is recorded, with room for longer answers than ours.
IN_SHIP, IN_RECORD = 60, 12
AT_LINE = "killed the writer at this line of ship(), started it again, shipped"
WHERE_WAS_IT = "Where was a row at that moment, and who still had it after the process was gone?"


@check(
    id="crash",
    task=3,
    points=2,
    tier="full",
    after=("one-batch",),
    hints=HINTS["crash"],
    why="Memory ends with its process; what an answer relies on must be on the disk first.",
)
def test_a_killed_writer_loses_nothing(submission, subject, lakes, deaths):
    """A writer that is killed and started again has lost no row, nor has one that the bucket refuses."""
    draw = submission.random
    count = draw.randint(5, 25)
    after_a_moment(subject, lakes, of_two_days(lakes, draw, count), f"after {count} calls of record()")
    made = of_two_days(lakes, draw, 15)
    found = after_two_kills(subject, lakes, made, folder="spool_twice")
    if lost_of(made, found):
        # One kill says it in fewer words, if it loses a row too.
        after_a_moment(subject, lakes, made, "in ship(), before the first upload", put=1, when="before")
    tried = "killed the writer before an upload, and again between the uploads of two batches; started it, shipped"
    expect_none_lost(made, found, tried=tried)
    moment = "in ship(), after the first of two uploads"
    after_a_moment(subject, lakes, of_two_days(lakes, draw, count), moment, put=1, when="after")
    made = of_two_days(lakes, draw, 3)
    deaths += subject.swept("in_ship", made, IN_SHIP)
    for line, found in deaths:
        expect_none_lost(made, found, tried=AT_LINE, line=line)
    within_record(subject, of_two_days(lakes, draw, 3))
    refused(submission, subject, lakes, of_two_days(lakes, draw, count))


@check(
    id="twice",
    task=3,
    points=1,
    tier="full",
    after=("crash",),
    hints=HINTS["twice"],
    why="Whoever cannot know whether an upload arrived repeats it; the repetition must change nothing.",
)
def test_a_repeated_upload_changes_nothing(submission, subject, lakes, deaths):
    """A batch that is shipped again after a crash is there once."""
    draw = submission.random
    made = of_two_days(lakes, draw, 12)
    found = after_a_kill(subject, lakes, made, folder="spool", put=2, when="after")
    tried = "killed the writer in ship(), after the last upload; started it again, shipped"
    expect_none_double(made, found, tried=tried)
    for line, found in deaths:
        expect_none_double(list(found), found, tried=AT_LINE, line=line)


def expect_none_double(made: list[dict[str, Any]], found: Counter[str], *, tried: str, line: int = 0) -> None:
    double = [one for one, times in found.items() if times > 1]
    expect(
        not double,
        tried=tried,
        seen=f"{len(double)} of {len(made)} rows are there {max(found.values(), default=0)} times",
        expected="each row once",
        where=f"writer.py:{line}" if line else "writer.py, Spool",
        next="Which two things on the disk are true at this line, and what does the next start make of both?"
        if line
        else "The batch goes up a second time. What would make the second object take the place of the first?",
    )


def of_two_days(lakes: Any, draw: Any, count: int) -> list[dict[str, Any]]:
    days = draw.sample(lakes.DRAW["days"](), 2)
    made = [one for day in days for one in lakes.DRAW["predictions"](draw, day, count)]
    draw.shuffle(made)
    return made


def after_a_moment(subject: Any, lakes: Any, made: list[dict[str, Any]], words: str, **moment: Any) -> None:
    found = after_a_kill(subject, lakes, made, folder=f"spool_{moment.get('when', 'recorded')}", **moment)
    expect_none_lost(made, found, tried=f"killed the writer {words}, started it again, shipped")


def after_a_kill(
    subject: Any, lakes: Any, made: list[dict[str, Any]], *, folder: str, **moment: Any
) -> Counter[str]:  # fmt: skip
    """How often each row is in the bucket: most are recorded before the kill, a few after the next start."""
    subject.empty_bucket()
    subject.killed(folder, made[:-3], **moment)
    subject.again(folder, made[-3:])
    return Counter(lakes.ids_of(subject.cloud))


def after_two_kills(subject: Any, lakes: Any, made: list[dict[str, Any]], *, folder: str) -> Counter[str]:
    """A batch waits from before the first kill; the second one comes when one batch is up and another is not."""
    subject.empty_bucket()
    subject.killed(folder, made[:12], put=1, when="before")
    subject.killed(folder, made[12:-3], put=3, when="before")
    subject.again(folder, made[-3:])
    return Counter(lakes.ids_of(subject.cloud))


def within_record(subject: Any, made: list[dict[str, Any]]) -> None:
    """The fourth of six rows is in record() when the kill comes: it may be lost, the three before it may not."""
    for line, found in subject.swept("in_record", made, IN_RECORD):
        tried = "killed the writer at this line of record(), at the fourth row; started it again, shipped"
        next_ = "What do the files hold at that moment of the rows before, for which record() had returned?"
        expect_none_lost(made[:3] + made[4:], found, tried=tried, line=line, next_=next_)


def expect_none_lost(
    made: list[dict[str, Any]], found: Counter[str], *, tried: str, line: int = 0, next_: str = WHERE_WAS_IT
) -> None:  # fmt: skip
    lost = lost_of(made, found)
    expect(
        not lost,
        tried=tried,
        seen=f"{len(lost)} of {len(made)} recorded rows are in no object, and gone for good",
        expected="every row for which record() has returned",
        where=f"writer.py:{line}" if line else "writer.py, Spool",
        next=next_,
    )


def lost_of(made: list[dict[str, Any]], found: Counter[str]) -> list[dict[str, Any]]:
    return [one for one in made if not found[one["request_id"]]]


def refused(submission: Any, subject: Any, lakes: Any, made: list[dict[str, Any]]) -> None:
    """The process lives on, but the bucket answers 503 for a while."""
    subject.empty_bucket()
    log = subject.log("spool_outage")
    subject.record(log, made)
    subject.cloud.outage = True
    log.attempt("ship")
    subject.cloud.outage = False
    subject.ship(log)
    found = Counter(lakes.ids_of(subject.cloud))
    expect_none_lost(made, found, tried="shipped while the bucket answered 503, and again when it was back")
