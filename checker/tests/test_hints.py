"""`checker hint` after a change: what was found may be mended, and hints are few."""

from __future__ import annotations

import pytest

from checker.cli import main
from checker.state import State, load_state


@pytest.fixture
def at_work(mini, monkeypatch, greeting):
    """Exercise 1 started and checked, with one row lost and one that waits for it."""
    (greeting.folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(mini.root)
    main(["start", "1"])
    main(["check", "1"])
    return mini.work / "01_greeting"


def change(at_work, *names):
    for name in names:
        (at_work / name).write_text((at_work / name).read_text() + "# changed\n")


def said(capsys, *words):
    capsys.readouterr()
    assert main(["hint", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("asked", ["1", "1.1"])
def test_a_hint_for_what_may_be_mended_is_not_used_up(at_work, capsys, asked):
    change(at_work, "greeting.py")

    assert [said(capsys, asked), said(capsys, asked)] == 2 * [
        "Since the last check of 1.1, greeting.py has changed: what was found there may be mended. "
        "No hint is used up.\nnext: checker check 1.1\n"
    ]
    assert load_state(at_work).hints == {}


def test_each_file_that_changed_is_named(at_work, capsys):
    change(at_work, "greeting.py", "answers.toml", "given.py")

    assert said(capsys, "1").startswith("Since the last check of 1.1, answers.toml and greeting.py have changed: ")


def test_after_the_next_check_hints_go_on(at_work, capsys):
    main(["hint", "1"])
    change(at_work, "greeting.py")
    main(["check", "1"])

    assert "\npointer (2 of 3)\n" in said(capsys, "1")


def test_a_file_that_is_as_it_was_has_not_changed(at_work, capsys):
    before = (at_work / "greeting.py").read_bytes()
    change(at_work, "greeting.py")
    (at_work / "greeting.py").write_bytes(before)

    assert "\nnudge (1 of 3)\n" in said(capsys, "1")


def test_the_hint_of_a_check_that_is_named_is_given(at_work, capsys):
    """Whoever names it knows what they want help with; so do those who read again what was shown."""
    change(at_work, "greeting.py")

    assert "\nnudge (1 of 3)\n" in said(capsys, "01.names")
    assert "\nnudge (1 of 3)\n" in said(capsys, "1", "--all")


def test_a_check_of_another_task_says_nothing_of_this_one(tmp_path):
    """A check of one task judges its own rows only: the others were last seen in older files."""
    state = State(tmp_path, judged={"names": {"a.py": "1"}, "answers": {"a.py": "2"}})

    assert state.changed_since("names", {"a.py": "2"}) == ["a.py"]
    assert state.changed_since("answers", {"a.py": "2"}) == []
    assert state.changed_since("answers", {"a.py": "2", "b.py": "1"}) == ["b.py"]
    assert state.changed_since("never", {"a.py": "2"}) == []


def test_a_check_of_one_task_is_remembered_for_its_rows(at_work):
    first = load_state(at_work).judged["names"]["greeting.py"]
    change(at_work, "greeting.py")
    main(["check", "1.1"])
    judged = load_state(at_work).judged

    assert judged["names"]["greeting.py"] != first
    assert judged["answers"]["greeting.py"] == first
