"""Which code a job has: jobs begin on an empty machine, and a checkout may ask for another commit."""

from __future__ import annotations

import re
from typing import Any

FETCHES = re.compile(r"\b(?:git|gh repo)\s+(?:clone|fetch|pull)\b|\b(?:curl|wget)\b|\btar\s")
INSIDE = ("docker", "podman", "nerdctl")
QUESTION = "Each job begins on an empty machine. Which step brings the files of the repository to it?"


def without_code(paper: Any, images: Any, outcome: Any) -> Any:
    """The first step that needs files of the repository on a machine to which no step brought any."""
    for job in outcome.jobs():
        if job.job.raw.get("container"):
            continue
        for step in job.steps:
            if step.ran and _brings(step):
                break
            what = _needs_code(images, step) if step.ran else ""
            if what:
                seen = f"{job.name} has no files of the repository for {what}: no step before it checks them out"
                return paper.Trouble(seen, job.workflow.at(*step.step.place), QUESTION)
    return None


def _brings(step: Any) -> bool:
    fetches = any(FETCHES.search(command.text) for command in step.commands)
    return "checkout" in step.step.action or "download-artifact" in step.step.action or fetches


def _needs_code(images: Any, step: Any) -> str:
    if step.step.uses.startswith("./"):
        return str(step.step.uses)
    for command in step.commands:
        outside = command.words[0].rpartition("/")[2] not in INSIDE
        tests = outside and images.is_test(command)
        builds = images.acts(command) and images.BUILDS.search(command.text) and "://" not in command.text
        if tests or builds or images.deploy_call(command):
            return f"{command.text[:40]!r}"
    return ""


def other_code(paper: Any, outcome: Any, event: Any) -> Any:
    """A checkout that asks for another commit than the one that the run is about."""
    for job, step in outcome.steps():
        ref = str(step.given.get("ref") or "")
        if step.step.action != "actions/checkout" or not ref or {"repository", "path"} & set(step.given):
            continue
        if ref not in _own(event) and "‹" not in ref:
            seen = f"{job.name} checks out {paper.short(ref)!r}, whatever the run is about"
            place = job.workflow.at(*step.step.place, "with", "ref")
            return paper.Trouble(seen, place, "Which commit does a checkout take when nothing is said?")
    return None


def _own(event: Any) -> set[str]:
    name = event.ref.removeprefix("refs/").partition("/")[2]
    return {event.sha, event.ref, name, event.head, f"refs/heads/{event.head}"} - {"", "refs/heads/"}
