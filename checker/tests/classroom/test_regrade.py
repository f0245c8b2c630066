"""A corrected check: what it decides is judged again, the old result is kept, the difference told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checker import Grader
from checker.classroom.processes import Event
from checker.classroom.record import read_class, read_result
from checker.classroom.regrade import as_text
from checker.classroom.run import Options, Told, grade_class
from checker.classroom.store import Store
from checker.errors import Misuse
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG


@pytest.fixture
def grade(mini, given, tmp_path):
    """Grade with the checks as they stand now."""
    heard = {}

    def execute(root, jobs, count):
        heard["judged"] = [job.folder.parent.name for job in jobs]
        with Grader(mini) as grader:
            for job in jobs:
                yield Event(job, True, grader.grade(job.exercise, job.folder, seed=job.seed).to_dict())

    def run(execute=execute, **more):
        told = Told(regraded=lambda found, again: heard.update(text=as_text(found, again)))
        graded = grade_class(mini, Options(given, tmp_path / "out", seed=7, **more), told, execute)
        return graded, heard

    return run


@pytest.fixture
def three(folder):
    folder(f"ada/{SLUG}", RIGHT)
    folder(f"bob/{SLUG}", PARTIAL)
    folder(f"eve/{SLUG}", EMPTY)


def correct(mini):
    """Half of the answer is worth two points now."""
    path = mini.exercises_folder / SLUG / "checks" / f"test_{SLUG}.py"
    path.write_text(path.read_text().replace("partial(1,", "partial(2,"))


@pytest.mark.slow
def test_only_what_changed_is_told_and_the_old_result_is_kept(grade, three, mini, tmp_path):
    before, _ = grade()
    correct(mini)
    after, heard = grade(regrade=True)

    assert [one.score for one in after.submissions] == [5, 4, 0]
    assert heard["text"].splitlines() == [
        f"regraded: {SLUG} (new: checks); 1 submission changed",
        "  trainee                   exercise                  was  now",
        "  bob                       01_greeting                 3    4",
        "      answers: partial (1) -> partial (2)",
    ]
    out = tmp_path / "out"
    assert read_class(out / "regraded" / "001") == before
    assert Store(out).kept(before.submissions[1].cells[0].job).score == 3
    assert read_result(out, after.submissions[1].cells[0]).score == 4
    assert json.loads((out / "regraded" / "001" / "difference.json").read_text()) == [
        {"submission": "bob", "name": "bob", "exercise": SLUG, "was": 3, "now": 4,
         "checks": [{"id": "answers", "was": "partial (1)", "now": "partial (2)"}]},
    ]  # fmt: skip


@pytest.mark.slow
def test_nothing_changed(grade, three):
    grade()
    after, heard = grade(regrade=True)

    assert (heard["judged"], heard["text"]) == ([], "regraded: nothing that decides results has changed since")
    assert after.whole


@pytest.mark.slow
def test_a_change_that_changes_no_grade(grade, three, mini):
    grade()
    path = mini.exercises_folder / SLUG / "checks" / f"test_{SLUG}.py"
    path.write_text(path.read_text() + "\n# a word more\n")

    assert grade(regrade=True)[1]["text"] == f"regraded: {SLUG} (new: checks); no grade and no verdict changed"


@pytest.mark.slow
def test_an_interrupted_regrade_tells_the_whole_difference_later(grade, three, mini, tmp_path):
    before, _ = grade()
    correct(mini)

    def killed(root, jobs, count):
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        grade(killed, regrade=True)
    _, heard = grade()

    assert heard["text"].splitlines()[0] == f"regraded: {SLUG} (new: checks); 1 submission changed"
    assert read_class(tmp_path / "out" / "regraded" / "001") == replace(before)


def test_nothing_to_grade_again(grade, three, tmp_path):
    with pytest.raises(Misuse) as error:
        grade(regrade=True)

    assert str(error.value) == f"There is no graded class in {str(tmp_path / 'out')!r} to grade again."
    assert error.value.next_step == "the same command without --regrade"
