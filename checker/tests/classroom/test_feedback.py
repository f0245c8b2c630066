"""Feedback for one trainee: safe, without hidden checks' findings, and a run that can be repeated."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from checker.classroom.feedback import as_page, as_plain, open_to, write_feedback
from checker.classroom.replay import replay
from checker.classroom.report_load import load
from checker.cli import main
from checker.errors import Misuse
from checker.tests.classroom.made import ANSWERS, HIDDEN, LOST, PASSED, WAITS, result, usual, write

TEXT = """\
Feedback for Cy
0 of 5 points

Exercise 1  Greeting                                               0 of 6 points
  not yet       The greeting names the person.                            0 of 2
                task 1
                tried     called greet('Ada7')
                seen      'Hello'
                expected  'Hello Ada7'
                where     greeting.py, greet
                next      Which value changes from person to person?
  waits for     The app answers.                                          0 of 3
                waits for: The greeting names the person.
  not yet       A long name is greeted.                                   0 of 1
                A check of your instructor's own. What it tries is not shown;
                ask about it.
Next: The greeting names the person (01.names). Which value changes from person
to person?
The same run on your machine: checker check 1 --seed 7
Rows of your instructor's own checks are not in that run.
"""


def test_the_text_whole(mini, tmp_path):
    report = load(mini, write(tmp_path / "out", {"Cy": result(LOST, WAITS, HIDDEN)}))

    assert as_plain(report, report.trainees[0]) == TEXT


def test_nothing_that_a_hidden_check_found_is_told(mini, tmp_path):
    report = load(mini, write(tmp_path / "out", {"Cy": result(PASSED, ANSWERS, HIDDEN)}))

    for text in (as_plain(report, report.trainees[0]), as_page(report, report.trainees[0])):
        assert "secret" not in text
        assert "Next: A long name is greeted (01.own-idea)." in text


def test_a_whole_exercise_says_so(mini, tmp_path):
    report = load(mini, write(tmp_path / "out", {"Cy": result(PASSED, ANSWERS)}))

    assert "Nothing is missing here." in as_plain(report, report.trainees[0])


def test_hostile_texts_are_safe_to_open(mini, tmp_path):
    report = load(mini, usual(tmp_path / "out"))
    mallory = next(one for one in report.trainees if one.id == "mallory")
    plain, whole = as_plain(report, mallory), as_page(report, mallory)

    assert "<script>" not in whole
    assert not {"\x1b", "\u202e"} & set(plain + whole)


def test_nobody_reads_of_another(mini, tmp_path):
    report = load(mini, usual(tmp_path / "out"))
    cy = next(one for one in report.trainees if one.id == "cy")

    assert not [name for name in ("Ada", "Bob", "mallory", "Zed") if name in as_page(report, cy).replace("Ada7", "")]


def test_files_of_an_earlier_run_are_taken_away(mini, tmp_path):
    out = usual(tmp_path / "out")
    (out / "feedback").mkdir()
    (out / "feedback" / "gone.html").write_text("of somebody who is not in the class any more")

    write_feedback(load(mini, out), out)

    assert not (out / "feedback" / "gone.html").exists()


def test_a_link_in_place_of_the_folder_is_refused(mini, tmp_path):
    out = usual(tmp_path / "out")
    (out / "feedback").symlink_to(tmp_path)

    with pytest.raises(Misuse) as refused:
        write_feedback(load(mini, out), out)

    assert str(refused.value) == f"'{out}/feedback' is a link. Feedback goes into a folder of its own."


def test_a_profile_that_is_not_the_usual_one_is_part_of_the_command():
    assert replay(replace(result(PASSED), profile="day")) == "checker check 1 --seed 7 --profile day"


def test_a_dispute_is_replayed_on_the_trainees_laptop(mini, grader, hand_in, monkeypatch, capsys):
    """The command in the feedback, run where the trainee works, gives the rows that the grader kept."""
    answer = "def greet(name):\n    return 'Hello ' + name[:-1]\n"
    folder = hand_in(greeting__py=answer)
    graded = open_to(grader.grade(1, folder))
    shutil.copytree(folder, mini.work / "01_greeting")
    monkeypatch.chdir(mini.root)

    main([*replay(graded).split()[1:], "--json"])

    again = json.loads(capsys.readouterr().out)
    assert again["rows"] == graded.to_dict()["rows"]
    assert graded.row("names").verdict == "not_yet"
