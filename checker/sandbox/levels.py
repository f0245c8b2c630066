"""How far a worker is shut off, from weakest to strongest, and what this machine can do."""

from __future__ import annotations

import os
import sys
from functools import cache

from checker.errors import CouldNotCheck, Misuse
from checker.sandbox import landlock

# none is for the tests that show an attack to be one; container is a machine that is thrown away afterwards.
LEVELS = ("none", "process", "landlock", "namespace", "container")
# Seconds that the first worker may take to come up, on the busiest machine.
TRIAL = 60.0
WEAK = (
    "This machine shuts a submission off at level {level!r}, and the work is not your own: it could read your files, "
    "other submissions or the checks. {why}"
)
WEAK_REPAIR = "grade on Linux with user namespaces, or, at your own risk, --allow-weak-isolation"


def reaches(level: str, wanted: str) -> bool:
    """Whether `level` is at least as strong as `wanted`."""
    return LEVELS.index(level) >= LEVELS.index(wanted)


@cache
def strongest() -> str:
    """The strongest level that works here, tried and not only looked up."""
    if guard() == "landlock" and not namespace_fault():
        return "namespace"
    return guard()


def guard() -> str:
    """The level of a trainee's own `check`: what costs nothing of the time that they wait."""
    return "landlock" if sys.platform == "linux" and landlock.version() else "process"


@cache
def namespace_fault() -> str:
    """What goes wrong when a worker in namespaces of its own is started here; "" when nothing does."""
    from checker.worker_sources import ForkServer
    from checker.workers import Start

    try:
        server = ForkServer((), "namespace")
    except (OSError, CouldNotCheck) as error:
        return str(error)
    try:
        room = server.room()
        worker = server.worker(Start(room.inside, {}, (), room=room.number))
        worker.see_it_shut_off(TRIAL)
        worker.close()
        server.leave(room)
    except (OSError, CouldNotCheck) as error:
        return str(error)
    finally:
        server.close()
    return ""


def disposable() -> bool:
    """Whether this is a runner of a CI service, which is thrown away after the job."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def required(*, own_work: bool = False, allow_weak: bool = False) -> str:
    """The level to grade at, which every result prints. Raises Misuse below `namespace` on work of others."""
    level = grading()
    if reaches(level, "namespace") or own_work or allow_weak:
        return level
    raise Misuse(WEAK.format(level=level, why=why_not()), WEAK_REPAIR)


def grading() -> str:
    """The level of a grader's workers: the strongest here; on a machine that is thrown away, at least `container`."""
    level = strongest()
    return "container" if disposable() and not reaches(level, "namespace") else level


def why_not() -> str:
    """One sentence: what keeps this machine below `namespace`."""
    if sys.platform != "linux":
        return "Only Linux can do more."
    if not landlock.version():
        return "Its kernel has no Landlock, or keeps it from this process."
    return f"Its kernel refused namespaces of the grader's own: {namespace_fault()}."
