"""`checker quiz` in the terminal and the notebook: what is asked, kept, said, and where one goes on."""

import json
import os
import pty
import subprocess
import sys

import pytest

from checker import notebook
from checker.cli import main
from checker.tests.test_bank import HEAD, QUESTION

CHECKS = '[[objective]]\nsays = "ports"\nentry = "1.1"\nexit = "1.2"\n'


@pytest.fixture
def bank(mini, monkeypatch):
    """A miniature course with two questions in one topic."""
    path = mini.root / "pyproject.toml"
    path.write_text(path.read_text() + 'questions = "questions"\n')
    folder = mini.root / "questions"
    folder.mkdir()
    (folder / "01_ports.toml").write_text(HEAD + QUESTION.format(id="1.1") + QUESTION.format(id="1.2"))
    (folder / "checks.toml").write_text(CHECKS)
    monkeypatch.chdir(mini.root)
    return mini


def _converse(mini, what, typed):
    """Run the verb on a terminal of its own and type the lines."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "checker", "quiz", *what], cwd=mini.root, stdin=theirs, stdout=subprocess.PIPE
    )
    os.close(theirs)
    for line in typed:
        os.write(ours, f"{line}\n".encode())
    said, _ = done.communicate(timeout=60)
    os.close(ours)
    assert done.returncode == 0
    return said.decode()


def test_the_overview_counts_what_is_right(bank, capsys):
    main(["quiz", "1.1", "a"])
    capsys.readouterr()

    assert main(["quiz"]) == 0

    assert capsys.readouterr().out == (
        "    1  Ports                                 1 of 2 right\n"
        "entry  Entry check                           0 of 1 right\n"
        " exit  Exit check                            0 of 1 right\n"
        "next: checker quiz 1 asks the first topic; checker quiz 4.3 --answer shows a model answer\n"
    )
    main(["quiz", "--json"])
    assert json.loads(capsys.readouterr().out)[0] == {
        "name": "1", "title": "Ports", "questions": 2, "answered": 1, "right": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a", "right: A number.\nnext: checker quiz 1.1 --answer\n"),
        ("b", "not yet: A protocol.\nnext: checker quiz 1.1\n"),
        ("?", "a is right: 8000. A number.\nnext: checker quiz 1.1\n"),
    ],
)
def test_a_choice_is_answered_with_its_reason(bank, capsys, typed, said):
    assert main(["quiz", "1.1", typed]) == 0

    options = "".join(f"{'>' if letter == typed else ' '} {letter}  {text}\n" for letter, text in
                      (("a", "8000"), ("b", "http"), ("c", "host")))  # fmt: skip
    assert capsys.readouterr().out == f"1.1  Which is one?\n{options}{said}"


def test_the_model_answer_has_the_open_question_and_key_points(bank, capsys):
    main(["quiz", "1.1", "--answer"])

    assert capsys.readouterr().out == (
        "1.1  What is a port?\n\nA number.\n\nA good answer names:\n  - a\n  - b\n  - c\n\non the site: parts/1.md\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["7"], "There is no topic, check or question '7'. Topics: 1 to 1, entry, exit; questions: as in 4.3."),
        (["1.1", "z"], "'z' is no option of question 1.1. Type a, b, c, or ? for: I don't know."),
        (["1", "a"], "'1' has 2 questions, so a choice alone does not say which."),
    ],
)
def test_what_cannot_be_asked_is_said(bank, capsys, words, message):
    assert main(["quiz", *words]) == 2

    assert f"error: {message}\n" in capsys.readouterr().err


def test_a_course_without_questions_says_so(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert main(["quiz"]) == 2

    assert "This course has no question bank: [tool.checker] in pyproject.toml names no 'questions'." in (
        capsys.readouterr().err
    )


@pytest.mark.slow
def test_a_series_goes_on_where_one_stopped(bank):
    said = _converse(bank, ["1"], ["b", "a", ""])

    assert said.startswith("Ports: 2 to answer.\nType a letter, ? for: I don't know, Enter to stop.\n\n1.1  Which is")
    assert "not yet: A protocol.\n" in said
    assert "right: A number.\non the site: parts/1.md\n" in said
    assert said.endswith("Stopped; what you answered is kept. next: checker quiz 1\n")

    later = _converse(bank, ["1"], ["x", "a"])
    assert later.startswith("Ports: 1 to answer, 1 done.\n")
    assert "'x' is no option of question 1.2. Type a, b, c, or ? for: I don't know.\n" in later
    assert later.endswith("Ports: 2 of 2 right.\nnext: checker quiz 1 --answer\n")


@pytest.mark.slow
def test_a_check_tells_at_its_end_and_the_first_choice_counts(bank):
    said = _converse(bank, ["entry"], ["b"])

    assert "Type a letter, a letter and ? when you are unsure, ? for: I don't know, Enter to stop.\n" in said
    assert said.endswith(
        "Entry check: 0 of 1 right.\nYou were sure of 1 that was not right; begin there.\n\n1.1  Which is one?\n"
        "  a  8000\n> b  http\n  c  host\nnot yet: A protocol.\na is right: 8000. A number.\non the site: parts/1.md\n"
        "next: checker quiz\n"
    )
    assert "begin there" in _converse(bank, ["entry"], [])
    assert "begin there" not in _converse(bank, ["entry", "--again"], ["b?"])


def test_choices_that_cannot_be_read_are_put_aside(bank, capsys):
    bank.work.mkdir(exist_ok=True)
    (bank.work / ".quiz.json").write_text("{")

    main(["quiz", "1.1", "a"])

    assert (bank.work / ".quiz.unreadable").read_text() == "{"
    assert json.loads((bank.work / ".quiz.json").read_text())["1.1"]["right"] is True


def test_a_cell_shows_the_same_and_folds_the_answer_away(bank):
    open_cell, answered = notebook.quiz("1.1"), notebook.quiz("1.1", "b")

    assert "Which is one?" in repr(open_cell)
    assert "not yet: A protocol." in repr(answered)
    page = answered._repr_html_()
    assert "(your choice)" in page
    assert "<details><summary>The open question behind it, with a model answer</summary>" in page
    assert "(your choice, and the answer)" in notebook.quiz("1.1", "a")._repr_html_()
    assert repr(notebook.quiz("9")).startswith("error: There is no topic, check or question '9'.")
