"""Row 1 of the rubric: the trainee's service, deployed by the trainee's Deployment."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints, sibling

HINTS = read_hints(__file__)
fleet = sibling(__file__, "fleet")
paper = sibling(__file__, "paper")


def _deployed(submission: Any) -> tuple[Any, Any]:
    wanted = fleet.read(submission)
    pods = fleet.Fleet(submission, wanted)
    for _ in range(wanted.plan.replicas):
        pods.start("v1")
    return pods, fleet.bodies(submission.random, submission)


@check(
    id="reachable",
    task=1,
    points=3,
    hints=HINTS["reachable"],
    why="A rollout is green when a probe says so, and a user is served when a request is answered.",
)
def test_the_service_is_reachable(submission: Any) -> None:
    """All pods of the Deployment become ready, and requests to the Service are answered."""
    paper.expect_pods_that_stay(fleet.read(submission))
    pods, body = _deployed(submission)
    pods.send(5 * len(pods.listed), body)
    expect(
        not pods.failures,
        tried=f"started {len(pods.listed)} pods and sent {pods.sent} predictions",
        seen=f"{len(pods.failures)} failed, the first: {_first(pods)}",
        expected="status 200 for each",
        where="inference.py",
        next="What does the pod say in its log when you send it one such request by hand?",
    )


@check(
    id="scores",
    task=1,
    points=5,
    after=("reachable",),
    hints=HINTS["scores"],
    why="A service that answers 200 with wrong scores looks healthy in every graph.",
)
def test_the_scores_are_the_models(submission: Any) -> None:
    """The service answers with the scores that its model gives."""
    paper.expect_right_scores(submission)


@check(
    id="killed",
    task=1,
    points=8,
    after=("reachable",),
    hints=HINTS["killed"],
    why="Processes end without a word every day; nobody should hear of it from a user.",
)
def test_a_killed_replica_is_survived(submission: Any) -> None:
    """After a pod is killed, requests are answered while another one starts."""
    pods, body = _deployed(submission)
    victim = pods.listed[0]
    victim.end()
    # Its node sees the end of a process at once.
    pods.unlist(victim)
    pods.send(12, body)
    left = len(pods.listed)
    expect(
        not pods.failures,
        tried=f"killed one of {left + 1} pods, and sent 12 predictions before another was ready",
        seen=f"{len(pods.failures)} failed: {_first(pods)}",
        expected="the pods that are left answer all of them",
        where=pods.wanted.deployment.where("spec", "replicas"),
        next="How many pods are there in the moment after one of them is gone?",
    )
    new = pods.start("v1")
    pods.send(4 * len(pods.listed), body)
    expect(
        not pods.failures,
        tried=f"let {new.name} take the place of the killed one and sent {pods.sent - 12} predictions more",
        seen=f"{len(pods.failures)} failed: {_first(pods)}",
        expected="status 200 for each",
        where="inference.py",
        next="What is different for a pod that starts while others run?",
    )


@check(
    id="update",
    task=1,
    points=9,
    after=("reachable",),
    hints=HINTS["update"],
    why="Who can update at noon without anybody noticing, updates often, and in small steps.",
)
def test_an_update_loses_no_request(submission: Any) -> None:
    """An update to a new version under load loses no request."""
    from checker.kube.rollout import compute

    pods, body = _deployed(submission)
    # Without a pause the requests of this update say more than any rule.
    if pods.wanted.pause >= fleet.LEAST_PAUSE:
        paper.expect_time_to_end(pods.wanted)
    rollout = compute(pods.wanted.plan)
    expect(
        rollout.end == "done",
        tried=f"followed your rollout ({rollout.plan.told()})",
        seen=f"it is {rollout.end}: {rollout.steps[-1].says}",
        expected="all pods are exchanged",
        where=pods.wanted.deployment.where("spec", "strategy"),
        next="Which step could the controller take next?",
    )
    for step in rollout.steps[1:]:
        _follow(pods, step, body)
        pods.send(3 * max(1, len(pods.listed)), body)
        expect(
            not pods.failures,
            tried=f"updated {rollout.plan.told()} under load; after {pods.sent} requests: {step.says}",
            seen=f"{len(pods.failures)} failed, the first: {_first(pods)}",
            expected="every request of the update is answered",
            where=_guilty(pods),
            next=_question(pods),
        )
    versions = sorted({pod.version for pod in pods.listed})
    expect(
        versions == ["v2"] and len(pods.listed) == rollout.plan.replicas,
        tried="looked which version answers after the update",
        seen=f"{', '.join(versions)} on {len(pods.listed)} pods",
        expected=f"v2 on {rollout.plan.replicas} pods",
        where=pods.wanted.deployment.where("spec", "strategy"),
        next="Which pods did the rollout leave?",
    )


def _follow(pods: Any, step: Any, body: Any) -> None:
    """Bring the processes to where the computed rollout is: new ones that serve, old ones that are gone."""
    serving = {version: [pod for pod in pods.listed if pod.version == version] for version in ("v1", "v2")}
    for _ in range(step.new - len(serving["v2"])):
        pods.start("v2")
    for pod in serving["v1"][step.old :]:
        pods.retire(pod, body)


def _guilty(pods: Any) -> str:
    wanted = pods.wanted
    if "ended already" in _first(pods):
        return str(wanted.api.where("lifecycle"))
    return str(wanted.deployment.where("spec", "strategy"))


def _question(pods: Any) -> str:
    if "ended already" in _first(pods):
        return "A pod is told to end and forgotten by the nodes at the same time. What may it do meanwhile?"
    return "How many pods serve at the worst moment of this update, and which two numbers decide that?"


def _first(pods: Any) -> str:
    return str(pods.failures[0]) if pods.failures else "none"
