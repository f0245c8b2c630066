"""Tries a health check: runs its Python in the worker, against an app that is well, ill, or not there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from checker.dockerfile import healthcheck, simple_commands
from checker.dockerfile.stages import Command
from checker.dockerfile.words import substituted

PYTHON = re.compile(r"python3?(\.\d+)?$")
WELL = {"/health/live": 200, "/health/ready": 200, "/docs": 200, "/openapi.json": 200}
ILL = WELL | {"/health/live": 503, "/health/ready": 503}
# Python alone starts in some 20 ms, and urllib takes as long again; Docker's own `exec` comes on top.
SHORTEST, DEFAULT = 0.05, 30.0
# Laid beside the files: every connection to port 8000 of this machine is answered by a thread, so that a check can
# be tried without a network. Packages that the image does not have cannot be imported.
TRYING = """
import importlib.abc
import json
import os
import runpy
import socket
import sys
import threading

PLAN = json.loads(os.environ["PLAN"])


class OnlyTheImages(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in PLAN["packages"]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def answer(end):
    text = b""
    while b"\\r\\n\\r\\n" not in text:
        more = end.recv(4096)
        if not more:
            return
        text += more
    method, path = text.split(b" ")[:2]
    status = PLAN["paths"].get(path.decode("latin-1").partition("?")[0], 404)
    status = 405 if method != b"GET" and status == 200 else status
    body = b'{"status":"live"}' if status == 200 else b'{"status":"ill"}'
    head = f"HTTP/1.1 {status} Said\\r\\nContent-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\n"
    end.sendall(head.encode() + b"Connection: close\\r\\n\\r\\n" + (b"" if method == b"HEAD" else body))
    end.close()


def connect(self, address):
    host, port = address[0], address[1]
    if not PLAN["paths"] or str(port) != "8000" or host not in ("127.0.0.1", "0.0.0.0", "localhost"):
        raise ConnectionRefusedError(111, "Connection refused")
    ours, theirs = socket.socketpair()
    os.dup2(theirs.fileno(), self.fileno())
    theirs.close()
    threading.Thread(target=answer, args=(ours,), daemon=True).start()


socket.socket.connect = connect
# The other end is no TCP connection, which some options ask for.
socket.socket.setsockopt = lambda self, *rest: None
socket.getaddrinfo = lambda host, port, *rest, **more: [
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if host == "localhost" else str(host), int(port)))
]
os.environ.update(PLAN["env"])
sys.meta_path.insert(0, OnlyTheImages())
sys.argv = PLAN["argv"]
if PLAN["code"] is None:
    runpy.run_path(PLAN["argv"][0], run_name="__main__")
else:
    exec(compile(PLAN["code"], "<health check>", "exec"), {"__name__": "__main__"})
"""


@dataclass(frozen=True)
class Probe:
    """A health check as Docker runs it: the words of its program, and the exit code of a failure."""

    words: tuple[str, ...]
    # What stands behind `||`, or behind a pipe; () where nothing does.
    behind: tuple[str, ...] = ()
    operator: str = ""

    @property
    def program(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""

    @property
    def hides_failure(self) -> str:
        """What follows the program and turns its failure into a success."""
        if self.operator == "||":
            bad = self.behind[:1] == ("false",) or (
                self.behind[:1] == ("exit",) and self.behind[1:] not in ((), ("0",))
            )
            return "" if bad or self.behind[:1] == ("kill",) else " ".join((self.operator, *self.behind))
        return " ".join((self.operator, *self.behind)) if self.operator in ("|", ";", "&") and self.behind else ""


def probe_of(command: Command, env: dict[str, str]) -> Probe:
    """The program of a health check in exec or shell form."""
    words = command.words
    program = words[0].rpartition("/")[2] if words else ""
    if program not in ("sh", "bash", "dash") or len(words) < 3:
        return Probe(words)
    commands = simple_commands(words[2])
    if not commands:
        return Probe(())
    first = tuple(substituted(one, env) for one in commands[0].words)
    first = first[1:] if first[:1] == ("exec",) else first
    return Probe(first, commands[1].words if len(commands) > 1 else (), commands[0].then)


def seconds(duration: str) -> float:
    """A duration such as 1m30s; Docker's default for none and for 0."""
    return healthcheck.seconds(duration) or DEFAULT


def python_part(words: tuple[str, ...]) -> tuple[str | None, list[str]]:
    """(code, arguments) of `python -c code`, (None, [script, …]) of `python script`."""
    rest = list(words[1:])
    while rest and rest[0].startswith("-") and rest[0] != "-c":
        rest = rest[1:]
    if rest[:1] == ["-c"]:
        return (rest[1] if len(rest) > 1 else ""), ["-c", *rest[2:]]
    return None, rest


def exit_code(
    submission: Any, words: tuple[str, ...], *, paths: dict[str, int], env: dict[str, str], script: str = ""
) -> tuple[int, str]:
    """The exit code of a Python health check against such an app, and the last line that it printed."""
    code, arguments = python_part(words)
    if script:
        arguments = [script, *arguments[1:]]
    locked = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", submission.text("requirements.lock"), re.MULTILINE)
    plan = {
        "paths": paths,
        "code": code,
        "argv": arguments,
        "env": env,
        "packages": [n.replace("-", "_") for n in locked],
    }
    submission.replace("trying_health.py", TRYING)
    done = submission.run("trying_health.py", env={"PLAN": json.dumps(plan)}, timeout=20)
    lines = done.output.strip().split("\n")
    return done.exit_code, lines[-1][:100]


def url_faults(words: tuple[str, ...]) -> str:
    """What is wrong with a curl or wget health check; "" for nothing."""
    program, rest = words[0].rpartition("/")[2], words[1:]
    url = next((one for one in rest if "/" in one and not one.startswith(("-", "/dev/"))), "")
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.hostname not in ("localhost", "127.0.0.1", "0.0.0.0") or (parts.port or 80) != 8000:
        return f"it asks {url or 'nobody'}, and the app listens on port 8000"
    if ILL.get(parts.path) != 503:
        return f"it asks for {parts.path or '/'}, which does not tell how the app is"
    fails = any(re.match(r"--fail|-[a-zA-Z]*f", one) for one in rest)
    if program == "curl" and not fails:
        return "curl ends with exit code 0 for status 503 too"
    return ""
