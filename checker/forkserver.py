"""Makes workers in milliseconds: a process that has imported what they need and forks one per request.

It imports, and sends two requests through an app of our own: a process that has used OpenMP (one LightGBM prediction
is enough) leaves its forked children hanging. It is single-threaded for the same reason.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from checker import rehearsal, worker

MAX_MESSAGE = 65536
LIMITS = {
    resource.RLIMIT_AS: 4 << 30,
    resource.RLIMIT_FSIZE: 50 << 20,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 512,
}
PR_SET_CHILD_SUBREAPER = 36
_WORKERS: set[int] = set()


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    preload(rehearsal.also(sys.argv[2:]))
    rehearsal.rehearse(sys.argv[2:])
    _adopt_orphans()
    ours = worker.loaded_of_ours()
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    while True:
        message, fds, _, _ = socket.recv_fds(control, MAX_MESSAGE, 3)
        if not message:
            break
        request = json.loads(message)
        if request["do"] == "fork":
            control.send(str(_fork(control, request["start"], fds, ours)).encode())
        else:
            _end(request["pid"])
            control.send(b"ended")


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
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return


def _fork(control: socket.socket, start: dict[str, Any], fds: list[int], ours: list[str]) -> int:
    pid = os.fork()
    if pid:
        _WORKERS.add(pid)
        for fd in fds:
            os.close(fd)
        return pid
    try:
        os.setsid()
        control.close()
        _become_worker(start, ours, *fds)
    finally:
        os._exit(0)


def _become_worker(start: dict[str, Any], ours: list[str], read: int, write: int, log: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for fd in (null, log):
        os.close(fd)
    # Whatever it prints is in the log at once, also when it is killed the next moment.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for name, limit in LIMITS.items():
        resource.setrlimit(name, (limit, limit))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.main(os.fdopen(read, "rb"), write, start, ours)


def _end(pid: int) -> None:
    """End a worker's process group, then whatever it left behind, and collect them all."""
    _WORKERS.discard(pid)
    _kill(os.killpg, pid)
    _collect(pid)
    while orphans := _children() - _WORKERS:
        for orphan in orphans:
            _kill(os.kill, orphan)
            _collect(orphan)


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
