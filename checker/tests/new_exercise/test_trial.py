"""Adding an exercise, for real: the steps that `new-exercise` prints, on a draft that someone has filled in."""

import subprocess
import sys

import pytest

from checker import Grader
from checker.cli import main
from checker.course import find_course
from checker.law import matrix, verdicts
from checker.law.bench import Bench
from checker.law.case import read_case
from checker.law.notebook_run import notebook_runs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(filled, tmp_path_factory):
    """One grader for all tests of this file, and one memory of results."""
    with Grader(filled) as grader:
        yield Bench(grader, tmp_path_factory.mktemp("results"))


@pytest.fixture
def case(filled):
    return read_case(find_course(filled).exercise(12))


@pytest.mark.full
def test_the_filled_draft_keeps_the_law_and_every_mutant_is_caught(filled, monkeypatch, capsys):
    monkeypatch.chdir(filled)

    assert main(["selftest", "12", "--law", "--mutants"]) == 0

    assert capsys.readouterr().out.startswith("12_retries: ok, 15 of 15 mutants caught, 0 free (")


def test_the_skeleton_can_be_graded_before_a_place_is_filled(skeleton, make_starter, capsys):
    """So that an author replaces it piece by piece, and always has something that runs."""
    make_starter(skeleton)

    assert main(["selftest", "12"]) == 0

    assert capsys.readouterr().out.startswith("12_tracing: ok (")


def test_without_a_starter_the_author_is_told_to_make_it(skeleton, capsys):
    assert main(["selftest", "12", "--law"]) == 3

    assert capsys.readouterr().out.splitlines()[1:] == ["  12_tracing/starter is not there. Run `make sync`."]


def test_another_trainee_s_answers_are_right_too(case, bench):
    answer = matrix.solution(case, bench.answers(case, 9))

    assert verdicts.earns_all(case, "solution", bench.grade(case, answer, trainee_seed=9)) == []


@pytest.mark.parametrize("name", ["starter", "solution"])
def test_its_notebook_runs(case, bench, tmp_path, name):
    assert notebook_runs(case, bench.targets(case)[name], tmp_path, {}) == []


def test_plain_pytest_judges_the_starter(filled):
    argv = [sys.executable, "-m", "pytest", "-q", "12_retries/checks", "--submission", "12_retries/starter"]
    done = subprocess.run(argv, cwd=filled, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("3 failed, 1 passed in ")


def test_the_filled_draft_has_every_part_of_the_skeleton(skeleton, filled):
    parts = [path.relative_to(skeleton).as_posix() for path in skeleton.rglob("*") if path.is_file()]
    parts = [one for one in parts if one.split("/")[0] not in ("right", "wrong") and "tracing" not in one]

    missing = [one for one in parts if not (filled / "12_retries" / one).exists() and one != "solution/observe.py"]

    assert missing == []
