"""Runs in bubblewrap as the first process of one room: forks its workers, and ends with all of them.

It is as trusted as a fork server, and as far out of a submission's reach: signals from within do not touch the first
process of a pid namespace, and Landlock keeps its memory closed.
"""

from __future__ import annotations

import gc
import os
import socket
import sys

from checker import forkserver, rehearsal, worker
from checker.sandbox import kernel, limits, namespaces
from checker.sandbox.room import HOME, overfull

NESTS = "a submission could make user namespaces of its own in it"


def main() -> None:
    control, names = socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]
    if _nests():
        control.send(NESTS.encode())
        return
    opened = os.open(HOME, os.O_RDONLY | os.O_DIRECTORY)
    socket.send_fds(control, [b"ready"], [opened])
    os.close(opened)
    making: forkserver.Making | None = None
    while not _full():
        if not forkserver.within(namespaces.LOOK, control):
            continue
        if not control.recv(1, socket.MSG_PEEK):
            break
        # A check that reads files alone asks for no worker, and pays for no import.
        making = making or _warmed(names)
        forkserver.hear(control, making)
    # Without a word more: whatever else runs here ends with this process.
    os._exit(0)


def _warmed(names: list[str]) -> forkserver.Making:
    forkserver.preload(rehearsal.also(names))
    rehearsal.rehearse(names)
    making = forkserver.Making("namespace", names, None, worker.loaded_of_ours())
    gc.collect()
    gc.freeze()
    return making


def _full() -> bool:
    return namespaces.memory() > limits.MEMORY or overfull(HOME)


def _nests() -> bool:
    """Whether a process in here can make a user namespace, where old holes of kernels lie."""
    pid = os.fork()
    if pid == 0:
        try:
            kernel.unshare(kernel.CLONE_NEWUSER)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


if __name__ == "__main__":
    main()
