"""Rows of build/live.json: what a block measured, and that one which fails is written down as failed."""

from __future__ import annotations

import json

import pytest

from course.engines import testing
from course.engines.found import Found


@pytest.fixture
def rows(tmp_path, monkeypatch):
    monkeypatch.setattr(testing, "LIVE", tmp_path / "build" / "live.json")
    monkeypatch.setattr(testing, "need", lambda name: Found(name, True, "1.2"))
    return lambda: [
        tuple(row[key] for key in ("name", "value", "holds")) for row in json.loads(testing.LIVE.read_text())
    ]


def measure(name, *, fails, value=True):
    with testing.figure(name, "0 failed", engine="docker") as found:
        found.value = value
        raise fails


def test_a_row_has_all_that_a_reader_asks_for(rows):
    with testing.figure("the autoscaler", "2 to 4 and back", engine="kubernetes") as found:
        found.value = "2 to 4 in 30 s"

    assert rows() == [("the autoscaler", "2 to 4 in 30 s", True)]
    (row,) = json.loads(testing.LIVE.read_text())
    assert list(row) == ["name", "value", "bar", "holds", "engine", "seconds"]
    assert (row["bar"], row["engine"]) == ("2 to 4 and back", "kubernetes 1.2")


def test_a_block_that_fails_takes_the_place_of_an_earlier_one_that_held(rows):
    with testing.figure("b", "0 failed", engine="docker"):
        pass
    with pytest.raises(AssertionError):
        measure("b", fails=AssertionError(), value="3 failed")
    with pytest.raises(pytest.fail.Exception):
        measure("a", fails=pytest.fail.Exception("no room"))

    assert rows() == [("a", "failed", False), ("b", "3 failed", False)]


def test_a_block_that_was_skipped_measured_nothing(rows):
    with pytest.raises(pytest.skip.Exception):
        measure("a", fails=pytest.skip.Exception("no engine"))

    assert not testing.LIVE.exists()
