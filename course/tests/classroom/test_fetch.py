"""Packages are brought by pip itself: only what is wanted and missing, and what nobody has is named."""

import io
import os

import pytest

from course.classroom.fetch import Fetcher
from course.classroom.pins import read_pins
from course.classroom.targets import Target
from course.start.console import Console, Step, Trouble
from course.start.source import this_platform, this_python
from course.tests.classroom.conftest import FAR, digest, lock_of, wheel

HERE = Target(this_platform(), this_python())


def fetcher(places, tmp_path):
    return Fetcher(tmp_path / "wheelhouse", places, Step(Console(io.StringIO()), "packages"), "do it again")


def pins_of(places, *wheels, **markers):
    lock = places.root / "requirements/learn.txt"
    lock.write_text(lock_of(*wheels, markers=markers))
    return read_pins([lock])


@pytest.mark.slow
def test_what_is_wanted_comes_and_what_nobody_has_is_named(places, tmp_path, index):
    pins = pins_of(
        places, wheel(index, "one"), wheel(index, "two", f"py3-none-{FAR}"), wheel(index, "three"),
        three="sys_platform == 'win32'",
    )  # fmt: skip

    made = fetcher(places, tmp_path)
    missing = made.fetch(HERE, pins)

    assert [str(pin) for pin in missing] == ["two 1.0"]
    assert [path.name for path in (tmp_path / "wheelhouse").iterdir()] == ["one-1.0-py3-none-any.whl"]


@pytest.mark.slow
def test_what_is_whole_is_not_fetched_again_and_what_rotted_is(places, tmp_path, index):
    one, two = wheel(index, "one"), wheel(index, "two")
    pins = pins_of(places, one, two)
    fetcher(places, tmp_path).fetch(HERE, pins)
    whole, rotten = (tmp_path / "wheelhouse" / path.name for path in (one, two))
    rotten.write_bytes(b"rotten")
    one.unlink()
    before = whole.stat().st_ino

    missing = fetcher(places, tmp_path).fetch(HERE, pins)

    assert missing == []
    assert whole.stat().st_ino == before
    assert digest(rotten) == digest(two)


def test_what_no_machine_needs_any_more_goes(places, tmp_path, index):
    pins = pins_of(places, wheel(index, "one"))
    wheel(tmp_path / "wheelhouse", "old")
    wheel(tmp_path / "wheelhouse", "one")
    made = fetcher(places, tmp_path)

    assert made.remove_others([HERE], pins) == 1
    assert [path.name for path in (tmp_path / "wheelhouse").iterdir()] == ["one-1.0-py3-none-any.whl"]


@pytest.mark.full
def test_a_file_that_is_not_the_locked_one_is_refused(places, tmp_path, index):
    one = wheel(index, "one")
    pins = pins_of(places, one)
    one.write_bytes(one.read_bytes() + b"\0")

    with pytest.raises(Trouble) as raised:
        fetcher(places, tmp_path).fetch(HERE, pins)

    lines = str(raised.value).splitlines()
    assert lines[0] == f"error: one 1.0 could not be fetched for {HERE}:"
    assert any("DO NOT MATCH THE HASHES" in line for line in lines)
    assert lines[-1] == (
        "try: connect to the network or set pip's index and proxy, then do it again; it goes on from here. "
        "All that was said: build/logs/classroom.log"
    )
    assert list((tmp_path / "wheelhouse").iterdir()) == []


@pytest.mark.full
def test_an_index_that_does_not_answer_is_no_missing_wheel(places, tmp_path, index, monkeypatch):
    pins = pins_of(places, wheel(index, "one"))
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    # Nobody answers on the discard port.
    for name, value in {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1", "no_proxy": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    assert os.environ["PIP_CONFIG_FILE"] == "/dev/null"

    with pytest.raises(Trouble) as raised:
        fetcher(places, tmp_path).fetch(HERE, pins)

    assert str(raised.value).startswith(f"error: one 1.0 could not be fetched for {HERE}:\n")
