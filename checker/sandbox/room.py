"""A worker's folders: where the trusted side opens them, where the worker sees them, and how they are taken away."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A worker's first word, from before a line of the submission runs: it is shut off as was asked.
SHUT_OFF = b"shut off\n"
# Where a worker in namespaces sees them. What it may read lies at its own place, and that may be below /tmp.
HOME = "/submission"
PARTS = ("work", "tmp", "run")
# All that a submission writes counts: its folder, /tmp and /dev/shm together.
SIZE, FILES = 128 << 20, 8_000


@dataclass(frozen=True)
class Room:
    """`base` is a path of the trusted side; the others are what the worker is told."""

    base: Path
    inside: str
    temporary: str
    sockets: str
    number: int = 0
    # What keeps a room in another mount namespace open for the trusted side.
    descriptor: int = -1

    @property
    def folder(self) -> Path:
        """The worker's working folder, as the trusted side opens it."""
        return self.base / "work"


def on_disk() -> Room:
    """A room in the system's folder for temporary files, which both sides see under one name."""
    base = Path(tempfile.mkdtemp(prefix="ck-")).resolve()
    for part in PARTS:
        (base / part).mkdir()
    work, temporary, sockets = (str(base / part) for part in PARTS)
    return Room(base, work, temporary, sockets)


def in_memory(descriptor: int, number: int) -> Room:
    """A room that the fork server mounted out of sight: open to this process by its descriptor alone."""
    work, temporary, sockets = (f"{HOME}/{part}" for part in PARTS)
    return Room(Path(f"/proc/self/fd/{descriptor}"), work, temporary, sockets, number, descriptor)


def overfull(folder: Path | str) -> bool:
    """Whether more lies in a room of its own file system than a submission may write."""
    seen = os.statvfs(folder)
    return (seen.f_blocks - seen.f_bfree) * seen.f_frsize > SIZE or seen.f_files - seen.f_ffree > FILES


def remove(base: Path) -> None:
    """Take a room away, whatever a submission made in it: folders that nobody may enter, or a thousand deep."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(base, ignore_errors=True)
    if base.exists() and os.name == "posix":
        # Both follow no link on their way, and keep neither a frame nor a descriptor per folder.
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, str(base)], stderr=subprocess.DEVNULL, check=False)
