"""What exercise 7 computes of a push, beside what act really ran of it when the recording was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.course import find_course
from checker.law.case import Case, read_case
from checker.recorded import read
from course.build.sync import ROOT
from course.engines.agreement import lay_out, targets
from course.tests.agreement.runs import ALLOWED, REFUSED, difference

RECORDED = ROOT / "course" / "engines" / "recorded" / "07_github_actions" / "push.json"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(find_course(ROOT).exercise("07"))


@pytest.mark.slow
def test_computed_pushes_deploy_what_act_deployed(case: Case, tmp_path: Path) -> None:
    recorded = {run.of: [step.output for step in run.steps] for run in read(RECORDED).runs}
    said, compared = [], 0
    for target in targets(case):
        if target.name in recorded and target.name not in (*ALLOWED, *REFUSED):
            folder = tmp_path / target.name.replace("/", "-")
            folder.mkdir()
            lay_out(case, target, folder)
            for scenario, output in zip(("push", "red"), recorded[target.name], strict=True):
                said.append(difference(target.name, scenario, folder, output))
                compared += 1

    assert [one for one in said if one] == []
    assert compared >= 100
