"""What Compose shows of an answer to exercise 4: started, asked, taken down, and started again.

The names are those of the rows that say the same without an engine.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checker import sibling
from course.build.sync import ROOT
from course.tests.agreement.answer import Answer

CHECKS = str(ROOT / "exercises" / "04_compose" / "checks" / "conftest.py")
STACK, RUNNING = sibling(CHECKS, "stack"), sibling(CHECKS, "running")
# A condition that never comes true lets Compose wait for ever.
START_SECONDS = "90"
LIKES = "http://localhost:8000/likes/50"
TARGETS = "http://prometheus:9090/api/v1/targets"
# It asks every five seconds; a busy machine may answer late.
SCRAPED_SECONDS = 60.0


class Started(Answer):
    """An answer to exercise 4."""

    def look(self) -> dict[str, bool]:
        """Everything that can be seen; a row whose question never comes up is left out."""
        self.fill_in()
        with self.up() as started:
            self.seen["redis-health"] = self.turns_healthy() and self.tells_ill()
            self.seen["gated"] = self.waited()
            if started:
                self.seen["finds-redis"] = "ready" in self.asked("GET", "http://localhost:8000/health/ready")
                if self.seen["finds-redis"]:
                    self.seen["target"] = self.target_is_up()
                    self.add_likes()
        return self.seen

    def fill_in(self) -> None:
        """What somebody writes after cloning."""
        files = [path for path in sorted(self.folder.iterdir()) if path.suffix in (".yaml", ".yml", STACK.EXAMPLE)]
        stack = STACK.Stack(tuple((path.name, path.read_text(encoding="utf-8")) for path in files))
        for name, text in RUNNING.filled_in(stack).items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def words(self, *words: str) -> tuple[str, ...]:
        files = ("--file", STACK.BASE, "--file", RUNNING.CLOSED)
        return ("docker", "compose", "--project-name", self.name, *files, *words)

    def compose(self, *words: str) -> str:
        return self.docker.run(*self.words(*words))

    def start(self) -> bool:
        up = self.words("up", "--build", "--detach", "--wait", "--quiet-pull")
        return self.docker.ask("timeout", START_SECONDS, *up).returncode == 0

    @contextlib.contextmanager
    def up(self) -> Iterator[bool]:
        """Whether the stack starts; nothing of it stays."""
        try:
            yield self.start()
        finally:
            self.docker.ask(*self.words("down", "--volumes", "--rmi", "local", "--timeout", "1"))

    def inspected(self, service: str) -> dict[str, Any]:
        """The state of a service's container, empty where there is none."""
        # A warning may stand before it.
        names = self.docker.ask(*self.words("ps", "--all", "--quiet", service)).stdout.split()[-1:]
        return dict(json.loads(self.docker.run("docker", "inspect", *names))[0]) if names else {}

    def turns_healthy(self) -> bool:
        return bool(self.inspected("redis").get("State", {}).get("Health", {}).get("Status") == "healthy")

    def tells_ill(self) -> bool:
        """Whether the health check fails where no Redis runs."""
        config = self.inspected("redis")["Config"]
        kind, *words = config["Healthcheck"]["Test"]
        program, *rest = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        alone = ("docker", "run", "--rm", "--network", "none", "--entrypoint", program, config["Image"], *rest)
        return self.docker.ask(*alone).returncode != 0

    def waited(self) -> bool:
        """Whether the API began after a health check of Redis had passed."""
        api, redis = self.inspected("api"), self.inspected("redis")
        log = redis["State"].get("Health", {}).get("Log") or ()
        passed = [moment(one["End"]) for one in log if one["ExitCode"] == 0]
        return bool(passed) and min(passed) <= moment(api["State"]["StartedAt"])

    def asked(self, method: str, url: str) -> str:
        """The answer to one request from inside the container of the API; empty when there is none."""
        words = self.words("exec", "--no-TTY", "api", "python", "-c", RUNNING.ASK, method, url, STACK.FILLED)
        done = self.docker.ask(*words)
        return done.stdout.strip() if done.returncode == 0 else ""

    def target_is_up(self) -> bool:
        """Whether each target of Prometheus is up; it may have asked the first time before the API was there."""
        ends = time.monotonic() + SCRAPED_SECONDS
        while time.monotonic() < ends:
            answer = self.asked("GET", TARGETS)
            targets = json.loads(answer)["data"]["activeTargets"] if answer else []
            if targets and all(one["health"] == "up" for one in targets):
                return True
            time.sleep(0.5)
        return False

    def add_likes(self) -> None:
        """See whether likes are there again after down and up. Who has a token of its own lets us add none."""
        for _ in range(3):
            self.asked("POST", LIKES)
        before = self.asked("GET", LIKES)
        if json.loads(before)["likes"] == 3:
            self.compose("down", "--timeout", "5")
            self.seen["keeps-data"] = self.start() and self.asked("GET", LIKES) == before


def moment(text: str) -> datetime:
    """A time of Docker's in UTC: with nanoseconds, or without any, as that of a container that never began."""
    found = re.match(r"([\d-]+T[\d:]+)(\.\d{1,6})?", text)
    assert found, text
    return datetime.fromisoformat(f"{found[1]}{found[2] or '.0':0<7}+00:00")
