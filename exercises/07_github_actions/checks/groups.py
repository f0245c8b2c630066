"""Concurrency groups: which runs wait for each other, which stop each other, and which take another's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.workflows import events

SAME = "Runs of one group wait for each other. Which text is the same for both pushes?"
GOES_ON = "What does this line say about a run that is still going on?"
IN_LINE = "One run of a group waits, and a newer one takes its place. Who should stand in line with a deployment?"


def overlap(paper: Any, images: Any, pipeline: Any) -> Any:
    """Two pushes of two people, one minute apart, whose deployments overlap or stop each other."""
    first, second = events.push(run=4801), events.push(sha="b" * 40, run=4802, actor="hubot")
    others = list(_deployments(images, pipeline.outcomes(second)[0]))
    for deployment, group, cancels in _deployments(images, pipeline.outcomes(first)[0]):
        job, where = deployment.job, _line(deployment.job)
        if not group:
            seen = f"two runs of {job.name} go on side by side; the slower one wins"
            return paper.Trouble(seen, job.at(), SAME)
        if cancels:
            seen = f"the second run stops {job.name} of the first in the middle of a deployment"
            return paper.Trouble(seen, where, GOES_ON)
        same = [other for found, other, _ in others if found.environment == deployment.environment]
        if same and group not in same:
            seen = f"the two runs are in the groups {group!r} and {same[0]!r}, so both go on"
            return paper.Trouble(seen, where, SAME)
    return None


def disturbed(paper: Any, images: Any, pipeline: Any, inputs: dict[str, Any]) -> Any:
    """What a pull request or the button does to a push that deploys."""
    deploying = list(_deployments(images, pipeline.outcomes(events.push())[0]))
    held = {group: one.job.name for one, group, _ in deploying}
    for event, who in (
        (events.pull_request(fork=True), "a stranger's pull request"),
        (events.pull_request(), "a pull request"),
        (events.dispatch(inputs), "Run workflow"),
    ):
        outcome = pipeline.outcomes(event)[0]
        for group, cancels, where, queue in _groups(pipeline, outcome):
            if group in held and cancels:
                seen = f"{who} is in the group {group!r} too, and stops {held[group]} in the middle of a deployment"
                return paper.Trouble(seen, where, GOES_ON)
            if group in held and event.name == "pull_request" and queue != "max":
                seen = f"{who} is in the group {group!r} too: a deployment that waits for its turn is dropped for it"
                return paper.Trouble(seen, where, IN_LINE)
    return _beside(paper, images, deploying, pipeline.outcomes(events.dispatch(inputs))[0])


def _beside(paper: Any, images: Any, deploying: list[Any], by_hand: Any) -> Any:
    """A way back that goes on beside a deployment to production."""
    held = {group for one, group, _ in deploying if one.environment == "production"}
    for one, group, _ in _deployments(images, by_hand):
        if one.environment == "production" and group not in held:
            named = f"in the group {group!r}" if group else "in no group"
            seen = f"{one.job.name} is {named}, so it goes on beside a deployment of a push; the slower one wins"
            return paper.Trouble(seen, _line(one.job), "Which group do deployments to production share?")
    return None


def _line(job: Any) -> str:
    above = not job.group and "concurrency" in job.workflow.raw
    return str(job.workflow.at("concurrency") if above else job.at("concurrency"))


def _deployments(images: Any, outcome: Any) -> Iterator[tuple[Any, str, bool]]:
    return ((one, *outcome.group_of(one.job)) for one in images.deployments(outcome))


def _groups(pipeline: Any, outcome: Any) -> Iterator[tuple[str, bool, str, str]]:
    """The groups that an event's runs and jobs are in: name, whether it cancels, its line, how many may wait."""
    for workflow, run in zip(pipeline.files.values(), outcome.runs, strict=True):
        if run.started and run.group:
            yield run.group, run.cancels, workflow.at("concurrency"), _queue(workflow.raw)
        for job in run.ran():
            if job.group:
                yield job.group, job.cancels, job.at("concurrency"), _queue(job.job.raw)


def _queue(raw: Any) -> str:
    value = raw.get("concurrency")
    return str(value.get("queue", "")) if isinstance(value, dict) else ""
