"""A class is graded whole or goes on later: interrupted, disk full, a process lost; same seed, same bytes."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from checker.classroom.assemble import LEVELS, Outcome
from checker.classroom.processes import Event, run_jobs
from checker.classroom.record import read_class, read_result
from checker.classroom.run import Options, Told, grade_class
from checker.classroom.store import Store
from checker.errors import CheckerError, Misuse
from checker.journal import Journal
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG

pytestmark = pytest.mark.slow


@pytest.fixture
def three(folder, zipped):
    folder(f"ada/{SLUG}", RIGHT)
    folder(f"bob/{SLUG}", PARTIAL)
    zipped("eve.zip", files=EMPTY)


@pytest.fixture
def grade(mini, given, tmp_path, here):
    def run(execute=here, *, told=None, out="out", **more):
        return grade_class(mini, Options(given, tmp_path / out, **{"seed": 7} | more), told, execute)

    return run


def scores(graded):
    return {one.id: (one.status, one.score, one.max) for one in graded.submissions}


def shown_files(out):
    """Everything that does not depend on when it was made: results by path, and the record without its times."""
    results = {
        path.relative_to(out).as_posix(): json.loads(path.read_text()) for path in (out / "results").rglob("*.json")
    }
    for table in results.values():
        table.update(started="", duration_s=0)
    return results, read_class(out).without_times()


def test_a_class_is_graded(grade, three, tmp_path):
    graded = grade()

    assert scores(graded) == {"ada": ("graded", 5, 5), "bob": ("graded", 3, 5), "eve": ("graded", 0, 5)}
    assert read_class(tmp_path / "out") == graded
    assert (graded.whole, graded.isolation in LEVELS, graded.seed) == (True, True, 7)
    assert read_result(tmp_path / "out", graded.submissions[1].cell(SLUG)).row("answers").verdict == "partial"


def nobody(root, jobs, count):
    assert jobs == []
    return iter(())


def test_a_second_run_judges_nothing_again(grade, three, tmp_path):
    grade()
    before = shown_files(tmp_path / "out")

    grade(nobody)

    assert shown_files(tmp_path / "out") == before


def test_identical_hand_ins_are_judged_once(grade, folder, here, tmp_path):
    folder(f"ada/{SLUG}")
    folder(f"bob/work/{SLUG}")
    judged = []

    def count(root, jobs, number):
        judged.extend(jobs)
        return here(root, jobs, number)

    graded = grade(count)

    assert (len(judged), scores(graded)) == (1, {"ada": ("graded", 5, 5), "bob": ("graded", 5, 5)})
    assert (tmp_path / "out" / "results" / "bob" / f"{SLUG}.json").is_file()


def test_what_was_not_handed_in_is_zero_and_said(grade, three, folder, mini):
    folder("ann", {})
    graded = grade()

    assert graded.submissions[1].status == "refused"
    assert graded.submissions[1].cells[0].says == "Nothing was handed in."


def test_the_recorded_seed_serves_the_next_run(grade, three, tmp_path):
    first = grade(seed=None)

    assert grade(nobody, seed=None).seed == first.seed


def test_a_grade_does_not_change_by_mistake(grade, three, tmp_path):
    grade()
    with pytest.raises(Misuse) as error:
        grade(seed=8)

    assert str(error.value) == f"The class in {str(tmp_path / 'out')!r} was graded with seed 7, not 8."
    assert error.value.next_step == "--seed 7, or another folder with --out"


def test_changed_checks_are_not_applied_by_mistake(grade, three, mini):
    grade()
    path = mini.exercises_folder / SLUG / "checks" / f"test_{SLUG}.py"
    path.write_text(path.read_text() + "\n# mended\n")
    with pytest.raises(Misuse) as error:
        grade()

    assert str(error.value) == f"What decides results has changed since this class was graded: {SLUG} (checks)."
    assert error.value.next_step == "the same command with --regrade: it judges these again and prints what changed"


def test_best_and_latest_attempt(grade, zipped, tmp_path):
    zipped("ada.zip", files=RIGHT)
    zipped("ada (2).zip", files=PARTIAL)

    latest, best = grade(), grade(out="best", rule="best")

    assert [(one.id, one.score) for one in latest.counted] == [("ada", 3)]
    assert scores(latest)["ada.1"] == ("not_graded", 0, 5)
    assert latest.submissions[0].says == "A later attempt counts."
    assert [(one.id, one.score, one.attempt.number) for one in best.counted] == [("ada.1", 5, 1)]


def test_late_work_loses_what_the_course_says(here, three, mini, given, tmp_path):
    course = replace(mini, table=mini.table | {"grading": "rules.toml"})
    (mini.root / "rules.toml").write_text("[grading]\npass_mark = 70\nlate_percent_per_day = 10\nlate_days = 3\n")
    times = tmp_path / "times.csv"
    times.write_text("submission,received\nada,2026-11-27T10:00\nbob,2026-11-26T10:00\n")
    options = Options(given, tmp_path / "late", seed=7, deadline="2026-11-26T18:00", received=times)

    graded = grade_class(course, options, execute=here)

    assert [(one.id, one.points, one.late is None) for one in graded.submissions] == [
        ("ada", 4.5, False), ("bob", 3.0, True), ("eve", 0.0, True),
    ]  # fmt: skip
    assert graded.policy.pass_mark == 70


# -- what goes wrong ------------------------------------------------------------------------------------------------
def interrupted(here, after, error):
    def execute(root, jobs, count):
        for number, event in enumerate(here(root, jobs, count)):
            if number == after:
                raise error
            yield event

    return execute


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_an_interrupted_run_leaves_no_zero_and_goes_on(grade, three, here, tmp_path, after):
    grade(out="whole")
    with pytest.raises(KeyboardInterrupt):
        grade(interrupted(here, after, KeyboardInterrupt()))

    between = read_class(tmp_path / "out")
    assert not between.whole
    assert [one.status for one in between.submissions].count("graded") == after // 2
    says = "The run ended before it was judged. Run the same command again: it goes on where it stopped."
    assert between.submissions[2].says == says

    said = []
    grade(told=Told(say=said.append))
    assert shown_files(tmp_path / "out") == shown_files(tmp_path / "whole")
    unfinished = "an earlier run ended before its end; what it judged is kept, the rest is judged now"
    assert said == ([unfinished] if after % 2 else [])


def test_a_full_disk(grade, three, tmp_path, monkeypatch):
    grade(out="whole")
    keep, kept = Store.finish, []

    def full(self, key, result):
        if kept:
            raise OSError(errno.ENOSPC, "No space left on device")
        kept.append(key)
        keep(self, key, result)

    monkeypatch.setattr(Store, "finish", full)
    with pytest.raises(CheckerError) as error:
        grade()

    where = f"Results cannot be written to {str(tmp_path / 'out')!r}"
    assert str(error.value) == f"{where}: No space left on device. What was judged before is kept."
    assert error.value.next_step == "make room there, then run the same command again: it goes on where it stopped"
    assert [one.status for one in read_class(tmp_path / "out").submissions] == ["graded", "not_graded", "not_graded"]

    monkeypatch.undo()
    grade()
    assert shown_files(tmp_path / "out") == shown_files(tmp_path / "whole")


def test_a_disk_that_takes_nothing(grade, three, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "lock").mkdir()
    with pytest.raises(Misuse) as error:
        grade()

    assert str(error.value) == f"Results cannot be kept in {str(tmp_path / 'out')!r}: Is a directory."


def test_two_graders_at_once(grade, three, tmp_path):
    with Journal(tmp_path / "out").locked(), pytest.raises(CheckerError) as error:
        grade()

    assert str(error.value) == f"Another grader is at work in {str(tmp_path / 'out')!r}."


def test_no_such_folder(grade, given, tmp_path):
    given.rmdir()
    with pytest.raises(Misuse) as error:
        grade()

    assert str(error.value) == f"There is no folder {str(given)!r}."
    assert not (tmp_path / "out").exists()


DIES = """
import os, pathlib, signal
def die(text):
    here = pathlib.Path(__file__).with_name("died")
    if {when}:
        here.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
"""


def deadly(mini, when):
    """The first check ends the process that judges, as a machine out of memory does."""
    path = mini.exercises_folder / SLUG / "checks" / f"test_{SLUG}.py"
    text = path.read_text().replace(
        "    name = submission.random", "    die(submission.text('answers.toml'))\n    name = submission.random"
    )
    path.write_text(text.replace("\n\n\n@check", DIES.format(when=when) + "\n\n@check", 1))


def test_a_lost_process_is_replaced_and_its_job_judged_again(grade, three, mini):
    deadly(mini, "not here.exists()")

    assert scores(grade(run_jobs, jobs=2)) == {
        "ada": ("graded", 5, 5), "bob": ("graded", 3, 5), "eve": ("graded", 0, 5),
    }  # fmt: skip


def test_a_job_that_ends_every_process_costs_no_other(grade, three, mini):
    deadly(mini, "'length = 4' in text")

    graded = grade(run_jobs, jobs=1)

    assert scores(graded) == {"ada": ("graded", 5, 5), "bob": ("error", 0, 5), "eve": ("graded", 0, 5)}
    lost = "The process that judged it ended 2 times before it answered. Grade the class again, with --jobs 1."
    assert graded.submissions[1].says == lost


def test_a_check_that_could_not_be_run_says_what_to_do():
    assert Outcome.of(SimpleNamespace(status="error", score=0, max=5, isolation="none")).says == (
        "A check could not be run: its row says why. Grade again, or set its points by hand."
    )


def test_a_fault_of_the_checker_is_an_error_and_no_zero(grade, three, tmp_path):
    def broken(root, jobs, count):
        for job in jobs:
            yield Event(job, True, None, "The checks of 01_greeting cannot be run: no such thing")

    graded = grade(broken)

    assert [one.status for one in graded.submissions] == ["error"] * 3
    assert read_class(tmp_path / "out") == graded
