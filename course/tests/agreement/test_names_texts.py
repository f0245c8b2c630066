"""What exercise 11 says of the names of users, in whole texts."""

from __future__ import annotations

import base64
import hashlib
import random
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.tests.findings import finding
from course.build.sync import ROOT

CONFTEST, DRIVING, PEOPLE = (
    sibling(str(ROOT / "exercises" / "11_prediction_log" / "checks" / "conftest.py"), name)
    for name in ("conftest", "driving", "test_11_prediction_log_people")
)


def told(check: Any, *given: Any, **more: Any) -> tuple[str, str, str, str, str]:
    found = finding(lambda: check(*given, **more))
    return found.tried, found.seen, found.expected, found.where, found.next


def subject_with(**worker: Any) -> Any:
    """A Subject whose worker answers so."""
    subject = CONFTEST.Subject.__new__(CONFTEST.Subject)
    subject._submission = SimpleNamespace(**worker)
    return subject


def test_names_that_take_long_are_counted() -> None:
    subject = subject_with(call=lambda *given, timeout: ["a", "b"])

    assert told(subject.names, None, [1, 2, 3]) == (
        "asked user_key() for 3 users",
        "not done in 10 s: 2 names were there",
        "a name from user and key alone, in a moment",
        "writer.py, user_key",
        "What does user_key() do for each name besides computing it, and how does that grow with the users?",
    )


def driven(name: str) -> Any:
    """A function of the code that is laid beside a writer."""
    code = DRIVING.CODE.replace("import lake\nimport writer\n", "").replace("lake.s3()", "Unused()")
    space: dict[str, Any] = {"Unused": lambda: SimpleNamespace(generate_presigned_url=lambda *_, **__: "")}
    exec(code.replace("lake.BUCKET", "''"), space)
    return space[name]


def test_no_more_names_are_asked_for_when_the_time_is_over() -> None:
    log = SimpleNamespace(user_key=str)

    assert driven("names")(log, [1, 2], 60) == ["1", "2"]
    assert driven("names")(log, [1, 2], -1) == []


def new_python(tmp_path: Any, monkeypatch: Any, name: str, writer: str, *, whole: bool) -> Any:
    """What user_key() gives for two users in a Python started anew, with this line as its answer."""
    (tmp_path / "lake.py").write_text("import math\n")
    (tmp_path / "writer.py").write_text(
        f"import lake\n{writer}\nclass Log:\n    def __init__(self, folder, key):\n        self.key = key\n"
        f"    def user_key(self, user_id):\n        return {name}\n"
    )
    monkeypatch.chdir(tmp_path)
    return driven("elsewhere")("new", "k", [1, 2], whole, 60)


@pytest.mark.parametrize("whole", [False, True])
def test_a_new_python_gives_names_of_user_and_key(tmp_path: Any, monkeypatch: Any, whole: bool) -> None:
    found = new_python(tmp_path, monkeypatch, 'f"{self.key.decode()}{user_id}"', "", whole=whole)

    assert found == ["k1", "k2"]


def test_a_new_python_has_a_hash_of_its_own(tmp_path: Any, monkeypatch: Any) -> None:
    here = hash(b"k")
    found = new_python(tmp_path, monkeypatch, "hash(self.key)", "", whole=False)

    # One of 2^64 seeds gives both the same.
    assert found[0] == found[1] != str(here)


def test_what_a_new_python_leaves_out_is_there_in_the_whole_one(tmp_path: Any, monkeypatch: Any) -> None:
    needs = "PI = round(lake.math.pi)"

    assert new_python(tmp_path, monkeypatch, "PI", needs, whole=False) == []
    assert new_python(tmp_path, monkeypatch, "PI", needs, whole=True) == ["3", "3"]


def elsewhere(told: Any) -> Any:
    """A Subject whose worker tells such names, for the short start and for the whole one."""
    return subject_with(attempt=lambda name, folder, key, users, whole, *more, **_: SimpleNamespace(value=told[whole]))


def test_the_names_of_the_whole_start_count_where_the_short_one_has_others() -> None:
    assert elsewhere([["a"], None]).names_elsewhere([1], ["a"], "key") == ["a"]
    assert elsewhere([["b"], ["a"]]).names_elsewhere([1], ["a"], "key") == ["a"]
    assert elsewhere([["a"], ["a"]]).names_elsewhere([1], ["c"], "key") == ["a"]
    assert elsewhere([[], 7]).names_elsewhere([1], ["a"], "key") == []


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        (["a", "c"], "1 users have another name after the restart"),
        ([], "no names after the restart"),
    ],
)
def test_names_that_end_with_their_process_are_told(after: list[str], seen: str) -> None:
    assert told(PEOPLE.expect_kept_by_restart, elsewhere([after, after]), [1, 2], ["a", "b"]) == (
        "asked user_key() for 2 users, ended Python, started it again, and asked with the same key",
        seen,
        "one name per user, before and after a restart",
        "writer.py, user_key",
        "Which value in the name ends with its process? Each Python has random bytes, and a hash(), of its own.",
    )


def test_two_names_of_a_user_and_one_of_two_users_are_counted() -> None:
    assert told(PEOPLE.expect_one_each, ["a", "a", "b"], ["c"]) == (
        "asked user_key() for 3 users, and for 1 of them again, with the same key and another folder",
        "1 users got another name the second time; 1 share a name with somebody",
        "one name per user, and for each user another one",
        "writer.py, user_key",
        "What goes into the name besides user and key?",
    )


def digests(letters: int, prefix: str = "") -> list[str]:
    return [prefix + hashlib.sha256(str(user).encode()).hexdigest()[:letters] for user in range(2000)]


def test_short_names_are_told_how_many_users_meet() -> None:
    names = digests(8, "user-")

    assert told(PEOPLE.expect_room, names) == (
        "counted how many letters stand at each place of 2000 names",
        f"names such as {names[0]!r}: 4.3e+09 are possible, and of 100,000 users about 1.2 pairs share one",
        "so many possible names that no two of many thousand users share one",
        "writer.py, user_key",
        "How much of what you computed is left in the name, and whom does a short name serve?",
    )


@pytest.mark.parametrize("names", [digests(10), digests(64), [str(int(one, 16)) for one in digests(12)]])
def test_names_of_forty_bits_and_more_are_long_enough(names: list[str]) -> None:
    PEOPLE.expect_room(names)


@pytest.mark.parametrize(
    ("written", "piece", "form"),
    [
        (lambda key: key.hex().upper(), "6b65793a", "in hex"),
        (str, "key: c", "as it is"),
        (lambda key: key.hex()[-9:-1], "03a6b657", "in hex"),
        (lambda key: base64.urlsafe_b64encode(b"-" + key).decode(), "etogy2f0", "in base64"),
        (lambda key: str(int.from_bytes(key, "big")), "156959986715", "as a number"),
    ],
)
def test_a_name_with_a_piece_of_the_key_is_told_which(written: Any, piece: str, form: str) -> None:
    names = digests(64, written(PEOPLE.KEY.encode()))

    assert told(PEOPLE.expect_key_is_secret, names) == (
        "looked for pieces of the key in the names: as they are, in hex, in base64, and as a number",
        f"{piece!r} stands in 100 % of the names: a piece of the key {form}",
        "names that say nothing of the key: each stands in rows that others read",
        "writer.py, user_key",
        "Who reads a row, and what can they do with the key?",
    )


def test_names_without_the_key_say_nothing_of_it() -> None:
    PEOPLE.expect_key_is_secret(digests(64, "user-key:"))


def names_of(mine: Any, other: Any) -> tuple[list[str], list[str]]:
    draw = random.Random(3)
    users = PEOPLE.strangers(draw)
    return [mine(user, draw) for user in users], [other(user, draw) for user in users]


def test_a_part_that_stays_is_shown() -> None:
    mine, other = names_of(lambda user, draw: f"{user}-{draw.random()}", lambda user, draw: f"{draw.random()}-{user}")

    assert told(PEOPLE.expect_nothing_given_away, mine, other) == (
        "looked for what the two names of one user have in common",
        f"a part stays when the key changes, such as {mine[0][:8]!r}: it can be made without the key",
        "names that differ wholly when the key differs",
        "writer.py, user_key",
        "Which part of the name comes from the user alone?",
    )


def test_a_place_that_foretells_is_told_with_its_shares() -> None:
    mine, other = names_of(
        lambda user, draw: f"{draw.getrandbits(64):016x}{user % 2:x}",
        lambda user, draw: f"{draw.getrandbits(64):016x}{user % 2 + 4:x}",
    )
    tried, seen, *rest = told(PEOPLE.expect_nothing_given_away, mine, other)

    assert tried == (
        "took the names of 2000 users with two keys, learned from half what the one tells of the other, "
        "and guessed for the rest"
    )
    assert seen.startswith("letter 17 from the beginning is right for 100 % of them, by chance for ")
    assert seen.endswith(" %; what all names share is left out")
    assert rest == [
        "names that say nothing of each other when the key differs",
        "writer.py, user_key",
        "What of the name comes from the user alone? Somebody knows the number and the name of one user: "
        "what does that tell about the others?",
    ]
