"""Starts servers on loopback, waits until they answer, and ends each with everything it started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.start.console import Step, Trouble

HOST = "127.0.0.1"
PATIENCE = 120.0
GRACE = 10.0

# A proxy of the surroundings must not be asked about an address of this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Port:
    """The port taken, and the one wished for, which differ when that was busy."""

    number: int
    wished: int

    @property
    def remark(self) -> str:
        return f"port {self.wished} is busy, {self.number} taken" if self.number != self.wished else ""


def free_port(wished: int, *, taken: frozenset[int] = frozenset(), tries: int = 100) -> Port:
    """The first free port from the one wished for; `taken` are promised to others and not open yet."""
    for number in range(wished, min(wished + tries, 65536)):
        if number not in taken and _is_free(number):
            return Port(number, wished)
    raise Trouble(
        f"no port from {wished} to {wished + tries - 1} is free on {HOST}.",
        "end a server that you no longer need; ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN) lists them.",
    )


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port whose last connections are still fading away counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError:
            return False
    return True


class PortLost(Trouble):
    """A server ended since another took its port between our look and its start."""


@dataclass(frozen=True)
class Server:
    """A process in a group of its own, so that ending it ends its children too."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, argv: Sequence[str | Path], *, log: Path, cwd: Path, env: Mapping[str, str]) -> Server:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as stream:
            process = subprocess.Popen(
                list(map(str, argv)),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=cwd,
                env=env,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def ended(self) -> int | None:
        return self.process.poll()

    def wait_until_it_answers(self, url: str, step: Step) -> None:
        """Raises Trouble where it ends or is too slow, PortLost where it ended and another has the port of `url`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            step.tick()
            # First, since it may be another's server that answers there.
            if self.ended is not None:
                kind = Trouble if _is_free(urllib.parse.urlsplit(url).port or 0) else PortLost
                raise self._trouble(f"ended with exit code {self.ended} before it answered", kind)
            if answers(url):
                return
            if time.monotonic() > deadline:
                raise self._trouble(f"did not answer within {PATIENCE:.0f} s")
            time.sleep(0.1)

    def _trouble(self, what: str, kind: type[Trouble] = Trouble) -> Trouble:
        last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        said = "\n".join(f"  | {line}" for line in last) or "  | (nothing was said)"
        return kind(f"{self.name} {what}:\n{said}", f"checker doctor; the whole log is {str(self.log)!r}")

    def stop(self) -> None:
        """Ask the whole group to end, and end it when it does not; harmless when it has ended."""
        for sent, grace in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sent)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=grace)
                break
        # The leader has ended; what it left behind in its group must not outlive it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def answers(url: str) -> bool:
    """Whether something answers there with success."""
    try:
        with _direct.open(url, timeout=2) as reply:
            return bool(200 <= reply.status < 300)
    except (OSError, urllib.error.URLError, ValueError):
        return False
