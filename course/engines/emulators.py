"""AWS on this machine: moto and ministack, each in an environment of its own and on loopback only.

What reaches them is a plain boto3 with the environment that `find` gives: its endpoint is the emulator, its keys are
no keys, and files of real credentials are out of sight.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course.engines import docker, install, moto_server
from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.places import STATE
from course.engines.running import alive, kill, log_tail, output, start, wait_until
from course.engines.table import pins

HERE = Path(__file__).parent
ACCOUNT, REGION = "123456789012", "us-east-1"
UV_RUN = "uv run --isolated --no-project --python 3.13"


@dataclass(frozen=True)
class Emulator:
    """One such engine: where it answers, how it is known to be it, how it is started."""

    name: str
    port: int
    # A page that no other program on that port has.
    page: str
    words: tuple[str, ...]
    enables: str
    way: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def find(self) -> Found:
        """The one that answers: ours, or one that was started by hand."""
        version = self._version()
        if version is None:
            return self._missing()
        python = self._python()
        facts = {
            "endpoint": self.endpoint, "account": ACCOUNT, "region": REGION,
            "python": str(python) if python.exists() else sys.executable,
        }  # fmt: skip
        where = "ours" if alive(self.name) else "started by hand"
        return Found(self.name, True, version, f"{self.endpoint} ({where})", "", reached_by(self.endpoint), (), facts)

    def _missing(self) -> Found:
        if taken(self.port):
            wrong = f"Port {self.port} of 127.0.0.1 is taken by another program than {self.name}."
            return missing(self.name, wrong, linux="End that one first.")
        by_hand = f"Start it in a terminal of its own: {self.way}."
        wrong = f"{self.name} does not answer on 127.0.0.1:{self.port}."
        return missing(self.name, wrong, debian="Bring it up: make infra.", linux=by_hand)

    def up(self, say: Say) -> None:
        found = self.find()
        if found.found:
            return
        if not can_bring_up() or taken(self.port):
            raise EngineTrouble(found.needed)
        install.python_environment(self.name, self._lock(), say=say)
        self._start(say)

    def _start(self, say: Say) -> None:
        """Start it in its environment, which has to be there."""
        say(f"starting {self.name}")
        kill(self.name)
        folder = STATE / self.name
        folder.mkdir(parents=True, exist_ok=True)
        # Its own files go with its folder; what a process of the user's would tell it does not reach it.
        own = {"TMPDIR": str(folder), "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
        env = reached_by(self.endpoint) | own | dict(docker.find().env) | dict(self.settings)
        start(self.name, [str(self._python()), *self.words], env=env)
        try:
            wait_until(lambda: self._version() or not alive(self.name), what=self.name, seconds=120)
        except EngineTrouble:
            pass
        if self._version() is None:
            tail = log_tail(self.name)
            kill(self.name)
            raise EngineTrouble(
                f"{self.name} was started and does not answer:\n{tail}", "make infra-down, then make infra"
            )

    def down(self, say: Say) -> None:
        """End ours, with the containers that it started in whatever Docker engine."""
        if alive(self.name):
            say(f"ending {self.name}")
            kill(self.name)
            self._remove_containers()
        shutil.rmtree(STATE / self.name, ignore_errors=True)

    def fault(self) -> str:
        """What is wrong with an emulator that was started here; nothing when none was."""
        found = self.find()
        return found.needed if not found.found and (alive(self.name) or taken(self.port)) else ""

    def _version(self) -> str | None:
        """The version that it reports; None when nobody or somebody else answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.endpoint + self.page, timeout=5) as answer:
                text, headers = answer.read(1_000_000).decode("utf-8", errors="replace"), answer.headers
        except (OSError, ValueError, urllib.error.URLError):
            return None
        if self.name == "moto":
            return (headers.get("X-Moto-Version") or "unknown") if "Moto" in text else None
        try:
            return str(json.loads(text)["version"])
        except (ValueError, KeyError, TypeError):
            return None

    def _remove_containers(self) -> None:
        engine = docker.find()
        program = install.which("docker")
        if program is None or not engine.found or self.name == "moto":
            return
        env, mine = engine.env, f"label={self.name}"
        names = (output([program, "container", "ls", "--all", "--quiet", "--filter", mine], env=env) or "").split()
        if names:
            output([program, "container", "rm", "--force", "--volumes", *names], env=env, timeout=120)

    def _lock(self) -> Path:
        return HERE / "locks" / f"{self.name}.txt"

    def _python(self) -> Path:
        return install.python_of(self.name, self._lock())


def reached_by(endpoint: str) -> dict[str, str]:
    """The environment in which every AWS client ends up at this endpoint and has no real credentials."""
    return {
        "AWS_ENDPOINT_URL": endpoint, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "course", "AWS_SESSION_TOKEN": "",
        "AWS_PROFILE": "default", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(HERE / "aws.ini"), "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }  # fmt: skip


def taken(port: int) -> bool:
    """Say whether any program listens on this port of loopback."""
    with socket.socket() as tried:
        tried.settimeout(2)
        return tried.connect_ex(("127.0.0.1", port)) == 0


def emulators() -> tuple[Emulator, ...]:
    moto, ministack = pins()["moto"].version, pins()["ministack"].version
    script = HERE / "moto_server.py"
    return (
        Emulator(
            "moto", moto_server.PORT, "/moto-api/", (str(script),),
            "calls of AWS that store and list, S3, pipelines (exercises 6, 8, 10 and 11)",
            f"{UV_RUN} --with 'moto[server]=={moto}' python {script}",
        ),
        Emulator(
            "ministack", 4566, "/_ministack/health", ("-m", "ministack"),
            "ECS tasks as real containers, Lambda, alarms (exercises 6, 8 and 10)",
            # Without the first three it listens on every address, and on a second port.
            "BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 "
            f"{UV_RUN} --with 'ministack[full]=={ministack}' python -m ministack",
            {
                "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "GATEWAY_PORT": "4566", "LOG_LEVEL": "WARNING",
                "MINISTACK_ACCOUNT_ID": ACCOUNT,
            },
        ),
    )  # fmt: skip


EMULATORS = emulators()
