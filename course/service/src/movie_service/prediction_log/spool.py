"""Local files that records are appended to, one write call per record.

A write that has returned is in the kernel's page cache, where it outlives the process: kill -9 loses nothing that was
acknowledged. It does not outlive the machine. That loss is bounded by how long a segment stays open and how often
the uploader runs.

The names of files say in which state they are:

    *.new      just made, not locked yet
    *.open     a living process appends to it and holds its lock
    *.ready    closed for ever; the uploader may ship it

The lock, not a clock or a process id, says whether the writer lives: the kernel drops it when the process ends, however
it ends. So the uploader may take over an .open file that it can lock.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from time import monotonic, time_ns
from typing import Final

import orjson

OPEN: Final = ".open"
READY: Final = ".ready"


class Spool:
    """The segments of one process. Opens its first one at the first append, so an application may fork before."""

    def __init__(self, folder: Path, *, segment_bytes: int, segment_seconds: float) -> None:
        self.folder = folder
        self.segment = 0
        self._most_bytes = segment_bytes
        self._most_seconds = segment_seconds
        self._descriptor = -1
        self._path = Path()
        self._size = 0
        # Of the monotonic clock: a wall clock that jumps closes no segment early and keeps none open.
        self._due = 0.0

    # --8<-- [start:append]
    def append(self, lines: bytes) -> None:
        """Write whole lines; when it returns they will be shipped, when it raises OSError none of them is there."""
        if self._descriptor < 0:
            self._open()
        written = 0
        try:
            written = os.write(self._descriptor, lines)
            if written < len(lines):
                # The disk took a part. The rest would not fit either.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._take_back(written)
            raise
        self._size += written

    # --8<-- [end:append]

    def rotate_when_due(self) -> int:
        """Close the segment when it is old or large; the number of the one that the next append goes to."""
        if self._descriptor < 0:
            return self.segment + 1
        if self._size >= self._most_bytes or monotonic() >= self._due:
            self.close()
            return self.segment + 1
        return self.segment

    def close(self) -> None:
        """Hand the segment to the uploader."""
        if self._descriptor < 0:
            return
        # Renamed before the lock goes: the uploader never sees an .open file that is neither.
        with contextlib.suppress(OSError):
            self._path.rename(self._path.with_suffix(READY))
        os.close(self._descriptor)
        self._descriptor = -1

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = f"{time_ns():020d}-{os.getpid()}-{os.urandom(4).hex()}"
        made = self.folder / f"{stem}.new"
        descriptor = os.open(made, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Its name inside the file: the digests of two segments differ even when their records do not.
            head = orjson.dumps({"kind": "segment", "name": stem, "schema": 1}, option=orjson.OPT_APPEND_NEWLINE)
            if os.write(descriptor, head) < len(head):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            made.rename(made.with_suffix(OPEN))
        except OSError:
            os.close(descriptor)
            made.unlink(missing_ok=True)
            raise
        self._descriptor, self._path, self._size = descriptor, made.with_suffix(OPEN), len(head)
        self._due = monotonic() + self._most_seconds
        self.segment += 1

    def _take_back(self, written: int) -> None:
        """Remove half a record. Where that fails the segment ends here: readers skip a last line without its end."""
        if written == 0:
            return
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError:
            self.close()
