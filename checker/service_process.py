"""A trainee's app as a running server beside the notebook: start it, send requests, read its log, stop it."""

from __future__ import annotations

import atexit
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.course import find_course
from checker.errors import CheckerError, Misuse
from checker.markup import framed, terminal
from checker.shell import Ran, end_group, environment, sh
from checker.shown import Said, shown


class Service:
    """A server process on 127.0.0.1. `.url`, `.logs()`, `.stop()`."""

    def __init__(self, app: str, port: int) -> None:
        self.command = f"python -m uvicorn {app} --host 127.0.0.1 --port {port}"
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        descriptor, name = tempfile.mkstemp(prefix="service-", suffix=".log")
        os.close(descriptor)
        self._log = Path(name)
        self._last_words: str | None = None
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command.split()[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(),
                start_new_session=True,
            )

    def logs(self) -> str:
        """What the server has printed so far; after `stop`, all that it printed."""
        if self._last_words is not None:
            return self._last_words
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                end_group(self.process)
                self.process.wait()
        self._last_words = self.logs()
        self._log.unlink(missing_ok=True)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def __repr__(self) -> str:
        if self.running:
            return f"$ {self.command}\nrunning at {self.url} (its documentation: {self.url}/docs)"
        return f"$ {self.command}\nended with exit code {self.process.returncode}; its last lines:\n{self._tail()}"

    def _repr_html_(self) -> str:
        if not self.running:
            return framed(terminal(repr(self)))
        # The second link is for a browser on another machine, which reaches this one through JupyterLab alone.
        links = ", or through JupyterLab: ".join(map(_link, (f"{self.url}/docs", f"/proxy/{self.port}/docs")))
        said = f"$ {self.command}\nrunning at {self.url}"
        return framed(f"{terminal(said)}<p>Its documentation: {links}</p>")

    def _tail(self) -> str:
        return "\n".join(self.logs().splitlines()[-12:])


def _link(address: str) -> str:
    return f'<a href="{address}" target="_blank">{address}</a>'


_RUNNING: list[Service] = []


@shown
def start(app: str = "") -> Service:
    """Start the app of the exercise whose folder this is, in a process of its own; it replaces the one before."""
    for service in _RUNNING:
        service.stop()
    _RUNNING.clear()
    service = Service(app or _app_here(), _free_port())
    _RUNNING.append(service)
    _wait(service)
    return service


def stop_everything() -> Said:
    """End what this notebook started, and say what that was."""
    ended = [f"stopped {service.command}" for service in _RUNNING if service.running]
    for service in _RUNNING:
        service.stop()
    _RUNNING.clear()
    return Said("\n".join(ended) or "nothing was running")


atexit.register(stop_everything)


def traffic(*arguments: object) -> Ran:
    """Run the exercise's traffic.py: requests drawn from your seed."""
    return sh(" ".join(["python traffic.py", *map(str, arguments)]))


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as curl would show them."""

    command: str
    status: int
    body: str

    def __repr__(self) -> str:
        return f"$ {self.command}\nstatus {self.status}\n{self.body}"

    def _repr_html_(self) -> str:
        return framed(terminal(repr(self)))


def request(service: Service, method: str, path: str, *, json: Any = None) -> Exchange:
    """Send one request and show it with the curl command that does the same."""
    body = None if json is None else _dumped(json)
    command = f"curl -i -X {method} {service.url}{path}"
    if body is not None:
        command += f" -H 'content-type: application/json' -d '{body}'"
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        answer = connection.getresponse()
        return Exchange(command, answer.status, _pretty(answer.read()))
    except OSError as error:
        return Exchange(command, 0, f"no answer: {error}. Is the service running? service.logs() shows its last words.")
    finally:
        connection.close()


def _dumped(value: Any) -> str:
    return json.dumps(value)


def _pretty(body: bytes) -> str:
    text = body.decode("utf-8", errors="replace")
    with contextlib.suppress(ValueError):
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    return text[:2000]


def _app_here() -> str:
    exercise = find_course().exercise(Path.cwd().name)
    if not exercise.app:
        raise Misuse(f"Exercise {exercise.number} has no app to start.", "read the brief's own command")
    return exercise.app


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(service: Service, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while service.running:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", service.port), 0.2):
            return
        if time.monotonic() > deadline:
            raise CheckerError(f"The service did not answer within {seconds:g} seconds.", "service.logs()")
        time.sleep(0.05)
