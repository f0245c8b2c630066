"""Finds the files of a spool that nobody writes to any more, and reads them."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from movie_service.prediction_log.spool import OPEN, READY


@dataclass(frozen=True)
class Segment:
    """The whole lines of one closed file."""

    path: Path
    name: str
    digest: str
    records: list[dict[str, Any]]


def closed(folder: Path) -> list[Path]:
    """All files that may be shipped, oldest first; those of dead writers are taken over."""
    for path in sorted(folder.glob(f"*{OPEN}")):
        _take_over(path)
    return sorted(folder.glob(f"*{READY}"))


# --8<-- [start:take_over]
def _take_over(path: Path) -> None:
    """Close the file of a writer that is gone: its lock went with it, whatever ended it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.rename(path.with_suffix(READY))
    except (BlockingIOError, FileNotFoundError):
        # A living writer holds it, or has closed it between our two calls.
        pass
    finally:
        os.close(descriptor)


# --8<-- [end:take_over]


def read(path: Path) -> Segment:
    """The records of a closed file. A last line without its end was never acknowledged, and is left out."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    records = [orjson.loads(line) for line in whole.splitlines()]
    return Segment(path, path.stem, hashlib.sha256(content).hexdigest(), records)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether no other uploader works on this spool."""
    with (folder / "uploader.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
