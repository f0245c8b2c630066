"""How far a worker is shut off, from weakest to strongest, and what this machine can do."""

from __future__ import annotations

import os
import sys
from functools import cache

from checker.errors import CouldNotCheck, Misuse
from checker.sandbox import landlock

# none is for the tests that show an attack to be one; container is a machine that is thrown away afterwards.
LEVELS = ("none", "process", "landlock", "namespace", "container")
# What builds namespaces: the fork server itself, in milliseconds; or bubblewrap, a new process for each submission.
BUILDERS = ("own", "bubblewrap")
CHOICE = "CHECKER_NAMESPACES"
NO_BUILDER = "{choice} is {asked!r}, which is neither {known}."
REFUSED = {"own": "Its kernel refused namespaces of the grader's own", "bubblewrap": "bubblewrap builds no namespaces"}
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
    return "namespace" if guard() == "landlock" and builder() else guard()


def guard() -> str:
    """The level of a trainee's own `check`: what costs nothing of the time that they wait."""
    return "landlock" if sys.platform == "linux" and landlock.version() else "process"


def builder() -> str:
    """What builds the namespaces of a worker here, the fastest that works; "" when nothing does. Raises Misuse."""
    return next((one for one in _asked_for() if not namespace_fault(one)), "")


def _asked_for() -> tuple[str, ...]:
    asked = os.environ.get(CHOICE, "")
    if asked and asked not in BUILDERS:
        raise Misuse(NO_BUILDER.format(choice=CHOICE, asked=asked, known=" nor ".join(BUILDERS)), f"unset {CHOICE}")
    return (asked,) if asked else BUILDERS


@cache
def namespace_fault(builder: str = "own") -> str:
    """What goes wrong when a worker is started in namespaces that `builder` builds; "" when nothing does."""
    from checker.worker_sources import in_namespaces
    from checker.workers import Start

    try:
        source = in_namespaces((), builder)
    except (OSError, CouldNotCheck) as error:
        return str(error)
    try:
        room = source.room()
        worker = source.worker(Start(room.inside, {}, (), room=room.number))
        worker.see_it_shut_off(TRIAL)
        worker.close()
        source.leave(room)
    except (OSError, CouldNotCheck, TimeoutError) as error:
        return str(error)
    finally:
        source.close()
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
    return " ".join(f"{REFUSED[one]}: {namespace_fault(one)}." for one in _asked_for())
