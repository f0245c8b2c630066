"""Exercise 5's own live row, on a real cluster: what the offline rows say of an update under load is so."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from checker import Grader
from checker.course import find_course
from checker.law.case import read_case
from checker.law.today import of_its_day
from course.build.sync import ROOT
from course.engines.agreement import lay_out, targets
from course.engines.testing import alone, figure, need

pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(1800)]


def row_of(name):
    """The live row of one target, as `checker check 5 --live` has it."""
    need("kubernetes")
    need("docker")
    course = find_course(ROOT)
    case = read_case(course.exercise("05"))
    target = next(one for one in targets(case) if one.name == name)
    with tempfile.TemporaryDirectory() as place, alone("kubernetes"), Grader(course) as grader:
        folder = Path(place) / case.slug
        folder.mkdir()
        lay_out(case, target, folder)
        return grader.grade("05", folder, seed=1, live=True).row("updated-for-real")


def test_the_solution_is_updated_and_taken_back_without_a_failed_request():
    bar = "an update and its undo, 40 requests a second on new connections, 0 failed"
    with figure("exercise 5: the solution", bar, engine="kubernetes") as found:
        row = row_of("solution")

        found.value = f"{row.verdict} {row.seen}".strip()
        assert (row.verdict, row.seen) == ("passed", ""), row


@pytest.mark.parametrize(
    ("name", "tried", "seen"),
    [
        pytest.param(
            "wrong/three_replicas_recreated",
            "ran kubectl set env deployment/movie-service RELEASE=2, while",
            "requests failed",
            marks=of_its_day(0),
        ),
        pytest.param(
            "wrong/no_target_port",
            "asked http://movie-service from another pod",
            "0 requests answered",
            marks=of_its_day(3),
        ),
    ],
)
def test_a_wrong_answer_loses_it(name, tried, seen):
    row = row_of(name)

    assert row.verdict == "not_yet", row
    assert tried in row.tried and seen in row.seen
