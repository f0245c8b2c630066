"""Results survive a crash; a run that was killed goes on where it stopped."""

from __future__ import annotations

import json

import pytest

from checker.cli import main
from checker.errors import CheckerError, Misuse
from checker.journal import Journal
from checker.state import write_atomically

KEY = {"exercise": "01_greeting", "submission": "a", "checks": "b", "profile": "", "seed": 1}


@pytest.fixture
def result(grader, hand_in):
    return grader.grade(1, hand_in(), seed=1)


def test_a_finished_result_is_found_again(tmp_path, result):
    journal = Journal(tmp_path / "grades")
    journal.begin(KEY)
    journal.finish(KEY, result)

    assert Journal(tmp_path / "grades").finished(KEY) == result
    assert Journal(tmp_path / "grades").finished(KEY | {"submission": "other"}) is None
    assert journal.in_flight() == []


def test_what_was_in_flight_is_not_graded(tmp_path):
    journal = Journal(tmp_path)
    journal.begin(KEY)
    with journal.path.open("a") as half:
        half.write('{"finished": "0')

    assert (journal.in_flight(), journal.finished(KEY)) == (["01_greeting"], None)


def test_half_a_result_is_no_result(tmp_path):
    (tmp_path / "01_greeting.json").write_text('{"key": ')

    assert Journal(tmp_path).finished(KEY) is None


def test_a_crash_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "result.json"
    write_atomically(path, "old")

    def crash(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")

    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]


def test_two_graders_at_once(tmp_path):
    with Journal(tmp_path).locked(), pytest.raises(CheckerError) as error, Journal(tmp_path).locked():
        pass

    assert str(error.value) == f"Another grader is at work in {str(tmp_path)!r}."


def test_results_need_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Misuse) as error:
        Journal(tmp_path / "file" / "grades")

    assert str(error.value) == f"Results cannot be kept in {str(tmp_path / 'file' / 'grades')!r}: Not a directory."


@pytest.mark.slow
def test_grading_a_folder_resumes(mini, hand_in, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    folder = tmp_path / "ada"
    folder.mkdir()
    hand_in().rename(folder / "01_greeting")
    command = ["grade", str(folder), "--out", str(tmp_path / "grades"), "--seed", "1", "--json"]

    assert main(command) == 0
    first = capsys.readouterr().out
    assert main(command) == 0

    assert capsys.readouterr().out == first
    assert json.loads(first)[0]["score"] == 5
    entries = (tmp_path / "grades" / "journal.jsonl").read_text().splitlines()
    assert len(entries) == 2


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_exercises(mini, monkeypatch, capsys, folder):
    monkeypatch.chdir(mini.root)

    assert main(["grade", folder]) == 2

    expected = {
        "nowhere": "There is no folder 'nowhere'.",
        ".": "The folder '.' holds none of: 01_greeting.",
    }[folder]
    assert capsys.readouterr().err == f"error: {expected}\ntry: checker grade work\n"


@pytest.mark.slow
def test_what_a_killed_run_left_is_said_and_judged_again(mini, hand_in, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    folder = tmp_path / "ada"
    folder.mkdir()
    hand_in().rename(folder / "01_greeting")
    Journal(tmp_path / "grades").begin(KEY)

    assert main(["grade", str(folder), "--out", str(tmp_path / "grades")]) == 0

    said, out = capsys.readouterr().err, (tmp_path / "grades" / "01_greeting.json").read_text()
    line = "01_greeting: an earlier run ended before its result; not graded then, judged again now"
    assert said.splitlines()[0] == line
    assert json.loads(out)["result"]["status"] == "graded"
