"""What one process of a worker may use: inherited by all that it starts, and raised by none of them."""

from __future__ import annotations

import resource

LIMITS = {
    resource.RLIMIT_AS: 4 << 30,
    resource.RLIMIT_FSIZE: 50 << 20,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 512,
    # Seconds of CPU. Each question has a limit of its own by the clock; this one ends what outlives the grader.
    resource.RLIMIT_CPU: 300,
}
# What all processes of one worker may hold in memory together.
MEMORY = 4 << 30
# Threads count too: a web server makes forty.
PROCESSES = 128


def apply(*, count_processes: bool = False) -> None:
    """Set the limits. Processes are counted per user of the machine, or of a user namespace: only there it is safe."""
    for name, limit in LIMITS.items():
        _, most = resource.getrlimit(name)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(name, (allowed, allowed))
    if count_processes:
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
