"""Why something did not happen in a run without faults, and which line says so; why an empty value is empty."""

from __future__ import annotations

from typing import Any

from checker.workflows import links

QUESTION = "Which job should do this, and what does its `if` ask for?"
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
    idle = next((one for one in outcome.commands() if "pytest" in one[2].text), None)
    if first == images.TESTED and idle:
        seen = f"{first}: {idle[2].text!r} runs none"
        place = idle[0].workflow.at(*idle[1].step.place)
        return paper.Trouble(seen, place, "What does this line do on a day when a test is broken?")
    if first == images.PUSHED and (kept := _kept(paper, images, outcome)):
        return kept
    for job, step in images.skipped(outcome, first):
        if step:
            seen = f"{first}: its step in {job.name} was skipped, its `if` is false: {step.condition}"
            return paper.Trouble(seen, job.workflow.at(*step.place, "if"), QUESTION)
        if not by_hand(job):
            return _of_job(paper, outcome, job, first)
    return paper.Trouble(f"{first}: no job does it", pipeline.main.at("jobs"), QUESTION)


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
