"""Task 6: names that nobody can undo without the key, and a user who is forgotten."""

from __future__ import annotations

from collections import Counter
from typing import Any

from checker import check, expect, read_hints, sibling

HINTS = read_hints(__file__)
# Alike in letters, length, beginning and end; but eight bytes of either end, of which a name may be made, differ.
KEY, OTHER_KEY = "key: cat and dog :key", "key: dog and cat :key"
# Users whose names are asked for again, and so many that no two of them may share one.
AGAIN, MANY = 200, 100_000


@check(id="stable", task=6, why="Without one name per user nobody can count users, nor find whom to forget.")
def test_a_user_keeps_one_name(submission, subject, known):
    """A user keeps one name, before and after a restart; two users have two."""
    users = strangers(submission.random)
    known |= names(subject, users, "one")
    expect_one_each(list(known.values()), list(names(subject, users[:AGAIN], "two").values()))
    expect_kept_by_restart(subject, users[:AGAIN], list(known.values())[:AGAIN])


def expect_one_each(first: list[str], second: list[str]) -> None:
    """Of the names of all users, and the names that some of them get from another log of the same process."""
    moved = sum(one != two for one, two in zip(first, second, strict=False))
    shared = len(first) - len(set(first))
    expect(
        not moved and not shared,
        tried=f"asked user_key() for {len(first)} users, and for {len(second)} of them again, with the same key and "
        "another folder",
        seen=f"{moved} users got another name the second time; {shared} share a name with somebody",
        expected="one name per user, and for each user another one",
        where="writer.py, user_key",
        next="What goes into the name besides user and key?",
    )
    expect_room(first)


def expect_room(names: list[str]) -> None:
    """Names that are long enough: users of which 2,000 share none may share one when they are many."""
    bits = sibling(__file__, "giveaways").room(names)
    pairs = MANY**2 / 2 / 2**bits
    expect(
        pairs < 0.1,
        tried=f"counted how many letters stand at each place of {len(names)} names",
        seen=f"names such as {names[0]!r}: {2**bits:.1e} are possible, and of {MANY:,} users about {pairs:.1f} pairs "
        "share one",
        expected="so many possible names that no two of many thousand users share one",
        where="writer.py, user_key",
        next="How much of what you computed is left in the name, and whom does a short name serve?",
    )


def expect_kept_by_restart(subject: Any, users: list[int], due: list[str]) -> None:
    found = subject.names_elsewhere(users, due, KEY)
    moved = sum(one != two for one, two in zip(due, found, strict=False))
    expect(
        found == due,
        tried=f"asked user_key() for {len(due)} users, ended Python, started it again, and asked with the same key",
        seen=f"{moved} users have another name after the restart" if found else "no names after the restart",
        expected="one name per user, before and after a restart",
        where="writer.py, user_key",
        next="Which value in the name ends with its process? Each Python has random bytes, and a hash(), of its own.",
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
def test_names_need_the_key(submission, subject, lakes, known):
    """A name cannot be made without the service's key, and no row holds a user's number."""
    mine = known or names(subject, strangers(submission.random), "one")
    users = list(mine)
    other = names(subject, users, "two", OTHER_KEY)
    found = [user for user in users if mine[user] == other[user]]
    expect(
        not found,
        tried=f"made the names of {len(users)} users with two keys that begin and end alike, and compared",
        seen=f"{len(found)} are the same with both: whoever has a list of users makes them too, and looks up",
        expected="names that differ when the key differs",
        where="writer.py, user_key",
        next="What does somebody need, who has a list of all users and wants to make their names? How much of the key?",
    )
    expect_key_is_secret(list(mine.values()))
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


def expect_key_is_secret(names: list[str]) -> None:
    piece, form, share = sibling(__file__, "giveaways").carried(names, KEY)
    expect(
        not piece,
        tried="looked for pieces of the key in the names: as they are, in hex, in base64, and as a number",
        seen=f"{piece!r} stands in {100 * share:.0f} % of the names: a piece of the key {form}",
        expected="names that say nothing of the key: each stands in rows that others read",
        where="writer.py, user_key",
        next="Who reads a row, and what can they do with the key?",
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
    # S3 lists a thousand keys at a time at most, and may list fewer.
    subject.cloud.page = 2
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
