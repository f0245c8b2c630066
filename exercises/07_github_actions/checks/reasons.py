"""Why something did not happen in a run without faults, and which line says so; why an empty value is empty."""

from __future__ import annotations

import re
from typing import Any

from checker import sibling
from checker.workflows import links
from checker.workflows.testing import OPTIONS

LOGS_IN = sibling(__file__, "rights").LOCAL_LOGIN
QUESTION = "Which job should do this, and what does its `if` ask for?"
WHO_NOTICES = "Which tests does nobody run before this commit reaches production?"
# How an action is called that may deploy, or the job in which it does.
DEPLOYS = re.compile(r"deploy|release|roll-?out|ship|stag|prod", re.IGNORECASE)
OF_EVENT = "For which event is this job, and where could it say so?"


def missing(images: Any, outcome: Any) -> str:
    """What a good commit does not get, in the words of images.DOES; an empty text when it gets all."""
    found = {
        images.TESTED: images.tests(outcome),
        images.BUILT: images.builds(outcome),
        images.PUSHED: images.pushes(outcome),
        images.STAGED: images.to(outcome, "staging"),
        images.RELEASED: images.to(outcome, "production"),
    }
    return next((what for what, done in found.items() if not done), "")


def why_missing(paper: Any, images: Any, pipeline: Any, outcome: Any, *, first: str) -> Any:
    """The job or step that would do it and was skipped, or that no job does it."""
    if cause := _cause(paper, images, outcome, first):
        return cause
    for job, step in images.skipped(outcome, first):
        if step:
            seen = f"{first}: its step in {job.name} was skipped, its `if` is false: {step.condition}"
            return paper.Trouble(seen, job.workflow.at(*step.place, "if"), QUESTION)
        if not by_hand(job):
            return _of_job(paper, outcome, job, first)
    return paper.Trouble(f"{first}: no job does it", pipeline.main.at("jobs"), QUESTION)


def _cause(paper: Any, images: Any, outcome: Any, first: str) -> Any:
    """A step that ran, and does not do what its line seems to do."""
    if first == images.TESTED:
        return _part(paper, images, outcome) or _idle(paper, outcome, first)
    if first == images.PUSHED:
        return _kept(paper, images, outcome)
    return own_action(paper, images, outcome, first) if first in (images.STAGED, images.RELEASED) else None


def _idle(paper: Any, outcome: Any, first: str) -> Any:
    """A command that speaks of pytest and runs no test."""
    for job, step, command in outcome.commands():
        if "pytest" in command.text:
            seen, place = f"{first}: {command.text!r} runs none", job.workflow.at(*step.step.place)
            return paper.Trouble(seen, place, "What does this line do on a day when a test is broken?")
    return None


def _part(paper: Any, images: Any, outcome: Any) -> Any:
    """The command that runs a part of the tests, or the variable or folder that makes it one."""
    for job, step, command in outcome.commands():
        for find, words in (
            (images.selection, "leaves out what `{}` does not pick"),
            (images.left_out, "leaves out {}"),
        ):
            found = find(command.words, command.env, command.folder)
            if found and find(command.words):
                seen, place = f"{command.text!r} {words}", job.workflow.at(*step.step.place, "run")
            elif found and find(command.words, {}, command.folder):
                seen, place = f"{command.text!r} in {command.folder} finds those in {{}} alone", _started_at(job, step)
            elif found:
                seen, place = f"{OPTIONS} {words}", _set_at(job, step, OPTIONS)
            if found:
                return paper.Trouble(f"not all tests run: {seen.replace('{}', found)}", place, WHO_NOTICES)
    return None


def _started_at(job: Any, step: Any) -> str:
    """The line that leads a step into its folder: its own, one of its script, a default of its job or the workflow."""
    key = ("defaults", "run", "working-directory")
    if any(one.words[0] in ("cd", "pushd") for one in step.commands):
        return str(job.workflow.at(*step.step.place, "run"))
    if step.step.folder:
        return str(job.workflow.at(*step.step.place, key[-1]))
    return str(job.at(*key) if key[-1] in str(job.job.raw.get("defaults")) else job.workflow.at(*key))


def _set_at(job: Any, step: Any, name: str) -> str:
    """The line that sets a variable: of the step, its job or the workflow; else the step's script."""
    raw = job.workflow.raw
    if name in step.step.env:
        return str(job.workflow.at(*step.step.place, "env", name))
    if name in (job.job.raw.get("env") or {}):
        return str(job.at("env", name))
    return str(job.workflow.at(*(("env", name) if name in (raw.get("env") or {}) else (*step.step.place, "run"))))


def own_action(paper: Any, images: Any, outcome: Any, what: str) -> Any:
    """An action of the repository that may deploy: its file is no part of what is handed in."""
    done = {one.job.name for one in images.deployments(outcome)}
    steps = [(job, one.step) for job, one in outcome.steps() if one.step.uses.startswith("./") and job.name not in done]
    named = [one for one in steps if DEPLOYS.search(f"{one[1].uses} {one[1].name}")]
    beside = [(job, step) for job, step in steps if DEPLOYS.search(job.name) and not LOGS_IN.search(step.action)]
    for job, step in [*named, *beside]:
        seen = f"{what}: what {step.uses} does in {job.name} was not handed in, so nobody can say"
        question = f"Which steps does {step.uses} hold? Put them into the job: only workflow files are handed in."
        return paper.Trouble(seen, job.workflow.at(*step.place, "uses"), question)
    return None


def _kept(paper: Any, images: Any, outcome: Any) -> Any:
    """An action that builds and is not told to push, or under which name."""
    for job, step in images.builds(outcome):
        if step.step.action == "docker/build-push-action":
            lacks = "tags" if str(step.given.get("push", "")).lower() == "true" else "push: true"
            seen = f"{images.PUSHED}: {step.step.action} in {job.name} builds one, and is not given `{lacks}`"
            place = job.workflow.at(*step.step.place, "with", lacks.partition(":")[0])
            return paper.Trouble(seen, place, "What does this action do with the image when nothing is said?")
    return None


def _of_job(paper: Any, outcome: Any, job: Any, first: str) -> Any:
    above = (one for one in outcome.jobs() if one.name in job.after and one.result == "skipped" and one.job.condition)
    root = job if "its `if`" in job.why else next(above, job)
    link = links.of_condition(root.workflow, root.job)
    if link:
        return paper.Trouble(
            f"{first}: {root.name} was skipped; {link.message}", root.workflow.at(*link.path), link.next
        )
    return paper.Trouble(f"{first}: {root.name} was skipped, {root.why}", root.at("if"), QUESTION)


def by_hand(job: Any) -> bool:
    """Whether a job is meant for the button: it reads what a person typed, or asks for the event."""
    text = str(job.job.raw).lower()
    return "inputs." in text or "workflow_dispatch" in text


def for_the_button(paper: Any, images: Any, outcome: Any) -> Any:
    """A job that reads what a person typed, and runs without a person too."""
    for one in images.calls(outcome):
        if one.of_no_press:
            name = one.job.name
            seen = f"{name} has no `if`: it runs on every event, and deploys {one.version!r} where nobody typed any"
            return paper.Trouble(seen, one.job.at(), OF_EVENT)
    return None


def empty(paper: Any, one: Any, words: str) -> Any:
    """Why the image of a deployment ends with nothing, and where the link is missing."""
    link = links.of_step(one.job.workflow, one.job.job, one.step.step)
    if link is None:
        return None
    return paper.Trouble(
        f"{words} ends with {one.image[-1:]!r}: {link.message}", one.job.workflow.at(*link.path), link.next
    )
