"""Called in a worker right after the fork, before a line of the submission runs: shut it off at a level."""

from __future__ import annotations

import socket
from typing import Any

from checker.sandbox import landlock, limits, namespaces, paths
from checker.sandbox.levels import reaches


def shut_off(level: str, start: dict[str, Any], stage: namespaces.Stage | None, line: int) -> None:
    """Apply limits and rules; `start` is the worker's Start, `line` where its listening sockets are handed out."""
    allowed, writable = tuple(start["allowed"]), (start["folder"], *start["writable"])
    if stage is not None:
        stage.move_in(start["room"], allowed)
        _hand_out(start["reach"], line)
        namespaces.step_down()
        limits.apply(count_processes=True)
        landlock.restrict(read=("/",), write=(*writable, "/dev/shm"), devices=paths.DEVICES, ports=start["reach"])
    elif reaches(level, "process"):
        limits.apply()
        if reaches(level, "landlock"):
            ours, look = paths.packages_of_ours(allowed)
            landlock.restrict(
                read=(*paths.readable(), *paths.OF_PROC, *ours), write=(*writable, "/dev/shm"), look=look,
                devices=paths.DEVICES, ports=start["reach"],
            )  # fmt: skip


def _hand_out(ports: list[int], line: int) -> None:
    """Give the trusted side the sockets that listen here for its neighbours."""
    if not ports:
        return
    made = namespaces.listeners(ports)
    with socket.socket(fileno=line) as ours:
        socket.send_fds(ours, [b"ports"], [one.fileno() for one in made])
    for one in made:
        one.close()
