"""One process of a release: how it starts, where it listens, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from course.project.platform import leash
from course.project.platform.http1 import Refused, ask

PREFIX = "MOVIE_SERVICE_"
_LISTENING = re.compile(r"listening on http://\S+:(\d+)")
_PROBE_SECONDS = 1.0


@dataclass(frozen=True)
class Release:
    """What runs: a program and its settings, without their prefix."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("-m", "movie_service")


class State(StrEnum):
    """STARTING until the first readiness; UNREADY is a process that lives and wants no requests."""

    STARTING = "starting"
    READY = "ready"
    UNREADY = "unready"
    ENDING = "ending"


class Replica:
    """A running process; the supervisor owns it."""

    def __init__(self, name: str, group: str, release: Release, process: asyncio.subprocess.Process) -> None:
        self.name, self.group, self.release = name, group, release
        self.process = process
        self.port = 0
        self.state = State.STARTING
        self.born = time.monotonic()
        self.missed = 0
        self.told: deque[str] = deque(maxlen=20)
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, name: str, group: str, release: Release, folder: Path) -> Replica:
        """Start it on a port that the system chooses; it takes part once its readiness says so."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        chosen = {f"{PREFIX}{key.upper()}": value for key, value in release.settings.items()}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(leash.__file__), str(os.getpid()), sys.executable, *release.program),
            env={**kept, f"{PREFIX}PORT": "0", **chosen},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # Ctrl-C is ours: a replica is asked to end, it is not interrupted together with us.
            start_new_session=True,
        )
        replica = cls(name, group, release, process)
        replica._listening = asyncio.create_task(replica._listen(folder / f"{name}.log"))
        return replica

    async def _listen(self, log: Path) -> None:
        """Keep what it says; among that, its port."""
        assert self.process.stderr is not None
        with log.open("ab") as kept:
            async for line in self.process.stderr:
                kept.write(line)
                kept.flush()
                text = _message(line)
                self.told.append(text)
                if found := _LISTENING.fullmatch(text):
                    self.port = int(found[1])

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs; below 0 the signal that ended it."""
        return self.process.returncode

    @property
    def last_words(self) -> str:
        """What it said last that is a sentence: why it ended, if it knew."""
        return next((text for text in self.told if text.startswith("error:")), self.told[-1] if self.told else "")

    async def probe(self) -> int:
        """The status of its readiness, 0 when it does not answer."""
        if not self.port:
            return 0
        try:
            return (await ask(self.port, "GET", "/health/ready", seconds=_PROBE_SECONDS)).status
        except (OSError, TimeoutError, Refused, asyncio.IncompleteReadError):
            return 0

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it started."""
        with contextlib.suppress(ProcessLookupError):
            if self.code is None:
                os.killpg(self.process.pid, number)

    def end(self) -> None:
        """Ask it to leave: it says that it is not ready, answers what it has, and ends."""
        if self.state is not State.ENDING:
            self.state = State.ENDING
            self.send(signal.SIGTERM)

    async def gone(self) -> int:
        """Wait for its end and its last words."""
        code = await self.process.wait()
        if self._listening is not None:
            await self._listening
        return code


def _message(line: bytes) -> str:
    """The message of a JSON line of the service's log, else the line."""
    text = line.decode("utf-8", errors="replace").rstrip("\n")
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text
