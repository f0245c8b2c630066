"""The program of the container: whether what is given in place of the image's own serves, and for whom."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from checker import sibling
from checker.ecs.task import number

KEPT = sibling(__file__, "kept")
SHELLS = {"sh", "bash", "ash"}
# What may run the service: a server of Python with something to serve, the service by its name, or a file of the image.
SERVES = re.compile(
    r"(?<!\S)(?:\S*/)?(?:uvicorn|gunicorn|hypercorn|granian|fastapi)\s+\S|uvicorn\.run|movie[_-]service"
    r"|(?<!\S)\S+\.(?:py|sh)(?!\S)|(?<!\S)(?:\S*/)?(?:ba|a|)sh\s+[^-\s]|^\s*(?:exec\s+)?\.?/(?!(?:usr/|local/)*s?bin/)"
)
# A module that is run is the service's, unless it belongs to Python; some commands only name a server.
MODULE, NAMES_ONLY = re.compile(r"(?<!\S)-m\s+(\w+)"), re.compile(r"\s*(?:echo|printf|#)|.*\bpip3?\s")
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
    given = {key: _listed(api.properties.get(key)) for key in ("entryPoint", "command")}
    key = "command" if given["command"] else "entryPoint"
    words = [*given["entryPoint"], *given["command"]]
    line, where = " ".join(map(str, words)), handed_in.task.at("containerDefinitions", api.number, key)
    # What only the deployment fills in may be anything.
    known = not any("${" in str(word) for word in words if not isinstance(word, str))
    if words and known and not any(map(_may_serve, _commands(list(map(str, words))))):
        yield (
            f"{line[:40]!r} runs in place of the service, and serves none: nobody answers {contract.READY} with 200",
            "the program of the image, or a server with the service",
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


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _commands(words: list[str]) -> list[str]:
    """What is run, one by one: a shell with -c reads its script, and not the words after it."""
    place = next((place for place, word in enumerate(words) if re.fullmatch("-[a-z]*c", word)), 0)
    if place and PurePosixPath(words[0]).name in SHELLS:
        return re.split(r"[;&|\n]+", "".join(words[place + 1 : place + 2]))
    return [" ".join(words)]


def _may_serve(command: str) -> bool:
    module = MODULE.search(command)
    if NAMES_ONLY.match(command) or (module and module[1] in sys.stdlib_module_names):
        return False
    return bool(module or SERVES.search(command))
