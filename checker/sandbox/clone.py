"""A fork that begins in namespaces of its own, and in a cgroup of its own: Python's takes no flags."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
from pathlib import Path

from checker.sandbox import kernel

NEW = kernel.CLONE_NEWPID | kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
# The number of clone3 is the same on every machine; that of clone is not.
CLONE, CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
CLONE_INTO_CGROUP = 1 << 33


def settle() -> None:
    """Fork once by the book: libraries such as OpenBLAS end their threads before a fork, and take note of it.

    The fork below does not tell them. A child that believes in threads which it does not have waits for them for ever.
    """
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def fork(group: Path | None = None) -> int:
    """Fork into new namespaces, as the first process of a tree of its own; the pid as seen from here, 0 in the child.

    What a process has unshared cannot be undone by an ordinary user, so the child alone gets them. It begins in the
    cgroup `group` where one is given: to move it there afterwards waits for every processor of the machine.
    """
    if group is None:
        return _fork(*map(ctypes.c_long, (CLONE[platform.machine()], NEW | signal.SIGCHLD, 0, 0, 0, 0)))
    opened = os.open(group, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Flags first, the signal of its end as fifth, the group last.
        given = struct.pack("11Q", NEW | CLONE_INTO_CGROUP, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, opened)
        return _fork(ctypes.c_long(CLONE3), given, ctypes.c_long(len(given)))
    finally:
        os.close(opened)


def _fork(*call: object) -> int:
    libc = ctypes.PyDLL(None, use_errno=True)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = int(libc.syscall(*call))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid == -1:
        raise OSError(ctypes.get_errno(), f"clone: {os.strerror(ctypes.get_errno())}")
    return pid
