"""The stack of the sample service under Compose: healthy, each member may be started anew, alerts arrive."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Iterator

import pytest

from course.build.sync import ROOT
from course.engines.testing import Live, figure
from course.prose import page_block
from course.tests.deploy.load import get, predict

pytestmark = [pytest.mark.live, pytest.mark.timeout(1800)]
MEMBERS = ("api", "redis", "nginx", "prometheus", "alertmanager")
STACK = "course/service/deploy/compose.yaml"


class Stack:
    """The stack under a project name and on ports of this test's own."""

    def __init__(self, docker: Live, image: str) -> None:
        self.docker, self.project = docker, f"live-{uuid.uuid4().hex[:8]}"
        self.ports = dict(zip(("MOVIE_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT"), _free_ports(3), strict=True))
        self.env = {name: str(port) for name, port in self.ports.items()} | {"MOVIE_IMAGE": image}

    def compose(self, *words: str, timeout: float = 600.0) -> str:
        given = [f"{name}={value}" for name, value in self.env.items()]
        files = ["--file", STACK, "--project-name", self.project, "--ansi", "never", "--progress", "quiet"]
        return self.docker.run("env", *given, "docker", "compose", *files, *words, timeout=timeout)

    def type(self, command: str) -> str:
        """A command of the page as it stands, but for the port of the proxy."""
        given = [f"{name}={value}" for name, value in {**self.env, "COMPOSE_PROJECT_NAME": self.project}.items()]
        own = command.replace("127.0.0.1:8080", f"127.0.0.1:{self.ports['MOVIE_PORT']}")
        return self.docker.run("env", *given, "sh", "-c", own, timeout=1000)

    def healthy(self) -> bool:
        states = self.compose("ps", "--format", "{{.Service}} {{.Health}}").splitlines()
        return sorted(states) == sorted(f"{name} healthy" for name in MEMBERS)

    def prometheus(self, path: str) -> dict:
        found = get(f"http://127.0.0.1:{self.ports['PROMETHEUS_PORT']}/api/v1/{path}")
        return found["data"] if isinstance(found, dict) else {}

    def alerts(self) -> list[str]:
        found = get(f"http://127.0.0.1:{self.ports['ALERTMANAGER_PORT']}/api/v2/alerts")
        return [one["labels"]["alertname"] for one in found] if isinstance(found, list) else []


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


@pytest.fixture(scope="module")
def stack(docker: Live, image: str) -> Iterator[Stack]:
    """As the page brings it up, asks it, and takes it down."""
    block = page_block(
        ROOT,
        "docs/pages/how-to/real-cluster.md",
        "docker compose --file course/service/deploy/compose.yaml up --build --wait",
    )
    (up, ask, down), made = (command for command, _ in block.commands), Stack(docker, image)
    try:
        with figure("the stack is up and healthy", f"{len(MEMBERS)} members", engine="docker") as found:
            made.type(up)
            assert made.healthy()
            found.value = f"{len(MEMBERS)} members healthy"
        assert '"ready"' in made.type(ask)
        yield made
    finally:
        made.type(down)


def test_every_member_is_healthy_and_the_proxy_passes_on(stack):
    assert stack.healthy()
    assert predict(stack.ports["MOVIE_PORT"]) == "200"
    assert get(f"http://127.0.0.1:{stack.ports['MOVIE_PORT']}/metrics") is None


def test_prometheus_sees_every_target(stack):
    def up() -> dict[str, str]:
        return {one["labels"]["job"]: one["health"] for one in stack.prometheus("targets").get("activeTargets", [])}

    targets = dict.fromkeys(("movie-service", "prometheus", "alertmanager"), "up")
    with figure("Prometheus sees every target", f"{len(targets)} targets up", engine="docker") as found:
        stack.docker.until("targets", lambda: up() == targets)
        found.value = f"up: {', '.join(sorted(targets))}"


@pytest.mark.parametrize("member", MEMBERS)
def test_the_stack_survives_a_restart_of_each_member(stack, member):
    with figure(f"the stack after a restart of {member}", "healthy, and it answers", engine="docker"):
        stack.compose("restart", "--timeout", "5", member)

        stack.docker.until(f"healthy after {member}", stack.healthy)
        stack.docker.until("an answer", lambda: predict(stack.ports["MOVIE_PORT"]) == "200")


def test_an_alert_reaches_alertmanager(stack):
    try:
        with figure("an alert reaches Alertmanager", "MovieServiceGone", engine="docker") as found:
            stack.compose("stop", "--timeout", "5", "api")
            stopped = time.monotonic()
            stack.docker.until("the alert", lambda: "MovieServiceGone" in stack.alerts())
            found.value = f"MovieServiceGone, {time.monotonic() - stopped:.0f} s after the last replica stopped"
    finally:
        stack.compose("start", "api")
    stack.docker.until("healthy again", stack.healthy)
