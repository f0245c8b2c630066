"""What a submission puts in the place of its files is not followed by the trusted side."""

from __future__ import annotations

import os
import sys

import pytest

from checker.sandbox import inside, room

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows opens no file relative to a folder")


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("secret")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "work"
    path.mkdir()
    return path


def test_a_file_is_read_and_written_with_the_folders_on_its_way(folder):
    inside.write(folder, "a/b.txt", b"one")
    inside.write(folder, "a/b.txt", b"two")

    assert inside.read(folder, "a/b.txt") == b"two"
    assert inside.files_below(folder, "a", most=9) == ["b.txt"]


def test_a_link_is_not_read(folder, secret):
    (folder / "model.txt").symlink_to(secret)

    with pytest.raises(OSError, match="symbolic links"):
        inside.read(folder, "model.txt")
    assert not inside.exists(folder, "model.txt")


def test_a_file_takes_the_place_of_a_link_and_what_it_led_to_stays(folder, secret):
    (folder / "model.txt").symlink_to(secret)

    inside.write(folder, "model.txt", b"laid")

    assert (secret.read_text(), (folder / "model.txt").read_text()) == ("secret", "laid")


def test_a_linked_folder_is_not_entered(folder, secret):
    (folder / "data").symlink_to(secret.parent)

    for attempt in (
        lambda: inside.read(folder, "data/secret.txt"),
        lambda: inside.write(folder, "data/x", b""),
        lambda: inside.remove(folder, "data/secret.txt"),
    ):
        with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
            attempt()
    assert inside.files_below(folder, "data", most=9) == []
    assert secret.exists()


def test_a_pipe_does_not_hold_the_reader(folder):
    os.mkfifo(folder / "model.entered")

    with pytest.raises(inside.NotAFile, match=r"^model\.entered is no regular file$"):
        inside.read(folder, "model.entered")
    assert inside.files_below(folder, ".", most=9) == []


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", ""])
def test_a_name_that_leads_out_is_refused(folder, secret, name):
    with pytest.raises(inside.NotAFile, match=r"leads out of the folder$"):
        inside.read(folder, name)


@pytest.mark.slow
def test_a_room_goes_whatever_was_made_in_it():
    made = room.on_disk()
    at = os.open(made.folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    (made.folder / "locked" / "in").mkdir(parents=True)
    (made.folder / "locked").chmod(0)

    room.remove(made.base)

    assert not made.base.exists()
