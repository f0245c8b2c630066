"""What is refused of a class, by the whole text of each refusal; nothing is followed or unpacked out of its folder."""

from __future__ import annotations

import os
import shutil
import struct
import sys
import warnings
import zipfile

import pytest

from checker.classroom import trees
from checker.collect import collect
from checker.tests.classroom.conftest import RIGHT, SLUG, one

HERE = f"It holds no folder of an exercise ({SLUG}, 02_other) but"
AGAIN = "Hand in the folder work, or a zip of it."


def refusal(found):
    assert one(found).hand_ins == {}
    return one(found).refused


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
