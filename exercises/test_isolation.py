"""Honest work earns the same in a machine of its own as at a trainee's own check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.course import find_course
from checker.exercise import Exercise
from checker.grade import Grader
from checker.law import matrix
from checker.law.bench import Bench
from checker.law.case import read_case
from checker.sandbox import levels

COURSE = find_course(Path(__file__).parent)


@pytest.fixture(scope="module")
def namespaces(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if fault := levels.namespace_fault():
        pytest.skip(f"no namespaces here: {fault}")
    with Grader(COURSE, bench.grader.resources, isolation="namespace") as grader:
        yield Bench(grader, tmp_path_factory.mktemp("law"))


@pytest.mark.full
@pytest.mark.parametrize("exercise", [pytest.param(one, id=one.number) for one in COURSE.exercises])
def test_the_solution_earns_all_in_namespaces(exercise: Exercise, namespaces: Bench) -> None:
    case = read_case(exercise)

    result = namespaces.grade(case, matrix.solution(case, namespaces.answers(case)))

    lost = [f"{row.id}: {row.verdict}: {row.seen}" for row in result.rows if not row.good]
    assert (result.isolation, result.score, lost) == ("namespace", result.max, [])
