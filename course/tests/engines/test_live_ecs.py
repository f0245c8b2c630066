"""Exercise 6 on ministack: tasks are containers, the balancer forwards, and an image that nobody built goes back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.course import find_course
from checker.law import matrix
from checker.law.case import read_case
from course.engines.testing import Live, alone, figure, need

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]
MAIN = Path(__file__).parents[2] / "engines" / "__main__.py"
WELL = """\
stack service.yaml      CREATE_COMPLETE
left out                Scaling, ByLoad: the emulator does not know their types
tasks                   3 of 3 run
GET /health/ready       200 ready, with PSEUDONYM_KEY
an image nobody built   the deployment fails; the version before is wanted again
afterwards              GET /health/ready 200 ready, with PSEUDONYM_KEY"""
# (the wrong variant, the line that it changes, what that says)
WRONG = (
    ("port_of_the_balancer", "GET /health/ready       200 ready, with PSEUDONYM_KEY", "502 nobody listens on port 80"),
)


@pytest.fixture(scope="module")
def case():
    return read_case(find_course(Path(__file__).parent).exercise("6"))


def said_of(case, target: matrix.Target, folder: Path, *words: str) -> str:
    need("docker")
    target.write(folder)
    with alone("ministack-ecs"):
        done = Live("ministack", folder).ask(sys.executable, str(MAIN), "ecs", *words)
    return done.stdout.strip()


def test_the_solution_runs_answers_and_goes_back(case, tmp_path):
    bar = "3 tasks answer through the balancer, before and after an image that nobody built"
    with figure("ministack: exercise 6", bar, engine="ministack"):
        said = said_of(case, matrix.solution(case, {}), tmp_path, "--broken")

        assert said == WELL


@pytest.mark.parametrize(("name", "line", "instead"), WRONG)
def test_a_mistake_that_the_rows_compute_shows_here_too(case, tmp_path, name, line, instead):
    said = said_of(case, matrix.variant(case, "wrong", name, {}), tmp_path)

    expected = WELL.partition("\nan image")[0].replace(line, f"{line[:24]}{instead}")
    assert said == expected
