"""`checker hint` after a change: what was found may be mended, and hints are few."""

from __future__ import annotations

import pytest

from checker.cli import main
from checker.course import find_course
from checker.state import State, load_state
from checker.verbs.hint import choose
from checker.verbs.target import Target

STRETCH = '''"""A stretch of the miniature exercise."""

from checker import check


@check(id="more", task=3, tier="stretch", hints=("A nudge.", "A pointer.", "An example."))
def test_more(submission):
    """There is more."""
'''


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


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["1", "1.1"])
def test_a_hint_for_what_may_be_mended_is_not_used_up(at_work, capsys, asked):
    change(at_work, "greeting.py")

    assert [said(capsys, asked), said(capsys, asked)] == 2 * [
        "Since the last check of 1.1, greeting.py has changed: what was found there may be mended. "
        "No hint is used up.\nnext: checker check 1.1\n"
    ]
    assert load_state(at_work).hints == {}


@pytest.mark.slow
def test_each_file_that_changed_is_named(at_work, capsys):
    change(at_work, "greeting.py", "answers.toml", "given.py")

    assert said(capsys, "1").startswith("Since the last check of 1.1, answers.toml and greeting.py have changed: ")


@pytest.mark.slow
def test_after_the_next_check_hints_go_on(at_work, capsys):
    main(["hint", "1"])
    change(at_work, "greeting.py")
    main(["check", "1"])

    assert "\npointer (2 of 3)\n" in said(capsys, "1")


@pytest.mark.slow
def test_a_file_that_is_as_it_was_has_not_changed(at_work, capsys):
    before = (at_work / "greeting.py").read_bytes()
    change(at_work, "greeting.py")
    (at_work / "greeting.py").write_bytes(before)

    assert "\nnudge (1 of 3)\n" in said(capsys, "1")


@pytest.mark.slow
def test_the_hint_of_a_check_that_is_named_is_given(at_work, capsys):
    """Whoever names it knows what they want help with; so do those who read again what was shown."""
    change(at_work, "greeting.py")

    assert "\nnudge (1 of 3)\n" in said(capsys, "01.names")
    assert "\nnudge (1 of 3)\n" in said(capsys, "1", "--all")


@pytest.mark.slow
def test_a_task_may_stand_behind_its_option_as_in_check(at_work, capsys):
    assert [said(capsys, "1", "--task", "1"), load_state(at_work).hints] == [
        "01.names: The greeting names the person.\n\nnudge (1 of 3)\nWhich value changes from person to person?\n\n"
        "next: try it and run: checker check 1   (one more hint: checker hint 1)\n",
        {"names": 1},
    ]
    assert "\npointer (2 of 3)\n" in said(capsys, "1.1")


@pytest.mark.slow
def test_a_task_that_is_none_is_refused_with_those_there_are(at_work, capsys):
    capsys.readouterr()

    assert main(["hint", "01", "--task", "9"]) == 2
    assert capsys.readouterr().err == (
        "error: There is no task '01.9'. Exercise 01 has 01.1, 01.2.\ntry: checker check 1\n"
    )


def test_a_check_of_another_task_says_nothing_of_this_one(tmp_path):
    """A check of one task judges its own rows only: the others were last seen in older files."""
    state = State(tmp_path, judged={"names": {"a.py": "1"}, "answers": {"a.py": "2"}})

    assert state.changed_since("names", {"a.py": "2"}) == ["a.py"]
    assert state.changed_since("answers", {"a.py": "2"}) == []
    assert state.changed_since("answers", {"a.py": "2", "b.py": "1"}) == ["b.py"]
    assert state.changed_since("never", {"a.py": "2"}) == []


@pytest.mark.slow
def test_a_check_of_one_task_is_remembered_for_its_rows(at_work):
    first = load_state(at_work).judged["names"]["greeting.py"]
    change(at_work, "greeting.py")
    main(["check", "1.1"])
    judged = load_state(at_work).judged

    assert judged["names"]["greeting.py"] != first
    assert judged["answers"]["greeting.py"] == first


@pytest.fixture
def with_stretch(mini):
    """The miniature exercise with a stretch, whose file comes before that of the graded checks."""
    exercise = find_course(mini.root).exercise(1)
    (exercise.check_folders[0] / "test_01_a_stretch.py").write_text(STRETCH)
    return exercise


LOST, WAITS, PASSED = "not_yet", "waits_for", "passed"


@pytest.mark.parametrize(
    ("recent", "verdicts", "chosen"),
    [
        # Nothing was lost in the last run, which was one of task 1 alone.
        ([], (PASSED, LOST, LOST), "answers"),
        ([], (PASSED, None, None), "answers"),
        # A run of everything, its rows in the order of the files.
        (["more", "answers"], (PASSED, LOST, LOST), "answers"),
        (["more", "answers", "names"], (LOST, LOST, LOST), "names"),
        # A row that is graded and waits for one without hints comes before the stretch too.
        (["more", "imports"], (WAITS, WAITS, LOST), "names"),
        # A run of the stretch alone, and one in which nothing else is left.
        (["more"], (PASSED, LOST, LOST), "more"),
        ([], (PASSED, PASSED, LOST), "more"),
        ([], (PASSED, PASSED, None), "more"),
    ],
)
def test_the_lowest_task_with_points_comes_first_and_the_stretch_last(with_stretch, tmp_path, recent, verdicts, chosen):
    """The verdicts are those of `names` (task 1), `answers` (task 2) and `more`, the stretch."""
    judged = zip(("names", "answers", "more"), verdicts, strict=True)
    rows = [{"id": name, "verdict": verdict} for name, verdict in judged if verdict]

    found = choose(Target(with_stretch), State(tmp_path, recent=recent, last={"rows": rows}))

    assert found.id == chosen
