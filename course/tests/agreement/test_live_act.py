"""What exercise 7 computes beside what act really runs: right variants, pull requests, and runs by hand.

Pushes of the mistakes are compared with the recording: test_recorded_act.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from checker.course import find_course
from checker.law.case import Case, read_case
from checker.law.matrix import Target
from checker.law.today import PARTS, of_its_day
from course.build.sync import ROOT
from course.engines.agreement import lay_out, targets
from course.engines.testing import need
from course.tests.agreement.runs import ALLOWED, REFUSED, difference, scenarios

pytestmark = [pytest.mark.live, pytest.mark.timeout(1800)]


def asked_of(case: Case, name: str) -> tuple[str, ...]:
    """All scenarios of right variants; of mistakes, those of the recording left out, where they could differ."""
    if name.startswith("right/"):
        return ("push", "red", "proposal", "dispatch")
    lost = next((one.loses for one in case.variants.wrong if f"wrong/{one.name}" == name), "")
    return ("proposal", "dispatch") if lost in ("", "forks", "once", "rollback") else ()


def compared(case: Case, part: int) -> list[Target]:
    """Every seventh target, from this one on, but for those where the two may differ."""
    return [one for one in targets(case)[part::PARTS] if one.name not in (*ALLOWED, *REFUSED)]


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_computed_runs_deploy_what_act_deploys(part):
    case, found = read_case(find_course(ROOT).exercise("07")), need("act")
    said = []
    for target in compared(case, part):
        folder = Path(tempfile.mkdtemp(prefix="agree-"))
        try:
            lay_out(case, target, folder)
            for scenario in asked_of(case, target.name):
                command = [*found.facts["run"].split(), "--short", *scenarios()[scenario][0]]
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
                said.append(difference(target.name, scenario, folder, done.stdout))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    assert said
    assert [one for one in said if one] == []


def test_a_week_compares_sixty_runs_and_more():
    case = read_case(find_course(ROOT).exercise("07"))

    assert sum(len(asked_of(case, one.name)) for part in range(PARTS) for one in compared(case, part)) >= 60
