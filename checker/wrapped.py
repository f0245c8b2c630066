"""Workers in bubblewrap: for each room a sandbox of its own, with a warmed process in it that forks its workers.

That process is new for each room, and imports what the workers need: slower by that time than a fork server, which
does it once.
"""

from __future__ import annotations

import functools
import itertools
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.errors import CouldNotCheck, Finding, NotYet
from checker.forks import NOT_UP, Forks
from checker.sandbox import bubblewrap, room
from checker.sandbox.room import Room
from checker.workers import Start, Worker


@dataclass(frozen=True)
class Sandbox:
    """A running bubblewrap, and the cgroup that it is in."""

    forks: Forks
    group: Path | None


class Wrapped:
    """Raises OSError where there is no bubblewrap for this process."""

    isolation = "namespace"

    def __init__(self, preload: tuple[str, ...]) -> None:
        from checker.sandbox import cgroups

        self._preload, self._bwrap = preload, bubblewrap.program()
        self.scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self._count, self._sandboxes = itertools.count(1), dict[int, Sandbox]()
        # bwrap is told to die with the thread that started it, and a check's own threads end early.
        self._starter = ThreadPoolExecutor(1)
        self._cgroups = cgroups
        try:
            self._groups: cgroups.Groups | None = cgroups.delegated()
        except cgroups.NotDelegated:
            self._groups = None

    def room(self) -> Room:
        number = next(self._count)
        group = self._groups.new() if self._groups else None
        said = Path(self.scratch.name) / f"room{number}.log"

        def command(descriptor: int) -> list[str]:
            inner = [sys.executable, "-m", "checker.wrapped_room", str(descriptor), *self._preload]
            whole = bubblewrap.around(self._bwrap, inner)
            return self._cgroups.within(group, whole) if group else whole

        def launch(whole: list[str], **named: Any) -> subprocess.Popen[bytes]:
            with said.open("wb") as log:
                start = functools.partial(_popen, whole, stdout=log, stderr=log, **named)
                return self._starter.submit(start).result()

        try:
            forks = Forks(command, Path(self.scratch.name), apart=True, launch=launch)
        except CouldNotCheck:
            lines = said.read_text(errors="replace").strip().splitlines()
            raise CouldNotCheck(Finding(seen=lines[-1].removeprefix("bwrap: ") if lines else NOT_UP)) from None
        self._sandboxes[number] = Sandbox(forks, group)
        return room.in_memory(forks.opened[0], number)

    def leave(self, left: Room) -> None:
        os.close(left.descriptor)
        self._end(self._sandboxes.pop(left.number))

    def worker(self, start: Start) -> Worker:
        sandbox, folder = self._sandboxes[start.room].forks, Path(f"/proc/self/fd/{self._opened(start.room)}")
        try:
            worker = sandbox.fork(start, str(next(self._count)))
        except CouldNotCheck:
            # A sandbox that held too much was ended with all that was in it.
            raise NotYet(Finding(seen=m.ENDED, expected=m.ENDED_EXPECTED, next=m.ENDED_NEXT)) from None
        worker.heard = lambda: not room.overfull(folder)
        return worker

    @property
    def sandboxes(self) -> int:
        """How many there are now."""
        return len(self._sandboxes)

    def running(self, place: Room) -> bool:
        return self._sandboxes[place.number].forks.process.poll() is None

    def _opened(self, number: int) -> int:
        return self._sandboxes[number].forks.opened[0]

    def close(self) -> None:
        while self._sandboxes:
            self._end(self._sandboxes.popitem()[1])
        self._starter.shutdown()
        self.scratch.cleanup()

    def _end(self, sandbox: Sandbox) -> None:
        sandbox.forks.close()
        if sandbox.group:
            self._cgroups.remove(sandbox.group)


def _popen(command: list[str], **named: Any) -> subprocess.Popen[bytes]:
    started: subprocess.Popen[bytes] = subprocess.Popen(command, **named)
    return started
