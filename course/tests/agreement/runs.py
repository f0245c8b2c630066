"""What exercise 7 computes of a variant's runs, and what act said of them, in the same words."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

from checker import sibling
from checker.workflows import events
from checker.workflows.events import Event
from checker.workflows.reading import read
from checker.workflows.results import Fault
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "07_github_actions" / "checks" / "conftest.py")
DIGEST = f"sha256:{'0a1b' * 16}"
RUNS = re.compile(r"^(staging|production) now runs (\S+)$", re.MULTILINE)
# Where act is known to differ from GitHub, or what it would need was not handed in.
ALLOWED = {
    "wrong/continue_on_error": "actions/runner 1161: act skips the jobs that need one which may fail, GitHub runs them",
    "right/login_of_the_team": "the action of the team's repository is no part of the hand-in",
}
# act and GitHub do not read these at all; the check `valid` says so, and their runs are not computed for anybody.
REFUSED = ("wrong/needs_misspelled", "wrong/step_one_level_up")


def scenarios() -> dict[str, tuple[list[str], Event, Fault]]:
    """The words for act, and the event and fault of the computed run."""
    red = Fault(command=sibling(CHECKS, "images").is_test)
    return {
        "push": (["push"], events.push(), Fault()),
        "red": (["--fail", "pytest", "push"], events.push(), red),
        "proposal": (["pull_request"], events.pull_request(), Fault()),
        "dispatch": (
            ["--input", f"digest={DIGEST}", "workflow_dispatch"],
            events.dispatch({"digest": DIGEST}),
            Fault(),
        ),
    }


def computed(folder: Path, event: Event, fault: Fault) -> list[list[tuple[str, str]]]:
    """What is deployed, environment and image, in each outcome that is possible."""
    paper, images = sibling(CHECKS, "pipeline"), sibling(CHECKS, "images")
    names = ["deploy.yml", *sorted(path.name for path in folder.glob("*.yml") if path.name != "deploy.yml")]
    pipeline = paper.Pipeline({name: read(name, (folder / name).read_text("utf-8")) for name in names})
    return [
        [(one.environment, one.image) for one in images.deployments(outcome) if _taken(images, outcome, one)]
        for outcome in pipeline.outcomes(event, fault)
    ]


def _taken(images: ModuleType, outcome: Any, one: Any) -> bool:
    """Whether deploy.sh would take the image: with a tag or digest, and not read from a file of another machine."""
    elsewhere = images.names_digest(outcome, one).startswith("reads ")
    return not elsewhere and not one.image.endswith(("@", ":"))


def difference(name: str, scenario: str, folder: Path, said: str) -> str:
    """What act deployed and what was computed, where the two differ: in environments, or in a digest or none."""
    _, event, fault = scenarios()[scenario]
    act, due = RUNS.findall(said), computed(folder, event, fault)
    same = [outcome for outcome in due if sorted(_shapes(outcome)) == sorted(_shapes(act))]
    return "" if same else f"{name}, {scenario}: act deploys {act}, computed is {due}"


def _shapes(deployed: list[tuple[str, str]]) -> list[tuple[str, bool]]:
    return [(environment, bool(re.search(r"@(?:sha256:|‹)", image))) for environment, image in deployed]
