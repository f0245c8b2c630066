"""CPU time of processes that go on: user and system time of a process and all below it, in seconds."""

from __future__ import annotations

import ctypes
import os
import time

from course.benchmarks.report import BenchTrouble


def tree_seconds(pid: int) -> float:
    """CPU of `pid`, of its living descendants, and of the ended ones that were waited for."""
    return sum(_own(one) + _waited_for(one) for one in tree(pid))


def _own(pid: int) -> float:
    """In nanoseconds, with threads that have ended; /proc/PID/stat has the same in steps of 10 ms."""
    libc = ctypes.CDLL(None, use_errno=True)
    clock = ctypes.c_int()
    try:
        failed = libc.clock_getcpuclockid(pid, ctypes.byref(clock))
    except AttributeError:
        raise BenchTrouble(
            "This system does not tell the CPU time of another process. Run the bench on Linux."
        ) from None
    if failed:
        raise BenchTrouble(f"The process {pid} that is measured has ended.")
    return time.clock_gettime(clock.value)


def _waited_for(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        # The second field is the program's name in parentheses, which may hold spaces.
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all its living descendants, whatever their groups and sessions; itself comes first."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as children:
                    found.extend(map(int, children.read().split()))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
