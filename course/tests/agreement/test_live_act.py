"""What exercise 7 computes of each variant's runs, beside what act really runs of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from checker import sibling
from checker.course import find_course
from checker.law.case import read_case
from checker.workflows import events
from checker.workflows.events import Event
from checker.workflows.reading import read
from checker.workflows.results import Fault
from course.build.sync import ROOT
from course.engines.agreement import lay_out, targets
from course.engines.testing import need

pytestmark = [pytest.mark.live, pytest.mark.timeout(1800)]

CHECKS = str(ROOT / "exercises" / "07_github_actions" / "checks" / "conftest.py")
DIGEST = f"sha256:{'0a1b' * 16}"
RUNS = re.compile(r"^(staging|production) now runs (\S+)$", re.MULTILINE)
# Where act is known to differ from GitHub, or what it would need was not handed in.
ALLOWED = {
    "wrong/continue_on_error": "actions/runner 1161: act skips the jobs that need one which may fail, GitHub runs them",
    "right/login_of_the_team": "the action of the team's repository is no part of the hand-in",
}


def scenarios(images) -> dict[str, tuple[list[str], Event, Fault]]:
    """The words for act, and the event and fault of the computed run."""
    given = {"digest": DIGEST}
    return {
        "push": (["push"], events.push(), Fault()),
        "red": (["--fail", "pytest", "push"], events.push(), Fault(command=images.is_test)),
        "proposal": (["pull_request"], events.pull_request(), Fault()),
        "dispatch": (["--input", f"digest={DIGEST}", "workflow_dispatch"], events.dispatch(given), Fault()),
    }


def computed(folder: Path, event: Event, fault: Fault) -> list[list[tuple[str, str]]]:
    """What is deployed, environment and image, in each outcome that is possible."""
    paper, images = sibling(CHECKS, "pipeline"), sibling(CHECKS, "images")
    names = ["deploy.yml", *sorted(path.name for path in folder.glob("*.yml") if path.name != "deploy.yml")]
    pipeline = paper.Pipeline({name: read(name, (folder / name).read_text("utf-8")) for name in names})
    return [
        [(one.environment, one.image) for one in images.deployments(outcome)]
        for outcome in pipeline.outcomes(event, fault)
    ]


def really(command: list[str], folder: Path) -> list[tuple[str, str]]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return RUNS.findall(done.stdout)


def differences(name: str, folder: Path, command: list[str]) -> list[str]:
    said = []
    for scenario, (words, event, fault) in scenarios(sibling(CHECKS, "images")).items():
        act = really([*command, "--short", *words], folder)
        due = computed(folder, event, fault)
        if sorted(one for one, _ in act) not in [sorted(one for one, _ in outcome) for outcome in due]:
            said.append(f"{name}, {scenario}: act deploys {act}, computed is {due}")
        # By a digest in the one, by a digest in the other.
        for (_, image), (_, paper) in zip(act, due[0], strict=False):
            if ("@sha256:" in image) != bool(re.search(r"@(?:sha256:|‹)", paper)):
                said.append(f"{name}, {scenario}: act deploys {image}, computed is {paper}")
    return said


def test_computed_runs_deploy_what_act_deploys():
    case, found = read_case(find_course(ROOT).exercise("07")), need("act")
    said, compared = [], 0
    for target in targets(case):
        folder = Path(tempfile.mkdtemp(prefix="agree-"))
        try:
            lay_out(case, target, folder)
            if target.name not in ALLOWED and not refused(folder):
                said += differences(target.name, folder, found.facts["run"].split())
                compared += 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    assert said == []
    assert compared >= 50


def refused(folder: Path) -> bool:
    """Whether GitHub would not even read the file; the check `valid` tells that, and no run is computed."""
    lint = need("actionlint")
    done = subprocess.run(
        [lint.where, "-oneline", "deploy.yml"], cwd=folder, capture_output=True, text=True, check=False
    )
    return "[syntax-check]" in done.stdout or "[job-needs]" in done.stdout
