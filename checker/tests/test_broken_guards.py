"""A guard that broke costs no point, and nobody is told that all is done."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checker.catalog import declared_checks
from checker.cli import main
from checker.course import find_course
from checker.next_step import next_step
from checker.state import load_state


@pytest.fixture
def at_work(mini, monkeypatch, greeting):
    """Exercise 1 with all of its points, and one thing of the starter broken."""
    (greeting.folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(mini.root)
    main(["start", "1"])
    state = load_state(mini.work / "01_greeting")
    checks = declared_checks(find_course(mini.root).exercise(1)).values()
    rows = [{"id": one.id, "title": one.title, "task": one.task, "verdict": "passed"} for one in checks]
    points = sum(one.points for one in checks)
    broken = {"id": "was-there", "title": "The app starts.", "task": 1, "verdict": "broken"}
    state.recent = ["was-there"]
    state.last = {"score": points, "max": points, "rows": [*rows, broken], "profile": "self"}
    state.save()
    return points


def test_status_says_so_and_sends_back_to_the_check(at_work, capsys):
    capsys.readouterr()

    main(["status"])

    out = capsys.readouterr().out
    assert f"{at_work} of {at_work} points, 1 guard broken" in out
    assert out.endswith("next: checker check 1\n")


def test_a_run_sends_to_the_row_that_is_broken_and_to_no_hint(mini):
    rows = [SimpleNamespace(verdict=verdict, kind="check", good=False) for verdict in ("broken", "not_yet")]

    said = next_step(SimpleNamespace(rows=rows), mini, mini.exercise(1))

    assert said == "next: mend what is broken first; its row says where. Then: checker check 1"


@pytest.mark.slow
def test_a_check_of_one_task_that_comes_after_a_guard_finds_it_mended(mini, at_work, capsys):
    """Such a run leaves out the rows of other tasks that are good, and the status said for ever that one is broken."""
    folder = mini.work / "01_greeting"
    state = load_state(folder)
    # Task 2 comes after a row of task 1, and that one after the guard.
    verdicts = {"imports": "broken", "names": "passed", "answers": "not_yet"}
    rows = [row | {"earned": 0, "max": 0} for row in state.last["rows"] if row["id"] in verdicts]
    checks = find_course(mini.root).exercise(1).checks_digest()
    state.last |= {"checks_sha256": checks, "rows": [row | {"verdict": verdicts[row["id"]]} for row in rows]}
    state.save()
    main(["status"])
    assert "1 guard broken" in capsys.readouterr().out

    main(["check", "1.2"])
    main(["status"])

    assert "broken" not in capsys.readouterr().out


SEEN = {
    "seen": "status 500: RuntimeError: no folder",
    "where": "app.py, page",
    "next": "Without this variable there is one process. What does the page hold then, and how does it find that out?",
}
QUESTION = """
Without this variable there is one process. What does the page hold then, and
how does it find that out?
"""


@pytest.mark.parametrize(
    ("seen", "shown"),
    [({}, ""), (SEEN, "seen   status 500: RuntimeError: no folder\nwhere  app.py, page\n" + QUESTION)],
)
def test_hint_says_what_the_run_saw_of_what_is_broken(mini, at_work, capsys, seen, shown):
    state = load_state(mini.work / "01_greeting")
    state.last["rows"][-1] |= seen
    state.save()
    capsys.readouterr()

    assert [main(["hint", "1"]), main(["hint", "01.was-there"])] == [0, 0]

    assert capsys.readouterr().out == 2 * (
        "01.was-there: The app starts.\n\n"
        "This worked in the starter and is broken. Other rows wait for it. No hint is used up.\n"
        f"{shown}\nnext: checker check 1\n"
    )


def test_what_was_seen_of_a_broken_row_may_be_mended_by_now(mini, at_work, capsys):
    folder = mini.work / "01_greeting"
    state = load_state(folder)
    state.judged["was-there"] = {"app.py": "another digest"}
    state.save()
    capsys.readouterr()

    assert main(["hint", "1"]) == 0

    assert capsys.readouterr().out.endswith(
        "changed: what was found there may be mended. No hint is used up.\nnext: checker check 1\n"
    )


def test_no_hint_is_needed_where_all_is_passed(mini, at_work, capsys):
    state = load_state(mini.work / "01_greeting")
    state.last["rows"] = state.last["rows"][:-1]
    state.save()
    capsys.readouterr()

    assert [main(["hint", "1"]), main(["hint", "1.2"])] == [0, 0]

    assert capsys.readouterr().out == (
        "Every check of exercise 1 is passed. No hint is needed.\nnext: checker check 1 --why\n"
        "Every check of task 1.2 is passed. No hint is needed.\nnext: checker check 1 --why\n"
    )


def test_hint_goes_on_when_a_check_of_one_task_no_longer_finds_it_broken(mini, at_work, capsys):
    """Such a run leaves out the rows of other tasks that are good; the old verdict of the guard stays."""
    state = load_state(mini.work / "01_greeting")
    first = next(one for one in declared_checks(find_course(mini.root).exercise(1)).values() if one.hints)
    state.last["rows"] = [row | ({"verdict": "not_yet"} if row["id"] == first.id else {}) for row in state.last["rows"]]
    state.recent = [first.id]
    state.save()
    capsys.readouterr()

    assert main(["hint", "1"]) == 0

    assert capsys.readouterr().out.startswith(f"01.{first.id}: ")


@pytest.mark.parametrize(("second", "helped"), [("not_yet", 1), ("passed", 0)])
def test_a_row_that_waits_gets_a_hint_only_when_no_other_is_lost(mini, at_work, capsys, second, helped):
    """What it waited for may have been repaired since, by a check of that task alone."""
    state = load_state(mini.work / "01_greeting")
    with_hints = [one.id for one in declared_checks(find_course(mini.root).exercise(1)).values() if one.hints]
    verdicts = {with_hints[0]: "waits_for", with_hints[1]: second}
    state.last["rows"] = [row | {"verdict": verdicts.get(row["id"], "passed")} for row in state.last["rows"]]
    state.recent = []
    state.save()
    capsys.readouterr()

    assert main(["hint", "1"]) == 0

    assert capsys.readouterr().out.startswith(f"01.{with_hints[helped]}: ")
