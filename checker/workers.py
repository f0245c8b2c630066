"""The trusted side of workers: start them, ask them, read what they say as a stranger's word, end them."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from checker import messages as m
from checker.errors import CouldNotCheck, Finding, NotYet, TooSlow
from checker.sandbox.room import SHUT_OFF, Room

MAX_ANSWER = 4_000_000
MAX_LOG = 65536


@dataclass(frozen=True)
class Start:
    """What a worker is told once: where it works, what it may import, and whether it answers, serves or runs."""

    folder: str
    env: dict[str, str]
    allowed: tuple[str, ...]
    app: str = ""
    mode: str = "answer"
    socket: str = ""
    script: str = ""
    args: tuple[str, ...] = ()
    # Its other folders, and the TCP ports of trusted neighbours that it may connect to.
    writable: tuple[str, ...] = ()
    reach: tuple[int, ...] = ()
    room: int = 0


class Ended(Exception):
    """The worker closed its end before it answered."""


class Worker:
    """One process with a trainee's code, and the pipes to it."""

    def __init__(self, read: int, write: int, log: Path, end: Any, pid: int) -> None:
        self.read, self.write, self.log, self._end, self.pid = read, write, log, end, pid
        self.buffer = b""
        # Whether what it says counts: where the kernel does not stop it at a limit, it is looked at with each answer.
        self.heard: Callable[[], bool] = lambda: True
        self.closed = self.shut_off = False

    def say(self, question: dict[str, Any]) -> None:
        try:
            data = json.dumps(question).encode() + b"\n"
            while data:
                data = data[os.write(self.write, data) :]
        except OSError:
            raise Ended from None

    def listen(self, timeout: float) -> dict[str, Any]:
        """The next answer. Raises TimeoutError, Ended, or ValueError for an answer that is too long or no JSON."""
        deadline = time.monotonic() + timeout
        if not self.shut_off:
            self.see_it_shut_off(timeout)
        return self._answer(deadline)

    def see_it_shut_off(self, timeout: float) -> None:
        """Its first word comes before any of the submission's: without it nothing of the submission has run."""
        try:
            self.shut_off = self._line(time.monotonic() + timeout) + b"\n" == SHUT_OFF
        except Ended:
            self.shut_off = False
        if not self.shut_off:
            raise CouldNotCheck(Finding(seen=m.NOT_SHUT_OFF.format(said=self.logs()[-300:].strip())))

    def _answer(self, deadline: float) -> dict[str, Any]:
        answer = json.loads(self._line(deadline))
        if not self.heard():
            raise Ended
        if not isinstance(answer, dict) or not ({"ok", "error"} & set(answer)):
            raise ValueError("not an answer")
        return answer

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self.buffer:
            if not select.select([self.read], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            data = os.read(self.read, 65536)
            if not data:
                raise Ended
            self.buffer += data
            if len(self.buffer) > MAX_ANSWER:
                raise ValueError("too long")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def ask(self, question: dict[str, Any], *, tried: str, where: str, timeout: float) -> dict[str, Any]:
        """Put a question and wait for the answer; what goes wrong on the worker's side becomes a finding."""
        try:
            if question:
                self.say(question)
            return self.listen(timeout)
        except TimeoutError:
            seen, expected = m.SLOW.format(seconds=timeout), m.SLOW_EXPECTED.format(seconds=timeout)
            self.close()
            raise TooSlow(Finding(tried, seen, expected, where, m.SLOW_NEXT)) from None
        except Ended:
            raise NotYet(Finding(tried, m.ENDED, m.ENDED_EXPECTED, where, m.ENDED_NEXT)) from None
        except (ValueError, RecursionError):
            self.close()
            seen = m.ANSWER_TOO_LONG.format(limit=MAX_ANSWER)
            raise NotYet(Finding(tried, seen, m.ANSWER_TOO_LONG_EXPECTED, where, m.ANSWER_TOO_LONG_NEXT)) from None

    def logs(self) -> str:
        with self.log.open("rb") as log:
            return log.read(MAX_LOG).decode("utf-8", errors="replace")

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        os.close(self.write)
        os.close(self.read)
        self._end()


class WorkerSource(Protocol):
    """Where workers come from."""

    isolation: str

    def room(self) -> Room: ...

    def leave(self, room: Room) -> None: ...

    def worker(self, start: Start) -> Worker: ...

    def close(self) -> None: ...
