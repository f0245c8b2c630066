"""Collecting: whose is what, in every layout that people hand in; each refusal and notice by its whole text."""

from __future__ import annotations

import os
import shutil
import struct
import sys
import warnings
import zipfile
from dataclasses import replace

import pytest

from checker.classroom import trees
from checker.classroom.collecting import collect_class, digest_of
from checker.collect import HandIn, collect
from checker.errors import Misuse
from checker.tests.classroom.conftest import PARTIAL, RIGHT, SLUG

HERE = f"It holds no folder of an exercise ({SLUG}) but"
AGAIN = "Hand in the folder work, or a zip of it."


@pytest.fixture
def collected(given, mini, tmp_path):
    """Collect, with two exercises known so that no folder is taken for the only one's; id -> Collected."""

    def run(*, alone=False):
        other = replace(mini.exercise(1), folder=mini.exercises_folder / "02_other")
        exercises = (mini.exercise(1),) if alone else (mini.exercise(1), other)
        return {one.id: one for one in collect_class(given, exercises, tmp_path / "out")[0]}

    return run


def one(found):
    (only,) = found.values()
    return only


def refusal(found):
    assert one(found).hand_ins == {}
    return one(found).refused.replace(f"({SLUG}, 02_other)", f"({SLUG})")


# -- layouts --------------------------------------------------------------------------------------------------------
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


def test_moodle_folders_and_files(collected, folder, zipped):
    folder(f"Ada Lovelace_17_assignsubmission_file_/{SLUG}")
    zipped("Alan Turing_18_assignsubmission_file_/my work.zip", f"work/{SLUG}")
    zipped("Grace Hopper_19_assignsubmission_file_work.zip")
    folder("Grace Hopper_19_assignsubmission_onlinetext_", {"onlinetext.html": "<p>hello</p>"})

    found = collected()

    assert {key: (c.found.name, c.found.lms_id, c.found.form, list(c.hand_ins)) for key, c in found.items()} == {
        "Ada-Lovelace_17": ("Ada Lovelace", "17", "moodle", [SLUG]),
        "Alan-Turing_18": ("Alan Turing", "18", "moodle", [SLUG]),
        "Grace-Hopper_19": ("Grace Hopper", "19", "moodle", [SLUG]),
    }


def test_canvas_and_its_attempts(collected, zipped):
    zipped("lovelaceada_123_456_work.zip", files=PARTIAL)
    zipped("lovelaceada_LATE_123_789_work-1.zip")
    zipped("turingalan_late_124_457_work.zip")

    found = collected()

    assert {key: (c.found.lms_id, c.number, c.of) for key, c in found.items()} == {
        "lovelaceada_123.1": ("123", 1, 2),
        "lovelaceada_123": ("123", 2, 2),
        "turingalan_124": ("124", 1, 1),
    }
    late = "Canvas marks it as late. By how much its name does not say; --received gives the time."
    assert (found["turingalan_124"].notices, found["lovelaceada_123.1"].notices) == ((late,), ())


def test_loose_files_of_one_exercise(collected, folder):
    folder("", {f"lovelaceada_123_456_{name}": text for name, text in RIGHT.items()})
    folder("Alan Turing_18_assignsubmission_file_", RIGHT)
    folder("grace", RIGHT)

    found = collected(alone=True)

    assert {key: list(c.hand_ins) for key, c in found.items()} == {
        "Alan-Turing_18": [SLUG], "grace": [SLUG], "lovelaceada_123": [SLUG],
    }  # fmt: skip


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


# -- what is refused ------------------------------------------------------------------------------------------------
def test_a_submission_that_is_empty(collected, folder):
    folder("ada", {})

    assert refusal(collected()) == f"It is empty. {AGAIN}"


def test_a_submission_of_something_else(collected, folder):
    folder("ada", {"essay.docx": "x", "a.py": "x", "b.py": "x", "c.py": "x", "d.py": "x"})

    assert refusal(collected()) == f"{HERE} a.py, b.py, c.py, d.py …. {AGAIN}"


def test_a_zip_within_a_zip(collected, zipped):
    zipped("ada.zip", "", {}, **{"inner.zip": b"PK", "more.txt": "x"})

    assert refusal(collected()) == f"{HERE} inner.zip, more.txt. A zip within a zip is not opened. {AGAIN}"


@pytest.mark.parametrize("content", [b"", b"junk", b"Rar!\x1a\x07\x00"])
def test_what_is_called_zip_and_is_none(collected, folder, content):
    folder("", {"ada.zip": content})

    cut = "'ada.zip' cannot be read as a zip; it may have been cut off while it was sent."
    assert refusal(collected()) == f"{cut} Zip the folder work again."


def test_a_zip_that_was_cut_off(collected, zipped):
    path = zipped("ada.zip")
    path.write_bytes(path.read_bytes()[:-30])

    assert refusal(collected()).startswith("'ada.zip' cannot be read as a zip; it may have been cut off")


@pytest.mark.parametrize("name", ["ada.rar", "ada.tar.gz", "ada.7z"])
def test_another_kind_of_archive(collected, folder, name):
    folder("", {name: "x"})

    assert (one(collected()).id, refusal(collected())) == ("ada", "It is no zip. Hand in the folder work as a zip.")


def test_a_link_instead_of_a_folder(collected, given):
    os.symlink("/etc", given / "ada")

    assert refusal(collected()) == "It is a link, and links are not followed. Put a copy in its place."


def test_a_password(collected, zipped):
    path = zipped("ada.zip")
    raw = bytearray(path.read_bytes())
    # The bit that says so, in the index.
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)

    assert refusal(collected()) == "'ada.zip' needs a password. Zip the folder work without one."


ALONE = "Zip the folder work alone, without environment and data."


def test_a_bomb(collected, zipped):
    path = zipped("ada.zip", **{f"{SLUG}/zeros": bytes(20_000_000)})

    size = path.stat().st_size
    assert refusal(collected()) == f"'ada.zip' would unpack from {size} to 20000121 bytes. {ALONE}".replace(
        "20000121", str(20_000_000 + sum(len(text) for text in RIGHT.values()))
    )


def test_too_many_files(collected, zipped, monkeypatch):
    monkeypatch.setattr(trees, "MAX_ENTRIES", 1)
    zipped("ada.zip")

    assert refusal(collected()) == f"'ada.zip' holds 2 files, and at most 20000 are read. {ALONE}"


def test_an_index_without_end(collected, zipped):
    path = zipped("ada.zip")
    raw = bytearray(path.read_bytes())
    struct.pack_into("<L", raw, raw.rindex(b"PK\x05\x06") + 12, 2**32 - 1)
    path.write_bytes(raw)

    assert refusal(collected()) == f"'ada.zip' holds too many files, and at most 20000 are read. {ALONE}"


def test_a_zip_that_is_too_large(collected, zipped, monkeypatch):
    monkeypatch.setattr(trees, "MAX_ARCHIVE", 100)
    size = zipped("ada.zip").stat().st_size

    assert refusal(collected()) == f"'ada.zip' has {size} bytes, more than 100. {ALONE}"


# -- what is refused of a submission, and named ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../outside.py", "its name leads out of the folder"),
        (f"{SLUG}/../../outside.py", "its name leads out of the folder"),
        ("/etc/cron.d/job", "its name begins at the root of a disk"),
        ("C:/Windows/x", "its name begins at the root of a disk"),
        ("a\nb", "it is no name of a file"),
        ("d/" * 21 + "x", "it lies deeper than 20 folders or its name is longer than 400 signs"),
    ],
)
def test_names_that_lead_elsewhere(collected, zipped, tmp_path, name, fault):
    zipped("ada.zip", **{name: "x"})

    found = one(collected())

    assert found.notices == (f"{name!r} in 'ada.zip' was not unpacked: {fault}.",)
    assert list(found.hand_ins) == [SLUG]
    assert not list(tmp_path.rglob("outside.py"))


def test_a_name_twice_in_a_zip(collected, zipped):
    path = zipped("ada.zip")
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as made:
        warnings.simplefilter("ignore")
        made.writestr(f"{SLUG}/answers.toml", "length = 4\n")

    found = one(collected())

    assert found.notices == (f"'{SLUG}/answers.toml' is in 'ada.zip' more than once; the last one counts.",)
    assert (found.folder / SLUG / "answers.toml").read_text() == "length = 4\n"


def linked_zip(path):
    info = zipfile.ZipInfo(f"{SLUG}/greeting.py")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(info, "/etc/passwd")


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_link_is_named_and_never_followed(collected, folder, zipped, mini, form):
    answers = {"answers.toml": "length = 3\n"}
    if form == "folder":
        os.symlink("/etc/passwd", folder(f"ada/{SLUG}", answers) / "greeting.py")
    else:
        linked_zip(zipped("ada.zip", files=answers))

    found = one(collected())

    instead = "Hand in a file of its own in its place."
    assert found.notices == (f"{SLUG}/greeting.py is a link and was not read. {instead}",)
    seen = collect(mini.exercise(1), found.folder / SLUG).faults["greeting.py"].seen
    assert seen == "greeting.py is a link, not a file"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in the folders of Windows")
def test_a_pipe_is_not_opened(collected, folder):
    os.mkfifo(folder(f"ada/{SLUG}", {"answers.toml": "length = 3\n"}) / "greeting.py")

    said = f"{SLUG}/greeting.py is no regular file and was not read. Hand in a file of its own in its place."
    assert one(collected()).notices == (said,)


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_file_that_is_too_large(collected, folder, zipped, mini, form):
    files = RIGHT | {"greeting.py": b"#" * 2_000_000}
    if form == "folder":
        folder(f"ada/{SLUG}", files)
    else:
        zipped("ada.zip", files=files)

    found = one(collected())

    said = "has 2000000 bytes, and at most 1000000 are read. Hand in what was written by hand."
    assert found.notices == (f"{SLUG}/greeting.py {said}",)
    seen = collect(mini.exercise(1), found.folder / SLUG).faults["greeting.py"].seen
    assert seen == "greeting.py has 2000000 bytes"


def test_a_file_that_does_not_unpack(collected, zipped):
    path = zipped("ada.zip")
    raw = bytearray(path.read_bytes())
    at = raw.index(b"greeting.py") + len("greeting.py")
    raw[at + 2] ^= 0xFF
    path.write_bytes(raw)

    (said,) = one(collected()).notices
    assert said.startswith(f"'{SLUG}/greeting.py' in 'ada.zip' cannot be unpacked (")
    assert said.endswith("). Zip the folder again.")


def test_a_folder_of_the_exercise_with_nothing_of_it(collected, folder):
    folder(f"ada/{SLUG}", {"readme.txt": "x"})

    assert one(collected()).notices == (f"{SLUG} holds none of the files that it hands in.",)


def test_a_thousand_other_files_are_not_copied(collected, folder):
    folder(f"ada/{SLUG}", RIGHT | {f"data{n}.csv": "x" for n in range(50)})
    folder(f"ada/{SLUG}/.venv/lib", {"x.py": "x"})

    assert len(list((one(collected()).folder / SLUG).rglob("*"))) == 2


def test_a_folder_collected_before_is_replaced(collected, folder, given):
    folder(f"ada/{SLUG}", RIGHT | {"01_greeting.ipynb": '{"cells": []}'})
    before = one(collected())
    shutil.rmtree(given / "ada")
    folder(f"ada/{SLUG}")

    assert one(collected()).digest != before.digest
    assert not (before.folder / SLUG / "01_greeting.ipynb").exists()


# -- digests --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [{"files": {"a": b"2"}}, {"seed": 2}, {"helped": {1: "unblocked"}}, {"notebook": b"{}"}, {"notes": ("a",)}],
)
def test_a_digest_follows_all_that_decides(change):
    plain = HandIn({"a": b"1"}, {})

    assert digest_of(replace(plain, **change)) != digest_of(plain)
    assert digest_of(HandIn({"a": b"1"}, {})) == digest_of(plain)
