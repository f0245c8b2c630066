"""Pods of the trainee's Deployment as processes: a small supervisor and a Service that does not try twice.

It stands in for a cluster, the same on every machine: nothing waits for a clock, each step follows from the one before.
What is real: the processes, the requests, the answers, the kills.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checker import expect
from checker.errors import Verdict
from checker.kube.admission import refused
from checker.kube.hooks import pause
from checker.kube.objects import Object, in_text
from checker.kube.pods import Container, containers
from checker.kube.probes import Probe
from checker.kube.rollout import plan_of

FILE, LISTENS, READY = "deployment.yaml", 8000, "/health/ready"
MOST_REPLICAS, LEAST_PAUSE = 6, 2.0
# How many requests still go to a pod that ended without a pause, until all nodes have heard of it.
LATE = 4


@dataclass(frozen=True)
class Wanted:
    """What a Deployment asks for, as far as this drill plays it."""

    deployment: Object
    api: Container
    probe: Probe

    @property
    def plan(self) -> Any:
        return plan_of(self.deployment)

    @property
    def pause(self) -> float:
        """For how long a pod goes on answering after it was told to end."""
        return float(pause(self.api).seconds)

    @property
    def asks_elsewhere(self) -> str:
        """What is wrong with the port of the readiness probe; empty when the service listens on it."""
        if self.probe.handler not in ("httpGet", "tcpSocket") or self.probe.port == LISTENS:
            return ""
        return f"the probe asks port {self.probe.port}, and the service listens on {LISTENS}"


def read(submission: Any) -> Wanted:
    """The Deployment of the hand-in; a finding when a cluster would refuse it or this drill cannot play it."""
    found = [
        one for one in in_text(FILE, submission.text(FILE), submission.documents(FILE)) if one.kind == "Deployment"
    ]
    expect(
        len(found) == 1,
        tried=f"looked for the Deployment in {FILE}",
        seen=f"{len(found)} Deployments",
        expected="exactly one",
        where=FILE,
        next="Which document of this file holds the template of the pods?",
    )
    deployment = found[0]
    refusal = refused(deployment)
    expect(
        refusal is None,
        tried="asked the schemas and rules of Kubernetes about your Deployment",
        seen=f"{refusal.who} refuses it: {refusal.says}" if refusal else "",
        expected="a Deployment that a server takes",
        where=deployment.where(*refusal.path) if refusal else "",
        next="What does the reference of this kind say of this key: its name, its place, its type?",
    )
    every = containers(deployment)
    api = next((one for one in every if _opens(one)), every[0])
    wanted = Wanted(deployment, api, Probe(api, "readiness"))
    replicas = wanted.plan.replicas
    expect(
        1 <= replicas <= MOST_REPLICAS,
        tried="counted the pods that your Deployment wants",
        seen=f"{replicas} replicas",
        expected=f"1 to {MOST_REPLICAS}: each is a process on this machine",
        where=deployment.where("spec", "replicas"),
        next="How many does it take to lose one and still answer?",
    )
    return wanted


def _opens(container: Container) -> bool:
    return bool(container.get("ports", 0, "containerPort") == LISTENS)


@dataclass
class Pod:
    """A process of the trainee's service."""

    name: str
    version: str
    server: Any
    alive: bool = True

    def end(self) -> None:
        self.alive = False
        self.server.stop()


@dataclass
class Fleet:
    """Pods, and which of them the Service sends requests to."""

    submission: Any
    wanted: Wanted
    pods: list[Pod] = field(default_factory=list)
    listed: list[Pod] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    sent: int = 0
    _made: int = 0
    _turn: int = 0

    def start(self, version: str) -> Pod:
        """Start a pod, and list it once its readiness says so."""
        self._made += 1
        server = self.submission.serve(env={"MODEL_VERSION": version})
        pod = Pod(f"pod {self._made}", version, server)
        self.pods.append(pod)
        status, seen = self._ready(pod)
        expect(
            200 <= status < 400,
            tried=f"started {pod.name} of your Deployment and asked its readiness probe",
            seen=seen,
            expected="an answer from 200 to 399, after which the Service sends requests to the pod",
            where=self.wanted.probe.where("httpGet", "path"),
            next="What does the pod say in its log while it loads its model?",
        )
        self.listed.append(pod)
        return pod

    def _ready(self, pod: Pod) -> tuple[int, str]:
        """Exercise 5's rules have judged where the probe asks, by a command too; here the pod answers."""
        path = self.wanted.probe.path if self.wanted.probe.handler == "httpGet" else READY
        status = pod.server.http("GET", path).status
        return status, f"GET {path} answers {status}"

    def unlist(self, pod: Pod) -> None:
        if pod in self.listed:
            self.listed.remove(pod)

    def send(self, count: int, body: Callable[[], dict[str, Any]]) -> None:
        """Requests, one after the other, to the listed pods in turn. What fails is noted."""
        for _ in range(count):
            self.sent += 1
            seen = self._one(body())
            if seen:
                self.failures.append(seen)

    def _one(self, body: dict[str, Any]) -> str:
        if not self.listed:
            return "no pod was there to answer"
        self._turn += 1
        pod = self.listed[self._turn % len(self.listed)]
        if not pod.alive:
            return f"{pod.name} had ended already"
        try:
            status = pod.server.http("POST", "/predict", json=body).status
        except Verdict:
            return f"{pod.name} gave no answer"
        return "" if status == 200 else f"{pod.name} answered {status}"

    def retire(self, pod: Pod, body: Callable[[], dict[str, Any]]) -> None:
        """End a pod as a cluster does: it hears of its end at the same time as the nodes begin to forget it."""
        if self.wanted.pause >= LEAST_PAUSE:
            self.unlist(pod)
            pod.end()
            return
        pod.end()
        self.send(LATE * len(self.listed), body)
        self.unlist(pod)


def bodies(draw: random.Random, submission: Any) -> Callable[[], dict[str, Any]]:
    """Makes requests that the model's tables know."""
    import json

    online = json.loads((submission.resource("model") / "online.json").read_text(encoding="utf-8"))
    movies, jobs = sorted(map(int, online["items"])), online["occupations"]

    def body() -> dict[str, Any]:
        return {
            "user_id": draw.randint(1, 900),
            "movie_id": draw.choice(movies),
            "age": draw.randint(18, 70),
            "gender": draw.choice("FM"),
            "occupation": draw.choice(jobs),
        }

    return body
