"""The docker client, set to our own engine."""

from __future__ import annotations

from pathlib import Path

from course.engines.places import cache, programs
from course.engines.running import must, output

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
