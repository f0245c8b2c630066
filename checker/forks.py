"""The trusted end of a process that forks workers: it is asked over a socket, and hands back pids and folders."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from checker.errors import CouldNotCheck, Finding
from checker.sandbox.relay import Relay
from checker.workers import Start, Worker

ENDED = "the process that starts workers ended"
# Seconds to end its workers in, and to take their cgroups away.
PATIENCE = 20
NOT_UP = "the process that starts workers did not come up"
Launch = Callable[..., "subprocess.Popen[bytes]"]


class Forks:
    """One such process. Raises OSError with its own words when it says that it cannot work here."""

    def __init__(self, command: Callable[[int], Sequence[str]], logs: Path, *, apart: bool, launch: Launch) -> None:
        # `command` is told the descriptor to answer on; `apart`: its workers have a network of their own.
        self._logs, self._apart = logs, apart
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = launch(
            command(theirs.fileno()), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
            env=own_env(),
        )  # fmt: skip
        theirs.close()
        # Several threads of one check may ask for workers; a question and its answer belong together.
        self.lock = threading.Lock()
        said, self.opened, _, _ = socket.recv_fds(self.control, 1000, 1)
        if said != b"ready":
            self.close()
            if said:
                raise OSError(said.decode(errors="replace"))
            raise CouldNotCheck(Finding(seen=NOT_UP))

    def fork(self, start: Start, name: str) -> Worker:
        """A worker whose log is called `name`."""
        question_read, question_write = os.pipe()
        answer_read, answer_write = os.pipe()
        theirs = [question_read, answer_write]
        line: socket.socket | None = None
        log = self._logs / f"{name}.log"
        theirs.append(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        if start.reach and self._apart:
            line, handed = socket.socketpair()
            theirs.append(handed.detach())
        try:
            pid = int(self.ask({"do": "fork", "start": vars(start)}, theirs))
        finally:
            for fd in theirs:
                os.close(fd)
        relay = _relay(line) if line else None
        return Worker(answer_read, question_write, log, lambda: self._end(pid, relay), pid)

    def ask(self, question: dict[str, Any], fds: Sequence[int] = ()) -> bytes:
        return self.ask_for_folder(question, fds)[0]

    def ask_for_folder(self, question: dict[str, Any], fds: Sequence[int] = ()) -> tuple[bytes, list[int]]:
        """Its answer, and the descriptor that comes with it."""
        with self.lock:
            try:
                socket.send_fds(self.control, [json.dumps(question).encode()], fds)
                reply, opened, _, _ = socket.recv_fds(self.control, 32, 1)
            except OSError:
                reply = b""
        if not reply:
            raise CouldNotCheck(Finding(seen=ENDED))
        return reply, opened

    def _end(self, pid: int, relay: Relay | None) -> None:
        if relay:
            relay.close()
        if self.process.poll() is None:
            # What has ended meanwhile took its workers with it.
            with contextlib.suppress(CouldNotCheck):
                self.ask({"do": "end", "pid": pid})

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _relay(line: socket.socket) -> Relay:
    """Answers on the sockets that a worker hands out, once it has its network."""
    with line:
        line.settimeout(20)
        try:
            _, opened, _, _ = socket.recv_fds(line, 16, 8)
        except TimeoutError:
            opened = []
    return Relay(socket.socket(fileno=one) for one in opened)


def own_env() -> dict[str, str]:
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
