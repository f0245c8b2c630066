"""AWS on this machine: moto and ministack, each in an environment of its own and on loopback only.

What reaches them is a plain boto3 with the environment that `find` gives: its endpoint is the emulator, its keys are
no keys, and files of real credentials are out of sight.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.message import Message
from pathlib import Path

from course.engines import docker, install, moto_server
from course.engines.found import Found, Say
from course.engines.install import Part
from course.engines.running import output
from course.engines.servers import Server
from course.engines.table import pins

HERE = Path(__file__).parent
MAIN = HERE / "__main__.py"
ACCOUNT, REGION = "123456789012", "us-east-1"
UV_RUN = "uv run --isolated --no-project --python 3.13"
# Without the first three it listens on every address, and on a second port.
MINISTACK = {
    "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "GATEWAY_PORT": "4566", "LOG_LEVEL": "WARNING",
    "MINISTACK_ACCOUNT_ID": ACCOUNT,
}  # fmt: skip


class Emulator(Server):
    """A program from PyPI that speaks as AWS does."""

    def lock(self) -> Path:
        return install.lock_of(self.name)

    def python(self) -> Path:
        return install.python_of(self.name, self.lock())

    def install(self, say: Say) -> None:
        install.python_environment(self.name, self.lock(), say=say)

    def parts(self) -> list[Part]:
        return [install.python_part(self.name, self.lock())]

    def reached(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Both emulators need boto3 themselves, so their own interpreter can be a client too."""
        python = self.python()
        facts = {"account": ACCOUNT, "region": REGION, "python": str(python) if python.exists() else sys.executable}
        return reached_by(self.endpoint), facts

    def own_environment(self) -> dict[str, str]:
        """Its own files go with its folder; what the environment of the user says does not reach it."""
        own = {"TMPDIR": str(self.folder), "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
        return reached_by(self.endpoint) | own


class Moto(Emulator):
    def version_in(self, text: str, headers: Message) -> str | None:
        return (headers.get("X-Moto-Version") or "unknown") if "Moto" in text else None

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return [str(self.python()), str(HERE / "moto_server.py")], self.own_environment()


class Ministack(Emulator):
    def find(self) -> Found:
        """With the command that deploys a folder's templates, which works in whatever folder it is asked for."""
        found = super().find()
        if not found.found:
            return found
        env = {**found.env, "PYTHONPATH": str(MAIN.parents[2])}
        facts = {**found.facts, "ecs": f"{sys.executable} {MAIN} ecs"}
        return replace(found, env=env, path=(str(Path(sys.executable).parent),), facts=facts)

    def version_in(self, text: str, headers: Message) -> str | None:
        table = json.loads(text)
        return str(table["version"]) if isinstance(table, dict) and "version" in table else None

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        env = self.own_environment() | dict(docker.find().env) | MINISTACK
        return [str(self.python()), "-m", "ministack"], env

    def clean(self) -> None:
        """Containers of ECS tasks run in whatever Docker engine answers."""
        engine, program = docker.find(), install.which("docker")
        if program is None or not engine.found:
            return
        env, ours = engine.env, f"label=ministack.instance={socket.gethostname()}:{self.port}"
        names = (output([program, "container", "ls", "--all", "--quiet", "--filter", ours], env=env) or "").split()
        if names:
            output([program, "container", "rm", "--force", "--volumes", *names], env=env, timeout=120)


def reached_by(endpoint: str) -> dict[str, str]:
    """The environment in which every AWS client ends up at this endpoint and has no real credentials."""
    return {
        "AWS_ENDPOINT_URL": endpoint, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "course", "AWS_SESSION_TOKEN": "",
        "AWS_PROFILE": "default", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(HERE / "aws.ini"), "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }  # fmt: skip


EMULATORS = (
    Moto(
        "moto", moto_server.PORT, "/moto-api/",
        "calls of AWS that store and list, S3, pipelines (exercises 6, 8, 10 and 11)",
        f"{UV_RUN} --with 'moto[server]=={pins()['moto'].version}' python {HERE / 'moto_server.py'}",
    ),
    Ministack(
        "ministack", 4566, "/_ministack/health",
        "ECS tasks as real containers, Lambda, alarms (exercises 6, 8 and 10)",
        "BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 "
        f"{UV_RUN} --with 'ministack[full]=={pins()['ministack'].version}' python -m ministack",
    ),
)  # fmt: skip
