"""`checker grade` on a class, as an instructor types it."""

from __future__ import annotations

import json

import pytest

from checker.classroom.record import read_class
from checker.cli import main
from checker.tests.classroom.conftest import EMPTY, RIGHT, SLUG


@pytest.fixture
def there(mini, monkeypatch):
    monkeypatch.chdir(mini.root)


@pytest.mark.slow
@pytest.mark.usefixtures("there")
def test_a_class_from_the_command_line(given, folder, zipped, tmp_path, capsys):
    folder(f"Ada Lovelace/{SLUG}", RIGHT)
    zipped("eve.zip", files=EMPTY)
    folder("", {"bad.zip": "junk"})
    command = ["grade", str(given), "--out", str(tmp_path / "out"), "--seed", "7", "--format", "csv,junit"]

    assert main(command) == 3
    out, err = capsys.readouterr()

    assert out.splitlines()[:8] == [
        "3 trainees, 1 exercise: 2 graded, 1 refused",
        f"profile self, seed 7, isolation {read_class(tmp_path / 'out').isolation}",
        "01 Greeting",
        "",
        "  trainee                      01   points     %",
        "  Ada Lovelace                  5        5   100",
        "  bad                       refused",
        "  eve                           0        0     0",
    ]
    assert err.splitlines()[-4:] == [
        f"written: {tmp_path / 'out' / 'gradebook.csv'}",
        f"written: {tmp_path / 'out' / 'junit.xml'}",
        f"results: {tmp_path / 'out'}",
        f"next: checker report {tmp_path / 'out'}",
    ]

    assert main([*command, "--json"]) == 3
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["submissions"]] == ["Ada-Lovelace", "bad", "eve"]


def test_a_trainee_s_pack_is_one_trainee(there, given, folder, capsys, tmp_path):
    folder(f"work/{SLUG}", RIGHT)
    folder("exercises/01_greeting", {"brief.md": "x"})

    assert main(["grade", str(given), "--out", str(tmp_path / "out"), "--seed", "1"]) == 0
    assert capsys.readouterr().out.endswith("total: 5 of 5 points\n")


@pytest.mark.slow
def test_a_zip_alone_is_a_class_of_one(there, zipped, capsys, tmp_path):
    path = zipped("ada.zip")

    assert main(["grade", str(path), "--out", str(tmp_path / "out"), "--seed", "1"]) == 0
    assert capsys.readouterr().out.startswith("1 trainee, 1 exercise: 1 graded\n")


def test_misuse_is_said_before_anything_is_done(there, given, zipped, capsys, tmp_path):
    zipped("ada.zip")

    assert main(["grade", str(given), "--out", str(tmp_path / "out"), "--format", "pdf"]) == 2
    assert main(["grade", str(given), "--out", str(tmp_path / "out"), "--deadline", "friday"]) == 2
    assert capsys.readouterr().err.count("error: ") == 2


@pytest.mark.usefixtures("there")
def test_a_stopped_run_says_how_to_go_on(given, zipped, capsys, tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    zipped("ada.zip")
    monkeypatch.setattr("checker.classroom.run.assemble", stopped)

    assert main(["grade", str(given), "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "stopped: what was judged is kept; the same command goes on from here\n"
