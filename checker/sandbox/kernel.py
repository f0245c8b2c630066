"""The calls of the Linux kernel that Python 3.11 does not have, by ctypes. Each raises OSError as `os` does."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE, MS_SLAVE, MS_SHARED = 4096, 16384, 1 << 18, 1 << 19, 1 << 20
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
# The numbers of landlock are the same on every machine; that of pivot_root is not.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPSET = {"x86_64": 126, "aarch64": 91}
LAST_CAPABILITY = 63

_LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def _call(function: str, *arguments: Any) -> int:
    if _LIBC is None:
        raise OSError(f"this system has no {function}")
    result = int(getattr(_LIBC, function)(*arguments))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


def syscall(number: int, *arguments: Any) -> int:
    # A plain int travels as 32 bits, which cuts a pointer or a 64-bit mask.
    return _call("syscall", *(ctypes.c_long(one) if isinstance(one, int) else one for one in (number, *arguments)))


def unshare(flags: int) -> None:
    _call("unshare", flags)


def setns(descriptor: int, kind: int) -> None:
    _call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    encoded = (text.encode() if text else None for text in (source, target, kind))
    _call("mount", *encoded, ctypes.c_ulong(flags), options.encode() if options else None)


def unmount(target: str) -> None:
    _call("umount2", target.encode(), MNT_DETACH)


def pivot_root(new: str, old: str) -> None:
    number = PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"the number of pivot_root on {platform.machine()} is not known here")
    syscall(number, new.encode(), old.encode())


def prctl(option: int, *values: int) -> int:
    padded = [*values, 0, 0, 0, 0][:4]
    return _call("prctl", option, *(ctypes.c_ulong(value) for value in padded))


def drop_capabilities() -> None:
    """Give up every capability, for this process and all that it will start."""
    for number in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:
            break
    header = struct.pack("Ii", 0x20080522, 0)
    syscall(CAPSET[platform.machine()], header, struct.pack("6I", 0, 0, 0, 0, 0, 0))
