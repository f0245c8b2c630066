"""Makes workers in milliseconds: a process that has imported what they need and forks one per request.

It imports, and sends two requests through an app of our own: a process that has used OpenMP (one LightGBM prediction
is enough) leaves its forked children hanging. It is single-threaded for the same reason.

While nobody asks, between two saves of a trainee, it forks spare workers: each rehearses once more for itself, which
makes the pages its own that a first request writes to, and waits to be told where to work. That is a fifth of the time
that a trainee would wait.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker import rehearsal, worker
from checker.sandbox import cgroups, clone, kernel, namespaces, shutting
from checker.sandbox.levels import reaches
from checker.sandbox.room import SHUT_OFF

MAX_MESSAGE = 65536
# Questions, answers, the log, and where listening sockets are handed out.
MAX_FDS = 4
# Seconds without a question after which a spare is made: longer than a check takes between two of its workers.
IDLE = 0.3
# An exercise has at most a dozen checks with points, and some guards. A spare holds about 12 MB of its own.
MAX_SPARES = 16
_WORKERS: set[int] = set()
_SPARES: list[Spare] = []
# The cgroup of each worker and spare that has one.
_GROUPS: dict[int, Path] = {}


@dataclass(frozen=True)
class Spare:
    """A worker that was forked beforehand; by `line` it is told its Start, once."""

    pid: int
    line: socket.socket


@dataclass(frozen=True)
class Making:
    """What all workers of this process have in common: their level, what is imported, what they must not find."""

    level: str
    names: list[str]
    stage: namespaces.Stage | None
    ours: list[str]
    groups: cgroups.Groups | None = None


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    level, scratch, names = sys.argv[2], sys.argv[3], sys.argv[4:]
    # First of all: a process that has threads, as some packages do on import, may not enter namespaces.
    try:
        stage = namespaces.Stage(Path(scratch)) if reaches(level, "namespace") else None
    except OSError as error:
        control.send(str(error).encode())
        return
    preload(rehearsal.also(names))
    rehearsal.rehearse(names)
    if stage:
        clone.settle()
    if reaches(level, "process"):
        _adopt_orphans()
    making = Making(level, names, stage, worker.loaded_of_ours(), _groups() if stage else None)
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    _serve(control, making)
    if making.groups:
        # A group can be taken away when nobody is in it.
        for pid in [*_WORKERS, *(spare.pid for spare in _SPARES)]:
            _end(pid)


def _groups() -> cgroups.Groups | None:
    try:
        return cgroups.delegated()
    except cgroups.NotDelegated:
        return None


def _serve(control: socket.socket, making: Making) -> None:
    """Answer until the grader hangs up."""
    # As many spares as were asked for between two pauses: what one saved file took.
    asked = wanted = 0
    while True:
        if not within(IDLE, control):
            wanted, asked = min(MAX_SPARES, max(asked, wanted)), 0
            while len(_SPARES) < wanted and not within(0, control):
                _SPARES.append(_spare(control, making))
            within(None, control)
        done = hear(control, making)
        if not done:
            break
        asked += done == "fork"


def hear(control: socket.socket, making: Making) -> str:
    """Do one thing that the grader asks for, and say what; "" when it has hung up."""
    message, fds, _, _ = socket.recv_fds(control, MAX_MESSAGE, MAX_FDS)
    if not message:
        return ""
    request = json.loads(message)
    if request["do"] == "fork":
        control.send(str(_worker(control, making, message, fds)).encode())
    elif request["do"] == "end":
        _end(request["pid"])
        control.send(b"ended")
    elif making.stage and request["do"] == "room":
        number, opened = making.stage.new_room()
        socket.send_fds(control, [str(number).encode()], [opened])
        os.close(opened)
    elif making.stage:
        making.stage.leave(request["room"])
        control.send(b"left")
    return str(request["do"])


def within(seconds: float | None, control: socket.socket) -> bool:
    """Whether a question comes within so many seconds; None waits for it."""
    return bool(select.select([control], [], [], seconds)[0])


def preload(names: list[str]) -> None:
    """Import what workers will need. A name that is missing is left for the submission to stumble over.

    `-pandas` keeps pandas away while the others are imported: LightGBM imports it and scikit-learn where they are
    installed, which takes seconds. Afterwards a submission may import it as ever.
    """
    away = [name[1:] for name in names if name.startswith("-") and name[1:] not in sys.modules]
    sys.modules.update(dict.fromkeys(away))  # type: ignore[arg-type]
    for name in names:
        if not name.startswith("-"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    for name in away:
        del sys.modules[name]


def _adopt_orphans() -> None:
    """Become the parent of whatever a worker leaves behind, so that it can be ended with it (Linux)."""
    with contextlib.suppress(OSError):
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def _worker(control: socket.socket, making: Making, message: bytes, fds: list[int]) -> int:
    """A spare where there is one, else a fork of now; its pid."""
    while _SPARES:
        spare = _SPARES.pop(0)
        with spare.line, contextlib.suppress(OSError):
            socket.send_fds(spare.line, [message], fds)
            _WORKERS.add(spare.pid)
            _close(fds)
            return spare.pid
        # It ended while it waited (out of memory, say): the next one, or a fork.
        _end(spare.pid)
    pid = _fork(control, making, lambda: _become_worker(making, json.loads(message)["start"], fds))
    _WORKERS.add(pid)
    _close(fds)
    return pid


def _spare(control: socket.socket, making: Making) -> Spare:
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = _fork(control, making, lambda: _wait_for_work(line, theirs, making))
    theirs.close()
    return Spare(pid, line)


def _wait_for_work(line: socket.socket, theirs: socket.socket, making: Making) -> None:
    line.close()
    rehearsal.rehearse(making.names)
    message, fds, _, _ = socket.recv_fds(theirs, MAX_MESSAGE, MAX_FDS)
    theirs.close()
    if message:
        _become_worker(making, json.loads(message)["start"], fds)


def _fork(control: socket.socket, making: Making, work: Callable[[], None]) -> int:
    """Fork a process that works and ends; it keeps nothing open by which the others are spoken to."""
    group = making.groups.new() if making.groups else None
    pid = clone.fork(group) if making.stage else os.fork()
    if pid:
        if group:
            _GROUPS[pid] = group
        return pid
    try:
        os.setsid()
        if reaches(making.level, "process") and sys.platform == "linux":
            # When the grader is killed, this process ends and takes its workers with it.
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        # Collecting garbage writes to pages that are still shared with this process; a worker lives for seconds.
        gc.set_threshold(50_000)
        control.close()
        for spare in _SPARES:
            spare.line.close()
        if making.stage:
            making.stage.keep_apart()
            namespaces.watch(work)
        else:
            work()
    finally:
        os._exit(0)


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)


def _become_worker(making: Making, start: dict[str, Any], fds: list[int]) -> None:
    read, write, log, *line = fds
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    _close([null, log])
    # Whatever it prints is in the log at once, also when it is killed the next moment.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shutting.shut_off(making.level, start, making.stage, line[0] if line else -1)
    except OSError as error:
        print(error, file=sys.stderr)
        raise
    # Said before a line of the submission runs, and so beyond its reach.
    os.write(write, SHUT_OFF)
    worker.main(os.fdopen(read, "rb"), write, start, making.ours)


def _end(pid: int) -> None:
    """End a worker's process group, then whatever it left behind, and collect them all."""
    _WORKERS.discard(pid)
    _kill(os.killpg, pid)
    _collect(pid)
    while orphans := _children() - _WORKERS - {spare.pid for spare in _SPARES}:
        for orphan in orphans:
            _kill(os.kill, orphan)
            _collect(orphan)
    if pid in _GROUPS:
        cgroups.remove(_GROUPS.pop(pid))


def _kill(how: Callable[[int, int], None], pid: int) -> None:
    try:
        how(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _collect(pid: int) -> None:
    # It has been sent SIGKILL, so this wait is short.
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return


def _children() -> set[int]:
    """Pids of this process's children; empty where the system does not list them."""
    me = os.getpid()
    try:
        with open(f"/proc/{me}/task/{me}/children", encoding="ascii") as listed:
            return set(map(int, listed.read().split()))
    except OSError:
        return set()


if __name__ == "__main__":
    main()
