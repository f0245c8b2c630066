"""Landlock: what a process, and all that it starts, may still open. No right of any kind is needed to use it.

Where the kernel is too old for a rule, the rule is left out: files since Linux 5.13, TCP since 6.7, signals and
abstract sockets since 6.12.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress

from checker.sandbox import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
# What each version of the interface added to the rights over files.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = EXECUTE | READ_FILE | READ_DIR
BIND_TCP, CONNECT_TCP = 1, 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2
TCP_SINCE, SCOPES_SINCE = 4, 6
PATH_BENEATH, NET_PORT = 1, 2


def version() -> int:
    """The version of the kernel's interface; 0 where there is none."""
    try:
        return kernel.syscall(kernel.LANDLOCK_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict(
    *, read: Iterable[str], write: Iterable[str], look: Iterable[str] = (), devices: Iterable[str] = (),
    ports: Sequence[int] = (),
) -> None:  # fmt: skip
    """From now on: `read` below these paths, `write` below those, list `look`, connect to these TCP ports only."""
    found = version()
    everything = sum(rights for since, rights in FILE_RIGHTS.items() if since <= found)
    net = BIND_TCP | CONNECT_TCP if found >= TCP_SINCE else 0
    scoped = ABSTRACT_SOCKETS | SIGNALS if found >= SCOPES_SINCE else 0
    attributes = struct.pack("QQQ", everything, net, scoped)[: 24 if scoped else 16 if net else 8]
    rules = kernel.syscall(kernel.LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        made = everything & ~(MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV)
        for paths, rights in ((read, READ), (write, made), (look, READ_DIR), (devices, READ_FILE | WRITE_FILE)):
            for path in paths:
                _allow(rules, path, rights & everything)
        for port in ports if net else ():
            kernel.syscall(kernel.LANDLOCK_ADD_RULE, rules, NET_PORT, struct.pack("QQ", CONNECT_TCP, port), 0)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.syscall(kernel.LANDLOCK_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    """Add one path; one that is not there needs no rule."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(opened).st_mode):
                rights &= ON_FILES
            attribute = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened))
            kernel.syscall(kernel.LANDLOCK_ADD_RULE, rules, PATH_BENEATH, attribute, 0)
        finally:
            os.close(opened)
