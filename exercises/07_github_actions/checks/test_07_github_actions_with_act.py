"""Live rows of exercise 7: act runs the pipeline on this machine. They have no points.

Actions, and programs such as pip, pytest and docker, are stand-ins; jobs, conditions, outputs and deploy.sh are real.
"""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, sibling
from checker.workflows.values import to_text

by_hand = sibling(__file__, "by_hand")
RUNS = re.compile(r"^(staging|production) now runs (\S+)$", re.MULTILINE)
DIGEST = f"sha256:{'0a1b' * 16}"
TRIED = "had act run your workflow on this machine, with stand-ins: {}"


def ran(submission: Any, *words: str) -> Any:
    act = submission.engine("act")
    return act.run([*act.facts["run"].split(), "--short", *words], timeout=300)


def deployed(run: Any) -> list[str]:
    """The environments in the order in which deploy.sh named them."""
    return [environment for environment, _ in RUNS.findall(run.output)]


@check(id="act-ships", task=1, after=("ships",), why="The same push, run by a program instead of computed.")
def test_act_ships_a_push(submission):
    """act runs a push to main, and staging and production are deployed."""
    run = ran(submission, "push")
    expect(
        deployed(run) in (["staging", "production"], ["production", "staging"]),
        tried=TRIED.format("a push to main"),
        seen=run.last(6),
        expected="staging and production each say which image they run now",
        where="deploy.yml",
        next="Which job failed or did not run? Run act by yourself to read its whole log.",
    )


@check(id="act-gate", task=1, after=("gate",), why="A gate that was computed, closed for real.")
def test_act_stops_after_a_failing_test(submission):
    """act runs a push whose tests fail, and nothing is deployed."""
    run = ran(submission, "--fail", "pytest", "push")
    expect(
        not deployed(run),
        tried=TRIED.format("a push to main, while pytest fails"),
        seen=run.last(6),
        expected="the job of the tests fails, and no other job runs",
        where="deploy.yml",
        next="Which job ran although the tests failed?",
    )


@check(id="act-proposal", task=4, tier="full", after=("forks",), why="What a stranger's change sets in motion.")
def test_act_only_tests_a_pull_request(submission):
    """act runs the tests of a pull request, and deploys nothing."""
    run = ran(submission, "pull_request")
    expect(
        run.exit_code == 0 and "success" in run.output and not deployed(run),
        tried=TRIED.format("a pull request"),
        seen=run.last(6),
        expected="one job succeeds, nothing is deployed",
        where="deploy.yml",
        next="Which jobs ran, and which condition let them?",
    )


@check(id="act-rollback", task=6, tier="full", after=("rollback",), why="The button, pressed.")
def test_act_goes_back(submission, pipeline):
    """act runs the workflow by hand, and production gets the digest that was typed."""
    given = by_hand.inputs_for(pipeline, DIGEST)
    words = [word for name, value in given.items() for word in ("--input", f"{name}={to_text(value)}")]
    run = ran(submission, *words, "workflow_dispatch")
    images = [image for environment, image in RUNS.findall(run.output) if environment == "production"]
    expect(
        bool(images) and all(image.endswith(f"@{DIGEST}") for image in images),
        tried=TRIED.format("Run workflow, with a digest"),
        seen=run.last(6),
        expected="production says that it runs the image with this digest",
        where="deploy.yml",
        next="What does deploy.sh get as its second argument?",
    )
