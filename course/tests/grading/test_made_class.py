"""Made classes of thirty: every kind of hand-in gets the grade that it deserves, and three repeats give the same."""

from __future__ import annotations

import pytest

from checker.classroom.run import Options, grade_class
from checker.course import find_course
from checker.law.today import of_its_day
from course.benchmarks.made_class import KINDS, make_class
from course.build.sync import ROOT

# Parsed only: thirty hand-ins take seconds.
EXERCISE = "04_compose"
pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]


def graded(folder, out):
    return grade_class(find_course(ROOT), Options(folder, out, only=(EXERCISE,), seed=11))


def points(run):
    """By the number in each made name: one of the hostile ones changes the rest."""
    return {int(one.name.split()[-1]): (one.status, one.score) for one in run.submissions}


# One of the three classes each day, and now and then none; WHOLE=1 asks all.
@pytest.mark.parametrize("seed", [pytest.param(seed, marks=of_its_day(seed)) for seed in (1, 2, 3)])
def test_a_class_of_thirty(tmp_path, seed):
    people = make_class(find_course(ROOT), [EXERCISE], tmp_path / "class", seed=seed, kinds=(*KINDS, "hostile"))
    before = files(tmp_path / "class")

    repeats = [graded(tmp_path / "class", tmp_path / str(n)) for n in range(3)]

    found, most = points(repeats[0]), repeats[0].max
    kinds = {int(one.name.split()[-1]): one for one in people}
    assert len(found) == len(people) == 30
    assert [one.name for number, one in kinds.items() if one.full and found[number] != ("graded", most)] == []
    nothing = [found[number] for number, one in kinds.items() if one.kind in ("empty", "hostile")]
    assert {score for _, score in nothing} == {0}
    lost = [one.name for number, one in kinds.items() if one.kind in ("partial", "wrong") and found[number][1] == most]
    assert (lost, {status for status, _ in found.values()}) == ([], {"graded"})
    assert [run.without_times() == repeats[0].without_times() for run in repeats] == [True] * 3
    # The grader wrote nothing where the class lies, and nothing beside its own folders.
    assert files(tmp_path / "class") == before
    assert {path.name for path in tmp_path.iterdir()} == {"class", "0", "1", "2"}


def files(folder):
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(folder.rglob("*"))}
