"""The program of the container: whether what is given in place of the image's own serves, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from checker import sibling
from checker.ecs.task import number
from checker.kube.starting import serves_nothing

KEPT = sibling(__file__, "kept")
SHELLS = {"sh", "bash", "ash"}
# What uvicorn and its like take: the address to listen at, and the port.
LOOPBACK = re.compile(r"(?<!\S)(?:--host|--bind|-b)[= ]+[\"']?(127\.[\d.]+|localhost|\[?::1\]?)(?![\w.])")
PORT = re.compile(r"(?<!\S)--port[= ]+[\"']?(\d+)")
# Source: uvicorn's documentation, settings, looked up 2026-11-27.
UVICORN, HOST_SAID = re.compile(r"(?<!\S)(?:\S*/)?uvicorn\s"), re.compile(r"(?<!\S)--(?:host|uds|fd)\b")
BY_ITSELF = "127.0.0.1, as uvicorn does when no host is said"
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """Why nobody listens for the balancer: `entryPoint` and `command` stand in the place of the image's program."""
    api = handed_in.api
    given = {key: _words(api.properties.get(key)) for key in ("entryPoint", "command")}
    key = "command" if given["command"] else "entryPoint"
    words = [*given["entryPoint"], *given["command"]]
    line, where = " ".join(words), handed_in.task.at("containerDefinitions", api.number, key)
    if serves_nothing(words) or _is_shell_without_script(words):
        yield (
            f"{line[:40]!r} runs in place of the service: nobody listens",
            "a container that runs the service",
            where,
            f"What becomes of the program of the image when `{key}` is given?",
        )
    host = _host(api, line)
    if host:
        yield (
            f"the service listens on {host}: the container itself reaches it, and the balancer never does",
            "a service that listens on all addresses of the task, or the program of the image",
            where,
            "From where does the balancer ask, and who can reach this address?",
        )
    port = PORT.search(line)
    if port and number(port[1]) != contract.LISTENS:
        yield (
            f"the service is told to listen on port {port[1]}: nobody listens on 8000",
            "port 8000 of the container",
            where,
            "On which port does the contract say that the service listens?",
        )


def _host(api: Any, line: str) -> str:
    """The address at which the command makes the service listen, if only the container itself has it."""
    found = LOOPBACK.search(line)
    if found:
        return found[1]
    variables = {one.get("name") for one in KEPT.entries(api.properties.get("environment"))}
    silent = UVICORN.search(line) and not HOST_SAID.search(line) and "UVICORN_HOST" not in variables
    return BY_ITSELF if silent else ""


def _words(found: Any) -> list[str]:
    return [str(word) for word in found] if isinstance(found, list) else []


def _is_shell_without_script(words: list[str]) -> bool:
    """A shell with nothing to read ends at once; `entryPoint` also takes the image's own command away."""
    shell = bool(words) and PurePosixPath(words[0]).name in SHELLS
    return shell and all(word.startswith("-") for word in words[1:])
