"""The drills on a real Kubernetes, with the trainee's replicas, update rules, readiness and pause."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from checker import expect, sibling
from checker.kube.pods import POD

drills = sibling(__file__, "drills")
fleet = sibling(__file__, "fleet")
stand_in = sibling(__file__, "stand_in")
NAME = stand_in.NAME
# What carries out a drill, as the brief's table has it.
BY = {
    drills.BAD_DEPLOY: "`kubectl patch`, then `kubectl rollout undo`",
    drills.KILLED: "`kill -9` in the pod; the cluster starts it again",
}
HANGS = {"spec": {"template": {"spec": {"containers": [{"name": "api", "command": ["sleep", "infinity"]}]}}}}
_STATUS = ".status.containerStatuses[0]"
PODS = (
    "jsonpath={range .items[*]}{.metadata.name}|{.spec.containers[0].command[0]}|"
    f"{{{_STATUS}.state.running.startedAt}}|{{{_STATUS}.ready}}|{{{_STATUS}.restartCount}}|"
    '{.metadata.deletionTimestamp}{"\\n"}{end}'
)
# The slim image has no pkill. The service is not process 1, which could not be killed from inside.
KILL = (
    "import os, pathlib; [os.kill(int(one.parent.name), 9) for one in pathlib.Path('/proc').glob('[0-9]*/cmdline')"
    " if one.read_bytes().split(b'\\0')[1:2] == [b'/app/serve.py']]"
)
WHO_ANSWERS = ("httpGet", "exec", "tcpSocket", "grpc")
# A probe asks what the trainee says, and as patiently as a busy machine needs.
PACE = {"periodSeconds": 1, "timeoutSeconds": 30, "failureThreshold": 3}


@dataclass(frozen=True)
class Pod:
    """A pod as kubectl shows it."""

    name: str
    hangs: bool
    runs: bool
    ready: bool
    restarts: int
    ends: bool


class Place:
    """A namespace of this check's own, with the Deployment, its Service and a pod that asks."""

    asks, starts = "another pod", "in a namespace of their own"
    # Until all nodes know that it is gone, a share of the requests is sent to it. Without others it would be hundreds.
    may_lose, lost_are = 60, "those under way in it and those sent to it until it is missed"

    def __init__(self, submission: Any, wanted: Any) -> None:
        self._cluster, docker = submission.engine("kubernetes"), submission.engine("docker")
        self._name, self._wanted = self._cluster.unique("drill"), wanted
        image = f"{docker.unique(NAME)}:1"
        docker.at_end(["docker", "image", "rm", "--force", image])
        stand_in.build(docker, image)
        loaded = docker.run([*self._cluster.facts["load"].split(), image], timeout=stand_in.SECONDS)
        stand_in.ours(loaded, "taking the stand-in's image into the cluster")
        self._cluster.at_end(["kubectl", "delete", "namespace", self._name, "--wait=false"])
        self._kubectl("create", "namespace", self._name)
        self._apply(objects_of(wanted, image))
        ran = self._rolled_out()
        expect(
            ran.exit_code == 0,
            tried="started your Deployment with the stand-in's image, and waited for its pods",
            seen=ran.last(2),
            expected=f"all pods ready within {stand_in.PATIENCE:.0f} s",
            where=wanted.api.where("readinessProbe"),
            next="Which port and which path does the readiness probe ask, and who listens there?",
        )
        asks = stand_in.asks(f"http://{NAME}/")
        self._kubectl("run", "ask", f"--image={image}", "--image-pull-policy=Never", "--restart=Never", "--", *asks)

    def until_told(self, answered: int, *, lost: int = 0) -> Any:
        words = ["kubectl", "--namespace", self._name, "logs", "ask", "--tail=1"]
        return stand_in.until_told(self._cluster, words, answered, lost=lost)

    def update(self) -> Any:
        self._kubectl("patch", "deployment", NAME, "--patch", json.dumps(HANGS))
        pods = self._until(self._stands_still, "The update did not come to a standstill")
        new = [pod for pod in pods if pod.hangs]
        return drills.Shown(len(pods) - len(new), len(new), sum(pod.ready for pod in new))

    def take_back(self) -> None:
        self._kubectl("rollout", "undo", f"deployment/{NAME}")
        stand_in.ours(self._rolled_out(), "kubectl rollout status after the undo")

    def kill(self) -> str:
        pod = next(one for one in self._pods() if not one.hangs and not one.ends)
        # The command dies with the container; whether it did its work shows in the pod.
        self._run("exec", pod.name, "--container=api", "--", "python3", "-c", KILL)
        self._until(lambda pods: any(one.restarts for one in pods), "The killed pod did not start again")
        return "kubectl get pods shows 1 restart"

    def bring_back(self) -> None:
        stand_in.ours(self._rolled_out(), "kubectl rollout status after the kill")

    def _kubectl(self, *words: str) -> Any:
        """A command with nothing of the trainee in it."""
        return stand_in.ours(self._run(*words), f"kubectl {words[0]} {words[1]}")

    def _run(self, *words: str, input: str = "") -> Any:
        argv = ["kubectl", "--namespace", self._name, *words]
        return self._cluster.run(argv, input=input, timeout=stand_in.SECONDS)

    def _apply(self, objects: dict[str, Any]) -> None:
        ran = self._run("apply", "--filename=-", input=json.dumps(objects))
        expect(
            ran.exit_code == 0,
            tried="ran kubectl apply with your replicas, update rules, readiness and pause",
            seen=ran.last(1),
            expected="exit code 0",
            where=drills.FILE,
            next="Which field does the server name?",
        )

    def _rolled_out(self) -> Any:
        return self._run("rollout", "status", f"deployment/{NAME}", f"--timeout={stand_in.PATIENCE:.0f}s")

    def _stands_still(self, pods: list[Pod]) -> bool:
        """Whether the new ones run, none ends, and nothing more will happen; or all are new."""
        new = [pod for pod in pods if pod.hangs]
        if not new or any(pod.ends for pod in pods) or not all(pod.runs for pod in new):
            return False
        old = len(pods) - len(new)
        return not old if any(pod.ready for pod in new) else (old, len(new)) == drills.still(self._wanted)

    def _until(self, true: Any, late: str) -> list[Pod]:
        words = ["kubectl", "--namespace", self._name, *LIST]
        ran = self._cluster.until(words, lambda ran: true(_read(ran.output)), timeout=stand_in.PATIENCE)
        stand_in.must(true(_read(ran.output)), f"{late} within {stand_in.PATIENCE:.0f} s.")
        return _read(ran.output)

    def _pods(self) -> list[Pod]:
        return _read(self._kubectl(*LIST).output)


LIST = ("get", "pods", f"--selector=app={NAME}", "--output", PODS)


def _read(output: str) -> list[Pod]:
    rows = [line.split("|") for line in output.splitlines() if line.count("|") == 5]
    return [
        Pod(name, command == "sleep", bool(started), ready == "true", int(restarts or 0), bool(ends))
        for name, command, started, ready, restarts, ends in rows
    ]


def objects_of(wanted: Any, image: str) -> dict[str, Any]:
    """The trainee's replicas, strategy, readiness and pause around the stand-in; settings and keys stay away."""
    labels = {"app": NAME}
    # With processes in common, the service is not process 1 of its container.
    pod: dict[str, Any] = {"containers": [_container(wanted, image)], "shareProcessNamespace": True}
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
