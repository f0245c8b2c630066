"""Made classes of thirty: every kind of hand-in gets the grade that it deserves, and three repeats give the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.classroom.run import Options, grade_class
from checker.course import find_course
from course.benchmarks.made_class import make_class
from course.build.sync import ROOT

# Parsed only: thirty hand-ins take seconds.
EXERCISE = "04_compose"
pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]


def graded(folder, out):
    return grade_class(find_course(ROOT), Options(folder, out, only=(EXERCISE,), seed=11))


def points(run):
    return {one.name: (one.status, one.score) for one in run.submissions}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_class_of_thirty(tmp_path, seed):
    people = make_class(find_course(ROOT), [EXERCISE], tmp_path / "class", seed=seed)
    repeats = [graded(tmp_path / "class", tmp_path / str(n)) for n in range(3 if seed == 1 else 1)]

    found, most = points(repeats[0]), repeats[0].max
    assert len(found) == len(people) == 30
    assert [one.name for one in people if one.full and found[one.name] != ("graded", most)] == []
    assert [one.name for one in people if one.kind == "empty" and found[one.name] != ("graded", 0)] == []
    lost = [one.name for one in people if one.kind in ("partial", "wrong") and found[one.name][1] == most]
    assert (lost, {status for status, _ in found.values()}) == ([], {"graded"})
    assert {replace(run, started="", ended="") == repeats[0].without_times() for run in repeats} == {True}
