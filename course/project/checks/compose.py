"""The drills on Docker Compose: the trainee's replicas, readiness and update rules, in the words of Compose."""

from __future__ import annotations

import json
from typing import Any

from checker import expect, sibling

drills = sibling(__file__, "drills")
stand_in = sibling(__file__, "stand_in")
FILE = "drill-compose.yaml"
# What carries out a drill, as the brief's table has it.
BY = {
    drills.BAD_DEPLOY: "`docker compose up --scale`, there and back",
    drills.KILLED: "`docker kill`, then `docker compose up`",
}
LOOK = "{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}"
OPENS = "import urllib.request; urllib.request.urlopen({url!r}, timeout=30)"
CONNECTS = "import socket; socket.create_connection(('127.0.0.1', {port}), 30)"
# After how many looks a replica is given up: one that starts on a busy machine, and one that never will.
PATIENT, SURE = 60, 1


class Stack:
    """The replicas, those of the bad release, and one container that asks, as a Compose project of this check's own."""

    asks, starts = "another container", "with docker compose up"
    # Who asks counts up to four requests at the same time; Compose forgets a name's address when its container ends.
    may_lose, lost_are = 4, "those under way in it"

    def __init__(self, submission: Any, wanted: Any) -> None:
        self._docker, self._wanted = submission.engine("docker"), wanted
        self._replicas = int(wanted.plan.replicas)
        image = f"{self._docker.unique(stand_in.NAME)}:1"
        self._words = ("docker", "compose", "--project-name", self._docker.unique("drill"), "--file", FILE)
        self._docker.at_end(["docker", "image", "rm", "--force", image])
        self._docker.at_end([*self._words, "down", "--volumes", "--timeout", "1"])
        submission.replace(FILE, json.dumps(stack_of(wanted, image)))
        stand_in.build(self._docker, image)
        ran = self._compose("up", "--detach", "--wait", "--scale", f"api={self._replicas}", "api", "ask")
        expect(
            ran.exit_code == 0,
            tried=f"started {self._replicas} replicas {self.starts}",
            seen=ran.last(2),
            expected="exit code 0: all containers run and are healthy",
            where=wanted.api.where("readinessProbe"),
            next="Which port and which path does the readiness probe ask, and who listens there?",
        )

    def until_told(self, answered: int, *, lost: int = 0) -> Any:
        words = [*self._words, "logs", "--no-log-prefix", "--tail", "1", "ask"]
        return stand_in.until_told(self._docker, words, answered, lost=lost)

    def update(self) -> Any:
        old, new = drills.still(self._wanted)
        self._scale(old, new)
        ready = self._ready()
        if ready:
            # Compose knows no update rules. Whoever follows them goes on, since nothing says that the new ones hang.
            old, new = 0, self._replicas
            self._scale(old, new)
            ready = self._ready()
        return drills.Shown(old, new, ready)

    def take_back(self) -> None:
        self._scale(self._replicas, 0)

    def kill(self) -> str:
        stand_in.ours(self._docker.run(["docker", "kill", self._ids("api")[0]]), "docker kill")
        return f"{len(self._ids('api'))} of {self._replicas} replicas run"

    def bring_back(self) -> None:
        # Not --wait: until its first probe a container that comes back shows the health with which it ended.
        self._scale(self._replicas, 0)
        there = len(self._ids("api"))
        stand_in.must(there == self._replicas, f"{there} of {self._replicas} replicas ran after docker compose up.")

    def _compose(self, *words: str) -> Any:
        return self._docker.run([*self._words, *words], timeout=stand_in.SECONDS)

    def _scale(self, old: int, new: int) -> None:
        many = ["--scale", f"api={old}", "--scale", f"next={new}"]
        ran = self._compose("up", "--detach", "--no-recreate", "--no-deps", *many, "api", "next")
        stand_in.ours(ran, "docker compose up")

    def _ids(self, service: str) -> list[str]:
        ran = self._compose("ps", "--quiet", "--status", "running", service)
        return str(stand_in.ours(ran, "docker compose ps").output).split()

    def _ready(self) -> int:
        """How many of the new ones count as ready, once their first looks are over."""
        words = ["docker", "inspect", "--format", LOOK, *self._ids("next")]
        looked = self._docker.until(words, lambda ran: "starting" not in ran.output, timeout=stand_in.PATIENCE)
        stand_in.must("starting" not in looked.output, "The new containers said nothing of their health.")
        return sum(line.split() in (["running"], ["running", "healthy"]) for line in looked.output.splitlines())


def stack_of(wanted: Any, image: str) -> dict[str, Any]:
    """The Compose file. Nothing is published; the name `api` leads to each container that runs, as Compose has it."""
    test = _test(wanted.probe)
    api: dict[str, Any] = {"image": image}
    # A new release beside the old one, under the same name; it hangs before it listens.
    late = api | {"command": ["sleep", "infinity"], "init": True, "networks": {"default": {"aliases": ["api"]}}}
    if test:
        pace = {"test": test, "interval": "2s", "timeout": "30s"}
        api, late = api | {"healthcheck": pace | {"retries": PATIENT}}, late | {"healthcheck": pace | {"retries": SURE}}
    condition = "service_healthy" if test else "service_started"
    ask = {
        "image": image,
        "command": stand_in.asks("http://api:8000/"),
        "depends_on": {"api": {"condition": condition}},
    }
    return {"services": {"api": api, "next": late, "ask": ask}}


def _test(probe: Any) -> list[str]:
    """The trainee's readiness probe as a health check; empty where there is none."""
    if not probe.there:
        return []
    match probe.handler:
        case "httpGet":
            scheme = str(probe.get("httpGet", "scheme") or "HTTP").lower()
            return ["CMD", "python3", "-c", OPENS.format(url=f"{scheme}://127.0.0.1:{probe.port}{probe.path}")]
        case "tcpSocket":
            return ["CMD", "python3", "-c", CONNECTS.format(port=probe.port)]
        case "exec":
            return ["CMD", *map(str, probe.get("exec", "command") or ["false"])]
    # The stand-in speaks no gRPC.
    return ["CMD", "false"]
