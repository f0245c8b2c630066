"""A live row: a bad deploy on a real Kubernetes, with the trainee's replicas, update rules, readiness and pause.

The image is the stand-in of exercise 5: no model, the same port, start and end. Evidence beside the grade, no points.
"""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect, sibling
from checker.errors import CouldNotCheck, Finding
from checker.kube.pods import POD

fleet = sibling(__file__, "fleet")
stand_in = sibling(__file__, "stand_in")
FILE, NAME = "deployment.yaml", stand_in.NAME
# The image is never pulled, so what nobody built is refused by the node itself, and no registry is asked.
NOBODY_BUILT, NOT_THERE = f"{NAME}:that-nobody-built", "ErrImageNeverPull"
# Why containers wait, and when pods that end were told so.
STATES = "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}|{.items[*].metadata.deletionTimestamp}"
WHO_ANSWERS = ("httpGet", "exec", "tcpSocket", "grpc")
# A probe asks what the trainee says, and as patiently as a busy machine needs.
PACE = {"periodSeconds": 1, "timeoutSeconds": 30, "failureThreshold": 3}


@check(
    id="cluster-drill",
    task=7,
    tier="full",
    why="A release that never starts hurts nobody while the old pods stay; somebody has to see it and take it back.",
)
def test_a_bad_release_is_found_and_taken_back(submission: Any) -> None:
    """On Kubernetes a release that does not start is found and taken back, and no request fails."""
    wanted = fleet.read(submission)
    expect(
        not wanted.asks_elsewhere,
        tried="read the readiness probe, before the cluster waits three minutes for it",
        seen=wanted.asks_elsewhere,
        expected="the port that the service listens on",
        where=wanted.probe.where(wanted.probe.handler or "httpGet", "port"),
        next="Which number has the port that the container opens?",
    )
    place = Place(submission, wanted)
    before = place.until_told(stand_in.ENOUGH)
    expect(
        not before.failed,
        tried=f"started {wanted.plan.replicas} pods in a namespace of its own, and asked them from another pod",
        seen=f"{before.answered} requests answered, {before.failed} failed: {before.why}",
        expected="an answer to each",
        where=wanted.api.where("readinessProbe"),
        next="From which moment on does a pod get requests, and what tells the cluster so?",
    )
    place.kubectl("set", "image", f"deployment/{NAME}", f"api={NOBODY_BUILT}")
    place.until_stuck()
    meanwhile = place.until_told(before.answered + stand_in.ENOUGH)
    expect(
        not meanwhile.failed,
        tried="updated to an image that nobody built, while another pod asked 40 times a second",
        seen=f"a new pod says {NOT_THERE}; {_lost(meanwhile)}",
        expected="no request fails: old pods go on answering while the new one does not start",
        where=wanted.deployment.where("spec", "strategy"),
        next="How many old pods may be gone while not one new pod is ready?",
    )
    place.kubectl("rollout", "undo", f"deployment/{NAME}")
    place.rolled_out("ran kubectl rollout undo, and waited for the end of the rollout")
    after = place.until_told(meanwhile.answered + stand_in.ENOUGH)
    expect(
        not after.failed,
        tried="ran kubectl rollout undo, while another pod asked 40 times a second",
        seen=_lost(after),
        expected="no request fails on the way back either",
        where=wanted.deployment.where("spec", "strategy"),
        next="Which pods end on the way back, and what do they do with the requests that still come?",
    )


def _stands_still(ran: Any) -> bool:
    waiting, _, ending = ran.output.partition("|")
    return NOT_THERE in waiting.split() and not ending.strip()


def _lost(told: Any) -> str:
    return f"{told.failed} of {told.answered + told.failed} requests failed: {told.why}"


class Place:
    """A namespace of this check's own, with the Deployment, its Service and a pod that asks."""

    def __init__(self, submission: Any, wanted: Any) -> None:
        self.cluster, docker = submission.engine("kubernetes"), submission.engine("docker")
        self.name, self.wanted = self.cluster.unique("drill"), wanted
        image = f"{docker.unique(NAME)}:1"
        docker.at_end(["docker", "image", "rm", "--force", image])
        stand_in.build(docker, image)
        loaded = docker.run([*self.cluster.facts["load"].split(), image], timeout=stand_in.SECONDS)
        stand_in.ours(loaded, "taking the stand-in's image into the cluster")
        self.cluster.at_end(["kubectl", "delete", "namespace", self.name, "--wait=false"])
        self.kubectl("create", "namespace", self.name)
        self._apply(objects_of(wanted, image))
        self.rolled_out("started your Deployment with the stand-in's image, and waited for its pods")
        asks = stand_in.asks(f"http://{NAME}/")
        self.kubectl("run", "ask", f"--image={image}", "--image-pull-policy=Never", "--restart=Never", "--", *asks)

    def kubectl(self, *words: str) -> Any:
        """A command with nothing of the trainee in it."""
        return stand_in.ours(self._run(*words), f"kubectl {words[0]} {words[1]}")

    def _run(self, *words: str, input: str = "") -> Any:
        argv = ["kubectl", "--namespace", self.name, *words]
        return self.cluster.run(argv, input=input, timeout=stand_in.SECONDS)

    def _apply(self, objects: dict[str, Any]) -> None:
        ran = self._run("apply", "--filename=-", input=json.dumps(objects))
        expect(
            ran.exit_code == 0,
            tried="ran kubectl apply with your replicas, update rules, readiness and pause",
            seen=ran.last(1),
            expected="exit code 0",
            where=FILE,
            next="Which field does the server name?",
        )

    def rolled_out(self, tried: str) -> None:
        ran = self._run("rollout", "status", f"deployment/{NAME}", f"--timeout={stand_in.PATIENCE:.0f}s")
        expect(
            ran.exit_code == 0,
            tried=tried,
            seen=ran.last(2),
            expected=f"all pods ready within {stand_in.PATIENCE:.0f} s",
            where=self.wanted.api.where("readinessProbe"),
            next="Which port and which path does the readiness probe ask, and who listens there?",
        )

    def until_stuck(self) -> None:
        """Wait until a new pod says that it cannot start, and those that are given up for it are gone."""
        words = ["kubectl", "--namespace", self.name, "get", "pods", "--output", STATES]
        said = self.cluster.until(words, _stands_still, timeout=stand_in.PATIENCE)
        if not _stands_still(said):
            late = (
                f"The update did not come to a standstill within {stand_in.PATIENCE:.0f} s, with a pod in {NOT_THERE}."
            )
            raise CouldNotCheck(Finding(seen=f"{late} Check again when this machine is less busy."))

    def until_told(self, answered: int) -> Any:
        words = ["kubectl", "--namespace", self.name, "logs", "ask", "--tail=1"]
        return stand_in.until_told(self.cluster, words, answered)


def objects_of(wanted: Any, image: str) -> dict[str, Any]:
    """The trainee's replicas, strategy, readiness and pause around the stand-in; settings and keys stay away."""
    labels = {"app": NAME}
    pod: dict[str, Any] = {"containers": [_container(wanted, image)]}
    grace = wanted.deployment.get(*POD, "terminationGracePeriodSeconds")
    pod |= {} if grace is None else {"terminationGracePeriodSeconds": grace}
    own = {key: wanted.deployment.get("spec", key) for key in ("replicas", "strategy")}
    spec = {key: value for key, value in own.items() if value is not None}
    spec |= {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    service = {"selector": labels, "ports": [{"port": 80, "targetPort": fleet.LISTENS}]}
    named = {"metadata": {"name": NAME}}
    items = [
        _object("apps/v1", "Deployment", named | {"spec": spec}),
        _object("v1", "Service", named | {"spec": service}),
    ]
    return _object("v1", "List", {"items": items})


def _object(version: str, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, **more}


def _container(wanted: Any, image: str) -> dict[str, Any]:
    made = {"name": "api", "image": image, "imagePullPolicy": "Never"}
    made |= {key: wanted.api.get(key) for key in ("ports", "lifecycle") if wanted.api.get(key) is not None}
    probe = wanted.api.get("readinessProbe")
    if not isinstance(probe, dict):
        return made
    return made | {"readinessProbe": {key: probe[key] for key in WHO_ANSWERS if key in probe} | PACE}
