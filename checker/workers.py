"""The trusted side of workers: start them, ask them, read what they say as a stranger's word, end them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from checker import messages as m
from checker.errors import CouldNotCheck, Finding, NotYet, TooSlow

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


class Ended(Exception):
    """The worker closed its end before it answered."""


class Worker:
    """One process with a trainee's code, and the pipes to it."""

    def __init__(self, read: int, write: int, log: Path, end: Any, pid: int) -> None:
        self.read, self.write, self.log, self._end, self.pid = read, write, log, end, pid
        self.buffer = b""
        self.closed = False

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
        answer = json.loads(line)
        if not isinstance(answer, dict) or not ({"ok", "error"} & set(answer)):
            raise ValueError("not an answer")
        return answer

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

    def worker(self, start: Start) -> Worker: ...

    def close(self) -> None: ...


class ForkServer:
    """A warmed process that forks a worker in milliseconds. POSIX only."""

    isolation = "process"

    def __init__(self, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "checker.forkserver", str(theirs.fileno()), *preload]
        self.scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=_own_env(),
        )
        theirs.close()
        self.control = ours
        if ours.recv(16) != b"ready":
            raise CouldNotCheck(Finding(seen="the process that starts workers did not come up"))
        self.count = 0

    def worker(self, start: Start) -> Worker:
        question_read, question_write = os.pipe()
        answer_read, answer_write = os.pipe()
        self.count += 1
        log = Path(self.scratch.name) / f"{self.count}.log"
        log_fd = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        theirs = [question_read, answer_write, log_fd]
        socket.send_fds(self.control, [json.dumps({"do": "fork", "start": vars(start)}).encode()], theirs)
        for fd in theirs:
            os.close(fd)
        pid = int(self._reply())
        return Worker(answer_read, question_write, log, lambda: self._end(pid, log), pid)

    def _reply(self) -> bytes:
        reply = self.control.recv(32)
        if not reply:
            raise CouldNotCheck(Finding(seen="the process that starts workers ended"))
        return reply

    def _end(self, pid: int, log: Path) -> None:
        if self.process.poll() is None:
            self.control.send(json.dumps({"do": "end", "pid": pid}).encode())
            self._reply()

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.scratch.cleanup()


class Subprocesses:
    """A new Python per worker: slower by the time its imports take, and works everywhere."""

    isolation = "process"

    def __init__(self, preload: tuple[str, ...]) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self.count = 0

    def worker(self, start: Start) -> Worker:
        self.count += 1
        log = Path(self.scratch.name) / f"{self.count}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "checker.lone_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                start_new_session=True,
                env=_own_env(),
            )
        assert process.stdin and process.stdout
        read, write = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdin.close()
        process.stdout.close()
        worker = Worker(read, write, log, lambda: self._end(process), process.pid)
        worker.say(vars(start) | {"log": str(log)})
        return worker

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        try:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        except ProcessLookupError:
            pass
        process.wait()

    def close(self) -> None:
        self.scratch.cleanup()


def _own_env() -> dict[str, str]:
    """The grader's environment without what a worker must not inherit."""
    kept = (
        "PATH",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "VIRTUAL_ENV",
        "LD_LIBRARY_PATH",
        "HOME",
    )
    env = {name: os.environ[name] for name in kept if name in os.environ}
    root = str(Path(__file__).resolve().parents[1])
    return env | {
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
    }


def source(preload: tuple[str, ...]) -> WorkerSource:
    """The fastest source of workers that is safe on this system."""
    # macOS's frameworks do not survive a fork without exec; Windows has none.
    return ForkServer(preload) if sys.platform == "linux" else Subprocesses(preload)
