"""The stack of a submission on a real engine: started under a name of its own, without ports, and removed again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from checker import Submission, expect, sibling

stacks, secret = sibling(__file__, "stack"), sibling(__file__, "secret")
BASE, EXAMPLE, FILLED, beside, fill = stacks.BASE, stacks.EXAMPLE, stacks.FILLED, stacks.beside, stacks.fill

CLOSED = "no-ports.yaml"
SECONDS = 300.0
# Runs in the container of the API: what it prints is the body of one answer.
ASK = """
import sys, urllib.request
method, url, token = sys.argv[1:]
request = urllib.request.Request(url, method=method, headers={"authorization": f"Bearer {token}"})
print(urllib.request.urlopen(request, timeout=5).read().decode())
"""


@dataclass(frozen=True)
class Running:
    """One started stack."""

    docker: Any
    command: tuple[str, ...]

    @staticmethod
    def of(submission: Submission, stack: Any) -> Running:
        """Fill in what somebody fills in after cloning, and remember to take everything away again."""
        docker = submission.engine("docker")
        for name, text in filled_in(stack).items():
            submission.replace(name, text)
        command = ("docker", "compose", "--project-name", docker.unique("stack"), "--file", BASE, "--file", CLOSED)
        docker.at_end([*command, "down", "--volumes", "--rmi", "local", "--timeout", "1"])
        return Running(docker, command)

    def start(self) -> None:
        """Build and start everything, and wait until it is healthy. A start that fails ends the check."""
        ran = self.compose("up", "--build", "--detach", "--wait")
        expect(
            ran.exit_code == 0,
            tried="ran docker compose up --wait on a real engine, without ports",
            seen=f"exit code {ran.exit_code}: {ran.last(2)}",
            expected="exit code 0: every service runs, and those with a healthcheck are healthy",
            where=BASE,
            next="Which container does the last line name, and what does its log say?",
        )

    def compose(self, *words: str) -> Any:
        return self.docker.run([*self.command, *words], timeout=SECONDS)

    def ask(self, method: str, url: str) -> str:
        """The answer to one request from inside the container of the API; empty when there is none."""
        ran = self.compose("exec", "-T", "api", "python", "-c", ASK, method, url, FILLED)
        return str(ran.output).strip() if ran.exit_code == 0 else ""

    def likes(self, method: str = "GET") -> int:
        answer = self.ask(method, "http://localhost:8000/likes/50")
        return int(json.loads(answer)["likes"]) if answer else -1

    def targets(self) -> list[dict[str, Any]]:
        """What Prometheus says of its targets."""
        answer = self.ask("GET", "http://prometheus:9090/api/v1/targets")
        found: list[dict[str, Any]] = json.loads(answer)["data"]["activeTargets"] if answer else []
        return found

    def until_target(self) -> list[dict[str, Any]]:
        """The targets, once one of them answers or half a minute is over."""
        url = "http://prometheus:9090/api/v1/targets"
        words = [*self.command, "exec", "-T", "api", "python", "-c", ASK, "GET", url, FILLED]
        self.docker.until(words, lambda ran: '"health":"up"' in ran.output, timeout=60)
        return self.targets()


def filled_in(stack: Any) -> dict[str, str]:
    """The files that somebody writes after cloning, by name: the copies of examples, and those that hold the token."""
    project = stack.base()
    secrets = [one["file"] for one in project.section("secrets").values() if one and one.get("file")]
    mounts = [one.source for one in secret.mounted(project.services["api"])]
    copies = {name.removesuffix(EXAMPLE): fill(text) for name, text in stack.files if name.endswith(EXAMPLE)}
    return copies | {beside(str(name)): f"{FILLED}\n" for name in (*secrets, *mounts)}
