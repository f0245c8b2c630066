"""How far this machine shuts off the work of others: what `checker grade` will do here, and why."""

from __future__ import annotations

import sys

from checker.sandbox import builder, grading, levels

JUDGED = "work of others is judged at level {level}{how}. {counted}"
WRAPPED = ", built by bubblewrap: each check of a submission starts a new process, which is slower"
BY_GROUP = "A cgroup of its own counts each worker's memory and processes."
BY_LOOKING = (
    "No cgroup counts a worker's memory and processes ({why}): its first process looks at the memory four times a "
    "second, and a limit of the kernel counts the processes."
)
THROWN_AWAY = "work of others is judged at level container: CI=true says that this machine is thrown away. {why}"
REFUSED = "work of others is refused, or needs --allow-weak-isolation: the level here is {level}. {why}"


def examine() -> dict[str, str]:
    """The level, and a sentence on it."""
    level = grading()
    if level == "container":
        return {"level": level, "says": THROWN_AWAY.format(why=levels.why_not())}
    if not levels.reaches(level, "namespace"):
        return {"level": level, "says": REFUSED.format(level=level, why=levels.why_not())}
    how = WRAPPED if builder() == "bubblewrap" else ""
    return {"level": level, "says": JUDGED.format(level=level, how=how, counted=_counted())}


def _counted() -> str:
    assert sys.platform == "linux"
    from checker.sandbox import cgroups

    try:
        cgroups.delegated()
    except cgroups.NotDelegated as reason:
        return BY_LOOKING.format(why=reason)
    return BY_GROUP
