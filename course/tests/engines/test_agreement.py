"""The harness that compares an engine's verdicts with ours; the engine here is a program that reads the files."""

from __future__ import annotations

import pytest

from checker.course import find_course
from checker.law.case import read_case
from course.engines import agreement
from course.engines.agreement import Verdict, agree, rows_agree, targets
from course.engines.found import Found

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    monkeypatch.setattr(agreement, "need", lambda name: Found(name, True, "1"))


def takes_all(found, folder):
    return Verdict(True, "")


def refuses_starter(found, folder):
    text = (folder / "app.py").read_text()
    return Verdict("TODO" not in text, "there is a TODO left")


def test_every_variant_is_asked_about_with_its_whole_folder(tmp_path):
    seen = []

    agree("01", "docker", lambda found, folder: seen.append(sorted(folder.iterdir())) or Verdict(True, ""), refused={})

    case = read_case(find_course().exercise(1))
    assert len(seen) == len(targets(case)) == 2 + len(case.variants.right) + len(case.variants.wrong)
    assert all(any(path.name == "app.py" for path in paths) for paths in seen)


def test_no_difference_says_nothing():
    assert agree("01", "docker", takes_all, refused={}) == []
    assert agree("01", "docker", refuses_starter, refused={"starter": "a TODO left"}) == []


def test_each_difference_is_named():
    assert agree("01", "docker", refuses_starter, refused={}) == [
        "01_prediction_endpoint/starter: the engine refuses it: there is a TODO left"
    ]
    assert agree("01", "docker", refuses_starter, refused={"starter": "no app"}) == [
        "01_prediction_endpoint/starter: the engine refuses it with other words than 'no app': there is a TODO left"
    ]
    assert agree("01", "docker", takes_all, refused={"solution": "x"}) == [
        "01_prediction_endpoint/solution: the engine takes it, and should refuse it with 'x'."
    ]


def test_a_difference_with_a_reason_is_allowed_and_a_name_that_is_none_is_not():
    allowed = {"starter": "the reason, and its source"}

    assert agree("01", "docker", refuses_starter, refused={}, allowed=allowed) == []
    assert agree("01", "docker", takes_all, refused={}, allowed={"wrong/none": "x"}) == [
        "01_prediction_endpoint: 'wrong/none' is named and is no target."
    ]


def test_a_command_s_verdict_is_its_exit_code(tmp_path):
    ask = agreement.command("sh", "-c", "echo one; echo two; ls; exit 1", shown=1)
    (tmp_path / "file").write_text("")

    assert ask(Found("docker", True), tmp_path) == Verdict(False, "file")


STARTER = slice(0, 1)


def shows_all(engine, folder):
    return {"starts": True, "bounds": True, "documented": True}


def test_each_row_that_the_engine_contradicts_is_named_but_for_a_reason(monkeypatch):
    monkeypatch.setattr(agreement, "Live", lambda name, folder: None)

    # The row `documented` waits for another and says nothing.
    assert rows_agree("01", "docker", shows_all, part=STARTER) == (
        2,
        ["01_prediction_endpoint/starter: the row 'bounds' says not_yet, and docker shows the contrary."],
    )
    allowed = {"starter": {"bounds": "the reason, and its source"}}
    assert rows_agree("01", "docker", shows_all, part=STARTER, allowed=allowed) == (2, [])


def test_who_lacks_a_needed_row_is_left_out_and_a_name_that_is_none_is_told():
    assert rows_agree("01", "docker", shows_all, part=STARTER, needs=("strict",)) == (0, [])
    assert rows_agree("01", "docker", shows_all, part=slice(0), allowed={"wrong/none": {}}) == (
        0,
        ["01_prediction_endpoint: 'wrong/none' is named and is no target."],
    )
