"""A full disk without filling one: no file of a running process may grow beyond a few bytes.

The kernel then refuses the write as it would on a full disk, with another number (EFBIG instead of ENOSPC), which the
service treats alike. Nobody needs to be root for it, and no other process notices.
"""

from __future__ import annotations

import resource

from course.training.errors import TrainingError

_LEFT = 16


def fill(pid: int) -> None:
    """From now on this process cannot write to a file."""
    _limit(pid, _LEFT)


def free(pid: int) -> None:
    """From now on it can."""
    _limit(pid, resource.RLIM_INFINITY)


def _limit(pid: int, size: int) -> None:
    if not hasattr(resource, "prlimit"):
        raise TrainingError("The limit of a running process can be changed on Linux only.", "run this drill on Linux")
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
