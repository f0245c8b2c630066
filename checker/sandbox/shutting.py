"""Called in a worker right after the fork, before a line of the submission runs: shut it off at a level."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from checker.sandbox import landlock, limits, namespaces, paths
from checker.sandbox.levels import reaches


def shut_off(level: str, start: dict[str, Any], stage: namespaces.Stage | None, line: int) -> None:
    """Apply limits and rules; `start` is the worker's Start, `line` where its listening sockets are handed out.

    At level `namespace` without a stage this process is in bubblewrap's walls already.
    """
    allowed, writable = tuple(start["allowed"]), (start["folder"], *start["writable"], "/dev/shm")
    alone = reaches(level, "namespace")
    if stage is not None:
        stage.move_in(start["room"], allowed)
    if alone:
        _hand_out(start["reach"], line)
    if stage is not None:
        namespaces.step_down()
    if reaches(level, "process"):
        limits.apply(count_processes=alone)
    if stage is not None:
        landlock.restrict(read=("/",), write=writable, devices=paths.DEVICES, ports=start["reach"])
    elif reaches(level, "landlock"):
        ours, look = paths.packages_of_ours(allowed)
        landlock.restrict(
            read=(*paths.readable(), *(("/proc",) if alone else paths.OF_PROC), *paths.own_limits(_groups()), *ours),
            write=writable, look=look, devices=paths.DEVICES, ports=start["reach"],
        )  # fmt: skip


def _groups() -> str:
    try:
        return Path("/proc/self/cgroup").read_text("utf-8")
    except OSError:
        return ""


def _hand_out(ports: list[int], line: int) -> None:
    """Give the trusted side the sockets that listen here for its neighbours."""
    if not ports:
        return
    made = namespaces.listeners(ports)
    with socket.socket(fileno=line) as ours:
        socket.send_fds(ours, [b"ports"], [one.fileno() for one in made])
    for one in made:
        one.close()
