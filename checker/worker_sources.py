"""Where workers come from: a warmed process that forks them, or a new Python for each."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checker.errors import CouldNotCheck, Finding
from checker.sandbox import guard, reaches, room, strongest
from checker.sandbox.relay import Relay
from checker.sandbox.room import Room
from checker.workers import Start, Worker, WorkerSource


class ForkServer:
    """A warmed process that forks a worker in milliseconds, shut off at a level. POSIX only.

    Raises OSError when this machine does not have the level.
    """

    def __init__(self, preload: tuple[str, ...], isolation: str = "process") -> None:
        self.isolation = isolation
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.scratch = tempfile.TemporaryDirectory(prefix="checker-")
        command = [sys.executable, "-m", "checker.forkserver", str(theirs.fileno()), isolation, self.scratch.name]
        self.process = subprocess.Popen(
            [*command, *preload],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=_own_env(),
        )
        theirs.close()
        self.control = ours
        # Several threads of one check may ask for workers; a question and its answer belong together.
        self.lock = threading.Lock()
        self.count = 0
        said = ours.recv(1000)
        if said != b"ready":
            self.close()
            if said:
                raise OSError(said.decode(errors="replace"))
            raise CouldNotCheck(Finding(seen="the process that starts workers did not come up"))

    def room(self) -> Room:
        if not reaches(self.isolation, "namespace"):
            return room.on_disk()
        with self.lock:
            self._send({"do": "room"})
            said, opened, _, _ = socket.recv_fds(self.control, 32, 1)
        if not opened:
            raise CouldNotCheck(Finding(seen="the process that starts workers ended"))
        return room.in_memory(opened[0], int(said))

    def leave(self, left: Room) -> None:
        if left.descriptor < 0:
            room.remove(left.base)
            return
        os.close(left.descriptor)
        if self.process.poll() is None:
            self._ask({"do": "leave", "room": left.number})

    def worker(self, start: Start) -> Worker:
        question_read, question_write = os.pipe()
        answer_read, answer_write = os.pipe()
        theirs = [question_read, answer_write]
        line: socket.socket | None = None
        with self.lock:
            self.count += 1
            log = Path(self.scratch.name) / f"{self.count}.log"
        theirs.append(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        if start.reach and reaches(self.isolation, "namespace"):
            line, handed = socket.socketpair()
            theirs.append(handed.detach())
        try:
            pid = int(self._ask({"do": "fork", "start": vars(start)}, theirs))
        finally:
            for fd in theirs:
                os.close(fd)
        relay = _relay(line) if line else None
        return Worker(answer_read, question_write, log, lambda: self._end(pid, relay), pid)

    def _ask(self, question: dict[str, Any], fds: Sequence[int] = ()) -> bytes:
        with self.lock:
            self._send(question, fds)
            reply = self.control.recv(32)
        if not reply:
            raise CouldNotCheck(Finding(seen="the process that starts workers ended"))
        return reply

    def _send(self, question: dict[str, Any], fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self.control, [json.dumps(question).encode()], fds)
        except OSError:
            raise CouldNotCheck(Finding(seen="the process that starts workers ended")) from None

    def _end(self, pid: int, relay: Relay | None) -> None:
        if relay:
            relay.close()
        if self.process.poll() is None:
            self._ask({"do": "end", "pid": pid})

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.scratch.cleanup()


def _relay(line: socket.socket) -> Relay:
    """Answers on the sockets that a worker hands out, once it has its network."""
    with line:
        line.settimeout(20)
        try:
            _, opened, _, _ = socket.recv_fds(line, 16, 8)
        except TimeoutError:
            opened = []
    return Relay(socket.socket(fileno=one) for one in opened)


class OnDisk:
    """What sources without a process of their own share: rooms on the disk, and a folder for what workers say."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self._count = 0

    def room(self) -> Room:
        return room.on_disk()

    def leave(self, left: Room) -> None:
        room.remove(left.base)

    def close(self) -> None:
        self._scratch.cleanup()

    def _next_log(self) -> Path:
        self._count += 1
        return Path(self._scratch.name) / f"{self._count}.log"


class Subprocesses(OnDisk):
    """A new Python per worker: slower by the time its imports take, and works everywhere."""

    isolation = "process"

    def worker(self, start: Start) -> Worker:
        log = self._next_log()
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


def source(preload: tuple[str, ...], isolation: str = "") -> WorkerSource:
    """The fastest source of workers that is safe on this system, at a level; the default is that of one's own work."""
    if isolation == "container":
        isolation = strongest()
    # macOS's frameworks do not survive a fork without exec; Windows has none.
    return ForkServer(preload, isolation or guard()) if sys.platform == "linux" else Subprocesses()
