"""Starts a program that never outlives whoever asked for it, not even one that is killed: leash.py PARENT PROGRAM …

Run as a file of its own, with the standard library only, so that it costs a few milliseconds.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

_PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> int:
    parent, program = int(argv[0]), argv[1:]
    if os.uname().sysname == "Linux":
        # The kernel sends it when the parent ends, however it ends; it stays across exec.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            # It ended before the kernel was told.
            return 1
        os.execv(program[0], program)
    return _watch(parent, program)


def _watch(parent: int, program: list[str]) -> int:
    """Elsewhere there is no such signal: stay in between and look."""
    child = subprocess.Popen(program)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(0.2)
    return child.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
