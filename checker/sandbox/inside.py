"""Files of a worker's folder, opened by the trusted side while the submission may change them.

A name may have become a link to a file of the grader, or a pipe that never ends: both are refused.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import posixpath
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

MOST = 60 << 20
MOST_FOLDERS = 200
_SAFE = os.open in os.supports_dir_fd


class NotAFile(OSError):
    """A link, a pipe, a socket or a folder where a file of the submission was looked for."""


def read(folder: Path, name: str) -> bytes:
    """The bytes of a regular file below `folder`, reached through no link. Raises OSError."""
    with _opened(folder, name, os.O_RDONLY) as opened:
        return opened.read(MOST)


def write(folder: Path, name: str, content: bytes) -> None:
    """Put bytes into a file below `folder`; folders on the way are made, and no link is followed."""
    with _parent(folder, name, make=True) as (parent, last), contextlib.suppress(FileNotFoundError):
        # What stands there goes first: it may be a link, or one end of a pipe.
        os.unlink(last, **_at(parent))
    with _opened(folder, name, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as opened:
        opened.write(content)


def remove(folder: Path, name: str) -> None:
    with _parent(folder, name, make=False) as (parent, last):
        os.unlink(last, **_at(parent))


def exists(folder: Path, name: str) -> bool:
    """Whether a file or folder of this name is there. Says False of a link."""
    try:
        with _parent(folder, name, make=False) as (parent, last):
            return not stat.S_ISLNK(os.stat(last, follow_symlinks=False, **_at(parent)).st_mode)
    except OSError:
        return False


def files_below(folder: Path, name: str, *, most: int) -> list[str]:
    """Names of the regular files below the folder `name`, in order, at most so many; no link is followed."""
    with contextlib.suppress(OSError), _parent(folder, f"{name}/x", make=False) as (parent, last):
        walk = _walk_by_path(last) if parent is None else _walk(parent)
        return sorted(itertools.islice(walk, most))
    return []


def _walk(opened: int) -> Iterator[str]:
    for at, folders, files, here in os.fwalk(".", dir_fd=opened):
        del folders[MOST_FOLDERS:]
        plain = [name for name in files if stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode)]
        yield from (posixpath.normpath(posixpath.join(at, name)) for name in plain)


def _walk_by_path(last: str) -> Iterator[str]:
    base = Path(last).parent
    yield from (one.relative_to(base).as_posix() for one in base.rglob("*") if one.is_file() and not one.is_symlink())


@contextlib.contextmanager
def _opened(folder: Path, name: str, flags: int) -> Iterator[IO[bytes]]:
    with _parent(folder, name, make=False) as (parent, last):
        safe = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        opened = os.open(last, flags | safe, 0o644, **_at(parent))
    with os.fdopen(opened, "rb" if flags == os.O_RDONLY else "wb") as stream:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise NotAFile(f"{name} is no regular file")
        yield stream


@contextlib.contextmanager
def _parent(folder: Path, name: str, *, make: bool) -> Iterator[tuple[int | None, str]]:
    """The open folder that holds `name`, and its last part; None and the whole path where folders cannot be opened."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/"):
        raise NotAFile(f"{name!r} leads out of the folder")
    if not _SAFE:
        path = folder.joinpath(*parts)
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield None, str(path)
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=opened)
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=opened)
            os.close(opened)
            opened = below
        yield opened, parts[-1]
    finally:
        os.close(opened)


def _at(parent: int | None) -> dict[str, Any]:
    return {} if parent is None else {"dir_fd": parent}
