"""Collecting: whose is what, in every layout that people hand in; each notice by its whole text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.classroom.collecting import collect_class, digest_of
from checker.collect import HandIn
from checker.errors import Misuse
from checker.tests.classroom.conftest import PARTIAL, RIGHT, SLUG, one


@pytest.mark.parametrize(
    "at",
    [SLUG, f"work/{SLUG}", f"ada/{SLUG}", f"pack-main/work/{SLUG}", f"ada-work/pack-main/work/{SLUG}"],
)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_work_is_found_where_people_put_it(collected, folder, zipped, at, form):
    if form == "folder":
        folder(f"ada/{at}")
    else:
        zipped("ada.zip", at)

    found = one(collected())

    assert (found.id, found.found.form, found.notices, found.refused) == ("ada", form, (), "")
    assert sorted(path.name for path in (found.folder / SLUG).iterdir()) == ["answers.toml", "greeting.py"]


def test_a_clone_of_the_pack_hands_in_its_work_and_no_starter(collected, folder):
    folder("ada/.git", {"HEAD": "ref: refs/heads/main\n"})
    folder(f"ada/exercises/{SLUG}/starter", {"greeting.py": "starter"})
    folder(f"ada/exercises/{SLUG}", {"greeting.py": "brief"})
    folder(f"ada/work/{SLUG}")

    found = one(collected())

    assert found.found.form == "git"
    assert (found.folder / SLUG / "greeting.py").read_text() == RIGHT["greeting.py"]


def test_what_a_mac_adds_is_no_matter(collected, zipped, folder):
    zipped(
        "ada.zip", files=RIGHT, **{f"__MACOSX/{SLUG}/._greeting.py": "x", ".DS_Store": "x", f"{SLUG}/.DS_Store": "x"}
    )
    folder("__MACOSX", {"._ada.zip": "x"})

    assert (one(collected()).notices, one(collected()).refused) == ((), "")


def test_backslashes_of_windows(collected, zipped):
    zipped("ada.zip", "", {f"work\\{SLUG}\\{name}": text for name, text in RIGHT.items()})

    assert list(one(collected()).hand_ins) == [SLUG]


def test_nbgrader_submitted_and_its_time(collected, folder):
    folder(f"ada/{SLUG}", RIGHT | {"timestamp.txt": "2026-11-26 09:00:00.000000 UTC\n"})

    found = one(collected())

    assert (found.found.form, found.received.isoformat()) == ("nbgrader", "2026-11-26T09:00:00+00:00")


def test_a_time_that_is_none(collected, folder):
    folder(f"ada/{SLUG}", RIGHT | {"timestamp.txt": "yesterday"})

    assert one(collected()).notices == ("timestamp.txt says 'yesterday', which is no time; it was ignored.",)


def test_nbgrader_exchange_has_a_folder_per_hand_in(collected, folder):
    folder(f"ada+{SLUG}+2026-11-26 09:00:00.000000 UTC+abc", PARTIAL)
    folder(f"ada+{SLUG}+2026-11-26 10:00:00.000000 UTC+def", RIGHT)

    found = collected()

    assert [(key, c.number, c.of, c.received.hour) for key, c in found.items()] == [
        ("ada.1", 1, 2, 9), ("ada", 2, 2, 10),
    ]  # fmt: skip
    assert (found["ada"].folder / SLUG / "answers.toml").read_text() == "length = 3\n"


@pytest.mark.parametrize("second", ["ada (2).zip", "ada-attempt-2.zip", "ada_attempt2.zip"])
def test_a_second_attempt(collected, zipped, second):
    zipped("ada.zip", files=PARTIAL)
    zipped(second)

    found = collected()

    assert [(key, c.number, c.of) for key, c in found.items()] == [("ada.1", 1, 2), ("ada", 2, 2)]
    assert found["ada"].found.source == second


def test_the_same_exercise_twice(collected, folder):
    folder(f"ada/work/{SLUG}")
    folder(f"ada/old/{SLUG}", PARTIAL)

    found = one(collected())

    assert found.notices == (f"{SLUG} is there 2 times, and the first counts: work/{SLUG}, old/{SLUG}.",)
    assert (found.folder / SLUG / "answers.toml").read_text() == "length = 3\n"


def test_a_class_without_a_hand_in(collected, folder):
    folder("", {"notes.txt": "hello"})
    with pytest.raises(Misuse) as error:
        collected()

    assert str(error.value).endswith(f"holds none of: {SLUG}, 02_other.")


def test_what_is_no_hand_in_is_left_alone(given, mini, tmp_path, folder, zipped):
    folder("", {"notes.txt": "hello", ".hidden": "x"})
    zipped("ada.zip")

    assert collect_class(given, mini.exercises, tmp_path / "out")[1] == ["notes.txt"]


@pytest.mark.parametrize(
    "change",
    [{"files": {"a": b"2"}}, {"seed": 2}, {"helped": {1: "unblocked"}}, {"notebook": b"{}"}, {"notes": ("a",)}],
)
def test_a_digest_follows_all_that_decides(change):
    plain = HandIn({"a": b"1"}, {})

    assert digest_of(replace(plain, **change)) != digest_of(plain)
    assert digest_of(HandIn({"a": b"1"}, {})) == digest_of(plain)
