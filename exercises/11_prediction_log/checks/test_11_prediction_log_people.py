"""Task 6: names that nobody can undo without the key, and a user who is forgotten."""

from __future__ import annotations

from collections import Counter
from typing import Any

from checker import check, expect, read_hints, sibling

HINTS = read_hints(__file__)
# Alike in letters, length, beginning and end; but eight bytes of either end, of which a name may be made, differ.
KEY, OTHER_KEY = "key: cat and dog :key", "key: dog and cat :key"


@check(id="stable", task=6, why="Without one name per user nobody can count users, nor find whom to forget.")
def test_a_user_keeps_one_name(submission, subject):
    """A user keeps one name, before and after a restart; two users have two."""
    users = strangers(submission.random)
    first, second = names(subject, users, "one"), names(subject, users, "two")
    moved = [user for user in users if first[user] != second[user]]
    shared = len(users) - len(set(first.values()))
    expect(
        not moved and not shared,
        tried=f"asked user_key() for {len(users)} users, twice, with the same key and another folder",
        seen=f"{len(moved)} users got another name the second time; {shared} share a name with somebody",
        expected="one name per user, and for each user another one",
        where="writer.py, user_key",
        next="What goes into the name besides user and key?",
    )


def strangers(draw: Any) -> list[int]:
    # Long enough that no digest holds one of them by chance, and so many that short names meet.
    return draw.sample(range(10**11, 10**12), 2000)


def names(subject: Any, users: list[int], folder: str, key: str = KEY) -> dict[int, str]:
    return subject.names(subject.log(folder, key), users)


@check(
    id="pseudonym",
    task=6,
    points=1,
    tier="full",
    after=("stable", "one-batch"),
    hints=HINTS["pseudonym"],
    why="943 users are 943 guesses: a plain hash of each is made in less than a second.",
)
def test_names_need_the_key(submission, subject, lakes):
    """A name cannot be made without the service's key, and no row holds a user's number."""
    users = strangers(submission.random)
    mine, other = names(subject, users, "one"), names(subject, users, "two", OTHER_KEY)
    found = [user for user in users if mine[user] == other[user]]
    expect(
        not found,
        tried=f"made the names of {len(users)} users with two keys that begin and end alike, and compared",
        seen=f"{len(found)} are the same with both: whoever has a list of users makes them too, and looks up",
        expected="names that differ when the key differs",
        where="writer.py, user_key",
        next="What does somebody need, who has a list of all users and wants to make their names? How much of the key?",
    )
    expect_nothing_given_away(*sibling(__file__, "giveaways").bare(list(mine.values()), list(other.values())))
    # One number of 2,000 stands in a long name of digits once in ten million runs, two never.
    open_numbers = [user for user in users if str(user) in mine[user]]
    open_numbers = open_numbers if len(open_numbers) > 1 else []
    log = subject.log("three", KEY)
    made = [
        one | {"user_id": user} for one, user in zip(predictions(lakes, submission.random, 20), users, strict=False)
    ]
    subject.record(log, made)
    subject.ship(log)
    values = {str(value) for row in lakes.rows_of(subject.cloud) for value in row.values()}
    open_numbers += [user for user in users if str(user) in values]
    expect(
        not open_numbers,
        tried="looked for the numbers of users in their names and in the shipped rows",
        seen=f"{len(open_numbers)} numbers stand there to be read",
        expected="no number of a user in any row",
        where="writer.py, user_key",
        next="What of a user has to be kept so that rows of one user can be found?",
    )


def expect_nothing_given_away(mine: list[str], other: list[str]) -> None:
    """Of the names of the same users under two keys, without what all of them share."""
    given = sibling(__file__, "giveaways")
    part = given.common_part(mine, other)
    expect(
        not part,
        tried="looked for what the two names of one user have in common",
        seen=f"a part stays when the key changes, such as {part!r}: it can be made without the key",
        expected="names that differ wholly when the key differs",
        where="writer.py, user_key",
        next="Which part of the name comes from the user alone?",
    )
    said = given.foretold(mine, other)
    expect(
        not said,
        tried=f"took the names of {len(mine)} users with two keys, learned from half what the one tells of the other, "
        "and guessed for the rest",
        seen=f"{said}; what all names share is left out",
        expected="names that say nothing of each other when the key differs",
        where="writer.py, user_key",
        next="What of the name comes from the user alone? Somebody knows the number and the name of one user: what "
        "does that tell about the others?",
    )


def predictions(lakes: Any, draw: Any, count: int) -> list[dict[str, Any]]:
    days = draw.sample(lakes.DRAW["days"](), 2)
    return [one for day in days for one in lakes.DRAW["predictions"](draw, day, count // 2)]


@check(
    id="forgotten",
    task=6,
    points=2,
    tier="full",
    after=("pseudonym", "twice"),
    hints=HINTS["forgotten"],
    why="A wish to be forgotten is about all copies: those stored and those still on their way.",
)
def test_a_forgotten_user_is_gone(submission, subject, lakes):
    """After forget(), no row of that user is left, and every row of the others is."""
    draw = submission.random
    user, batches = strangers(draw)[0], [predictions(lakes, draw, 20) for _ in range(3)]
    for batch in batches[:2]:
        # In both days of the first batch, in one of the second.
        for one in batch[:: 6 if batch is batches[0] else 30]:
            one["user_id"] = user
    # Of the last batch some rows wait since an upload that failed, the others since then.
    batches[2][3]["user_id"] = batches[2][13]["user_id"] = user
    made = [one for batch in batches for one in batch]
    log = subject.log()
    for batch in batches[:2]:
        subject.record(log, batch)
        subject.ship(log)
    subject.cloud.outage = True
    subject.record(log, batches[2][:10])
    log.attempt("ship")
    subject.cloud.outage = False
    subject.record(log, batches[2][10:])
    clean = [key for key, table in lakes.written(subject.cloud).items() if not holds(table, made, user)]
    stamps = {key: subject.cloud.puts().count(f"/{lakes.BUCKET}/{key}") for key in clean}

    log.call("forget", user)
    subject.ship(log)
    expect_forgotten(lakes, subject.cloud, made, user)
    expect_no_copy(subject, [one for one in made if one["user_id"] == user])
    again = [key for key in clean if subject.cloud.puts().count(f"/{lakes.BUCKET}/{key}") > stamps[key]]
    expect(
        not again,
        tried="called forget() and counted the uploads of objects that never held the user",
        seen=f"{len(again)} of {len(clean)} were written again, such as {(again or [''])[0]}",
        expected="only objects with rows of the user are written again",
        where="writer.py, forget",
        next="When does an object need to change, and how can that be told from its rows?",
    )
    expect_forgotten_after_a_kill(lakes, subject, predictions(lakes, draw, 20), user)


def holds(table: Any, made: list[dict[str, Any]], user: int) -> bool:
    theirs = {one["request_id"] for one in made if one["user_id"] == user}
    return any(row["request_id"] in theirs for row in table.to_pylist())


def expect_forgotten(lakes: Any, cloud: Any, made: list[dict[str, Any]], user: int) -> None:
    there = set(lakes.ids_of(cloud))
    theirs = [one for one in made if one["user_id"] == user]
    left = [one for one in theirs if one["request_id"] in there]
    tried = f"called forget() for a user with {len(theirs)} rows, some shipped and some waiting, then ship()"
    expect(
        not left,
        tried=tried,
        seen=f"{len(left)} rows of that user are in the bucket",
        expected="none",
        where="writer.py, forget",
        next="In which objects may rows of this user lie, and where do rows wait that are in none yet?",
    )
    lost = [one for one in made if one["user_id"] != user and one["request_id"] not in there]
    expect(
        not lost,
        tried=tried,
        seen=f"{len(lost)} rows of other users are gone",
        expected="every row of the others",
        where="writer.py, forget",
        next="Whose rows are in the same object, and what happens to them?",
    )


def expect_no_copy(subject: Any, theirs: list[dict[str, Any]]) -> None:
    kept = subject.kept("spool", theirs)
    expect(
        not kept,
        tried="looked for the rows of that user in the files of folder, after forget() and ship()",
        seen=f"{len(kept)} of {len(theirs)} rows still stand there",
        expected="none: a copy on the disk is a row too",
        where="writer.py, Spool",
        next="What stays on the disk of a batch once it is in the bucket, and who takes it away?",
    )


def expect_forgotten_after_a_kill(lakes: Any, subject: Any, made: list[dict[str, Any]], user: int) -> None:
    """The process ended between upload and done(), so the batch is in the bucket and waits too."""
    made.sort(key=lambda one: one["request_id"])
    # The first row of each day, by time of record() and by id: some name a batch or an object by its first row.
    for one in {one["made_at"] // 86_400_000: one for one in reversed(made)}.values():
        one["user_id"] = user
    subject.empty_bucket()
    subject.killed("spool_killed", made, put=2, when="after")
    log = subject.log("spool_killed")
    log.call("forget", user)
    subject.ship(log)
    count = Counter(lakes.ids_of(subject.cloud))
    others = [count[one["request_id"]] for one in made if one["user_id"] != user]
    left = sum(count[one["request_id"]] for one in made if one["user_id"] == user)
    expect(
        set(others) == {1} and not left,
        tried=f"recorded {len(made)} rows, killed the writer in ship(), after the last upload; started it again, "
        "called forget() for a user, then ship()",
        seen=_of_both(others, left),
        expected="each row of the others once, and none of that user",
        where="writer.py, forget",
        next="The batch is up and waits too. To which keys does it go again, and what did forget() do to those?",
    )


def _of_both(others: list[int], left: int) -> str:
    lost, double = others.count(0), sum(times > 1 for times in others)
    if double:
        return f"{double} of {len(others)} rows of other users are there {max(others)} times"
    if lost:
        return f"{lost} of {len(others)} rows of other users are gone"
    return f"{left} rows of that user are in the bucket"
