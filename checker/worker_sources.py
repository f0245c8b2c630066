"""Where workers come from: a warmed process that forks them, or a new Python for each."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from checker.forks import Forks, own_env
from checker.sandbox import builder, guard, reaches, room, strongest
from checker.sandbox.room import Room
from checker.workers import Start, Worker, WorkerSource
from checker.wrapped import Wrapped


class ForkServer(Forks):
    """A warmed process that forks a worker in milliseconds, shut off at a level. POSIX only.

    Raises OSError when this machine does not have the level.
    """

    def __init__(self, preload: tuple[str, ...], isolation: str = "process") -> None:
        self.isolation = isolation
        self.scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self._count = itertools.count(1)
        scratch = self.scratch.name
        super().__init__(
            lambda fd: [sys.executable, "-m", "checker.forkserver", str(fd), isolation, scratch, *preload],
            Path(scratch), apart=reaches(isolation, "namespace"), launch=subprocess.Popen,
        )  # fmt: skip

    def room(self) -> Room:
        if not reaches(self.isolation, "namespace"):
            return room.on_disk()
        said, opened = self.ask_for_folder({"do": "room"})
        return room.in_memory(opened[0], int(said))

    def leave(self, left: Room) -> None:
        if left.descriptor < 0:
            room.remove(left.base)
            return
        os.close(left.descriptor)
        if self.process.poll() is None:
            self.ask({"do": "leave", "room": left.number})

    def worker(self, start: Start) -> Worker:
        return self.fork(start, str(next(self._count)))

    def close(self) -> None:
        super().close()
        self.scratch.cleanup()


class OnDisk:
    """What sources without a process of their own share: rooms on the disk, and a folder for what workers say."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="checker-")
        self._count = 0

    def room(self) -> Room:
        return room.on_disk()

    def leave(self, left: Room) -> None:
        room.remove(left.base)

    def close(self) -> None:
        self._scratch.cleanup()

    def _next_log(self) -> Path:
        self._count += 1
        return Path(self._scratch.name) / f"{self._count}.log"


class Subprocesses(OnDisk):
    """A new Python per worker: slower by the time its imports take, and works everywhere."""

    isolation = "process"

    def worker(self, start: Start) -> Worker:
        log = self._next_log()
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "checker.lone_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                start_new_session=True,
                env=own_env(),
            )
        assert process.stdin and process.stdout
        read, write = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdin.close()
        process.stdout.close()
        worker = Worker(read, write, log, lambda: self._end(process), process.pid)
        worker.say(vars(start) | {"log": str(log)})
        return worker

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        try:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        except ProcessLookupError:
            pass
        process.wait()


def in_namespaces(preload: tuple[str, ...], builder: str) -> WorkerSource:
    """Workers in namespaces that `builder` builds. Raises OSError or CouldNotCheck where it cannot."""
    return Wrapped(preload) if builder == "bubblewrap" else ForkServer(preload, "namespace")


def source(preload: tuple[str, ...], isolation: str = "") -> WorkerSource:
    """The fastest source of workers that is safe on this system, at a level; the default is that of one's own work."""
    if isolation == "container":
        isolation = strongest()
    if sys.platform != "linux":
        # macOS's frameworks do not survive a fork without exec; Windows has none.
        return Subprocesses()
    if isolation == "namespace":
        return in_namespaces(preload, builder())
    return ForkServer(preload, isolation or guard())
