"""The docker client, set to our own engine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from course.engines.found import EngineTrouble
from course.engines.places import cache, programs
from course.engines.running import alive, must, output

SOCKET = Path("/var/run/docker.sock")


def environment() -> dict[str, str]:
    return {
        "DOCKER_HOST": f"unix://{SOCKET}", "DOCKER_BUILDKIT": "1", "DOCKER_CONFIG": str(cache() / "docker-config"),
    }  # fmt: skip


def ask(*words: str, what: str, timeout: float = 900.0, stdin: bytes = b"") -> str:
    """Run a command of the client. EngineTrouble when it fails."""
    argv = [str(programs() / "docker"), *words]
    return must(argv, what=what, env=environment(), timeout=timeout, stdin=stdin)


def look(*words: str, timeout: float = 30.0) -> str | None:
    """What a command of the client says; None when it fails."""
    return output([str(programs() / "docker"), *words], env=environment(), timeout=timeout)


def saved(image: str) -> bytes:
    """The image as `docker save` writes it, of whatever engine answers."""
    program = programs() / "docker"
    argv = [str(program) if program.exists() else "docker", "save", image]
    env = os.environ | (environment() if alive("docker") else {})
    done = subprocess.run(argv, env=env, capture_output=True, check=False)
    if done.returncode != 0:
        raise EngineTrouble(f"docker save {image}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
