"""Task 3: the writer is killed, started again, and cut off from the bucket; each row is there once afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from checker import check, expect, read_hints

HINTS = read_hints(__file__)
# States of the disk while a batch is shipped and while a row is recorded, with room for longer answers than ours.
IN_SHIP, IN_RECORD = 60, 12
AT_LINE = "recorded 4 rows, killed the writer at this line of ship(); started it again, recorded 2 more, shipped"
WHERE_WAS_IT = "Where was a row at that moment, and who still had it after the process was gone?"
NEXT_START = "The files still held these rows after the kill. What did the next start do to the files that it found?"
NOT_READ = "How did the kill leave the files, and what of that can the next start not read?"
NOT_FOUND = "Which files does batches() look for, and in which files of the folder are these rows?"


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
    after_a_moment(subject, lakes, of_two_days(lakes, draw, count), "")
    made = of_two_days(lakes, draw, 15)
    found = after_two_kills(subject, lakes, made, folder="spool_twice")
    if lost_of(made, found):
        # One kill says it in fewer words, if it loses a row too.
        after_a_moment(subject, lakes, made, " in ship(), before the first upload", put=1, when="before")
    tried = (
        "recorded 12 rows, killed the writer before an upload; 15 more, killed it between the uploads of two batches; "
        "started it again, recorded 3 more, shipped"
    )
    expect_none_lost(made, found, partial(subject.remains, "spool_twice"), tried=tried)
    moment = " in ship(), after the first of two uploads"
    after_a_moment(subject, lakes, of_two_days(lakes, draw, count), moment, put=1, when="after")
    made = of_two_days(lakes, draw, 3)
    deaths += subject.swept("in_ship", made, IN_SHIP)
    for line, found, left in deaths:
        expect_none_lost(made, found, lambda ids, left=left: left, tried=AT_LINE, line=line, later=2)
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
    expect_none_double(made, found, tried=killed_at(made, " in ship(), after the last upload"))
    for line, found, _ in deaths:
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


def killed_at(made: list[dict[str, Any]], moment: str) -> str:
    return f"recorded {len(made) - 3} rows, killed the writer{moment}; started it again, recorded 3 more, shipped"


def after_a_moment(subject: Any, lakes: Any, made: list[dict[str, Any]], words: str, **moment: Any) -> None:
    folder = f"spool_{moment.get('when', 'recorded')}"
    found = after_a_kill(subject, lakes, made, folder=folder, **moment)
    expect_none_lost(made, found, partial(subject.remains, folder), tried=killed_at(made, words))


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
    for line, found, left in subject.swept("in_record", made, IN_RECORD):
        tried = (
            "recorded 3 rows, killed the writer at this line of record() with the fourth; started it again, "
            "recorded 2 more, shipped"
        )
        next_ = "What do the files hold at that moment of the rows before, for which record() had returned?"
        lasting = made[:3] + made[4:]
        expect_none_lost(lasting, found, lambda ids, left=left: left, tried=tried, line=line, later=2, next_=next_)


def expect_none_lost(
    made: list[dict[str, Any]], found: Counter[str], left: Callable[[list[str]], Any], *, tried: str, line: int = 0,
    later: int = 3, next_: str = WHERE_WAS_IT,
) -> None:  # fmt: skip
    """Each row is there. If one is not, `left` says what the kills left; the last `later` rows came after them."""
    lost = lost_of(made, found)
    early = lost_of(made[: len(made) - later], found)
    seen, question = told_of(early, left(lost), next_) if lost else ("", "")
    expect(
        not lost,
        tried=tried,
        seen=f"{len(lost)} of {len(made)} rows are in no object{seen}",
        expected="every row for which record() has returned",
        where=f"writer.py:{line}" if line else "writer.py, Spool",
        next=question,
    )


def told_of(early: list[str], left: Any, next_: str) -> tuple[str, str]:
    """What became of the rows from before the kill, and the question about it."""
    still = [one for one in early if one in (left.now or ())]
    seen = f"; the folder's files still hold {len(still)} of them" if still else ""
    if early and left.now is not None and not still:
        seen, next_ = ", and gone for good", NEXT_START if left.then and left.then.issuperset(early) else next_
    elif still:
        next_ = NOT_FOUND
    if left.error:
        seen += f"; the next start raised {left.error}"
        next_ = NOT_READ if still or not early else next_
    return seen, next_


def lost_of(made: list[dict[str, Any]], found: Counter[str]) -> list[str]:
    return [one["request_id"] for one in made if not found[one["request_id"]]]


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
    tried = f"recorded {len(made)} rows, shipped while the bucket answered 503, and again when it was back"
    next_ = "What became of the batch whose upload was refused, and who still had its rows then?"
    expect_none_lost(made, found, partial(subject.remains, "spool_outage"), tried=tried, later=0, next_=next_)
