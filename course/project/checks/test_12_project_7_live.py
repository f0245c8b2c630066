"""A live row: one of the drills on Docker Compose, with as many replicas as the trainee's Deployment has.

The image is the stand-in of exercise 5: no model, the same port, start and end. Evidence beside the grade, no points.
"""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect, sibling

fleet = sibling(__file__, "fleet")
stand_in = sibling(__file__, "stand_in")
FILE, COMPOSE = "deployment.yaml", "drill-compose.yaml"
# Who asks counts up to four requests at the same time; those that were in the replica when it died are gone.
UNDER_WAY = 4
HEALTHY = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=30)"


@check(
    id="compose-drill",
    task=7,
    tier="full",
    why="A killed container is missed by nobody but the list of containers; a command brings it back.",
)
def test_a_killed_container_is_found_and_brought_back(submission: Any) -> None:
    """On Compose a killed replica is found and brought back, and the others answer meanwhile."""
    wanted = fleet.read(submission)
    replicas = int(wanted.plan.replicas)
    stack = Stack(submission, replicas)
    before = stack.until_told(stand_in.ENOUGH)
    expect(
        not before.failed,
        tried=f"started {replicas} replicas with docker compose up, and asked them from another container",
        seen=f"{before.answered} requests answered, {before.failed} failed: {before.why}",
        expected="an answer to each",
        where=FILE,
        next="What do the logs of the containers say?",
    )
    stand_in.ours(stack.docker.run(["docker", "kill", stack.running()[0]]), "docker kill")
    there = len(stack.running())
    after = stack.until_told(before.answered + stand_in.ENOUGH, lost=UNDER_WAY)
    # Not --wait: until its first probe a container that comes back shows the health with which it ended.
    stack.compose("up", "--detach", "--no-recreate", "--no-deps", "api")
    again = len(stack.running())
    expect(
        after.failed <= UNDER_WAY,
        tried=f"killed one of {replicas} containers, while another container asked 40 times a second",
        seen=f"{there} went on running; {after.failed} requests failed: {after.why}",
        expected=f"the others answer; at most {UNDER_WAY} requests, those under way in it, are lost",
        where=wanted.deployment.where("spec"),
        next="How many replicas are there in the moment after one of them is gone?",
    )
    expect(
        (there, again) == (replicas - 1, replicas),
        tried=f"killed one of {replicas} containers, and ran docker compose up",
        seen=f"{there} running after the kill, {again} after docker compose up",
        expected=f"{replicas - 1}, then {replicas}",
        where=wanted.deployment.where("spec"),
        next="What does docker compose ps --all say of each container?",
    )


class Stack:
    """The replicas and one container that asks, as a Compose project of this check's own."""

    def __init__(self, submission: Any, replicas: int) -> None:
        self.docker = submission.engine("docker")
        image = f"{self.docker.unique(stand_in.NAME)}:1"
        self._words = ("docker", "compose", "--project-name", self.docker.unique("drill"), "--file", COMPOSE)
        self.docker.at_end(["docker", "image", "rm", "--force", image])
        self.docker.at_end([*self._words, "down", "--volumes", "--timeout", "1"])
        submission.replace(COMPOSE, json.dumps(stack_of(image, replicas)))
        stand_in.build(self.docker, image)
        self.compose("up", "--detach", "--wait")

    def compose(self, *words: str) -> Any:
        ran = self.docker.run([*self._words, *words], timeout=stand_in.SECONDS)
        expect(
            ran.exit_code == 0,
            tried=f"ran docker compose {' '.join(words)}",
            seen=ran.last(2),
            expected="exit code 0: all containers run and are healthy",
            where=FILE,
            next="Which container does the last line name, and what does its log say?",
        )
        return ran

    def running(self) -> list[str]:
        """The ids of the replicas that run."""
        return str(self.compose("ps", "--quiet", "--status", "running", "api").output).split()

    def until_told(self, answered: int, *, lost: int = 0) -> Any:
        words = [*self._words, "logs", "--no-log-prefix", "--tail", "1", "ask"]
        return stand_in.until_told(self.docker, words, answered, lost=lost)


def stack_of(image: str, replicas: int) -> dict[str, Any]:
    """The Compose file of the drill. Nothing is published; nobody but the container that asks reaches the replicas."""
    healthy = {"test": ["CMD", "python3", "-c", HEALTHY], "interval": "1s", "timeout": "30s", "retries": 60}
    return {
        "services": {
            "api": {"image": image, "deploy": {"replicas": replicas}, "healthcheck": healthy},
            "ask": {
                "image": image,
                "command": stand_in.asks("http://api:8000/"),
                "depends_on": {"api": {"condition": "service_healthy"}},
            },
        }
    }
