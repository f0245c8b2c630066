"""What a submission holds, whether a folder, a zip or loose files: names, kinds and sizes; nothing is followed or run.

A tree answers for one folder at a time, so that a submission with a whole environment in it costs no more than one
without. Paths in a tree are relative, with `/`.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

MAX_ARCHIVE = 200_000_000
MAX_ENTRIES = 20_000
MAX_UNPACKED = 2_000_000_000
# Text shrinks to a tenth; a file of zeros to a thousandth. Small ones may shrink as they like.
MAX_RATIO, RATIO_FROM = 200, 10_000_000
MAX_DEPTH, MAX_NAME = 20, 400
# An index of 20,000 names is about 3 MB; it is read before anything else.
MAX_INDEX = 8_000_000
END = struct.Struct("<4s4H2LH")


class Refused(Exception):
    """A submission, or a file of it, that is not read. One sentence: what, where, what to do."""


class NothingThere(Refused):
    """It can be read, and holds nothing of any exercise."""


@dataclass(frozen=True)
class Entry:
    """Something in a folder: `kind` is file, folder, link or special."""

    kind: str
    size: int = 0


class Tree(Protocol):
    """The files of one submission, or those of one zip of it."""

    notices: list[str]

    @property
    def name(self) -> str:
        """What a notice calls it."""
        ...

    def entries(self, at: str) -> Mapping[str, Entry]:
        """What lies in the folder `at`; empty for one that is not there."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """At most `limit` bytes of a regular file."""
        ...

    def close(self) -> None: ...


@dataclass
class FolderTree:
    """A folder on the disk."""

    root: Path
    notices: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"the folder {self.root.name}"

    def entries(self, at: str) -> Mapping[str, Entry]:
        found = {}
        try:
            with os.scandir(self.root / at) as listed:
                for entry in listed:
                    status = entry.stat(follow_symlinks=False)
                    found[entry.name] = Entry(_kind(status.st_mode), status.st_size)
        except OSError:
            return {}
        return dict(sorted(found.items()))

    def read(self, path: str, limit: int) -> bytes:
        # Whoever can change the folder meanwhile gains nothing by a link or a pipe put in place of the file.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(self.root / path, flags), "rb") as file:
            return file.read(limit)

    def close(self) -> None:
        return


@dataclass
class LooseTree:
    """Files that an LMS put side by side, under the names that they were uploaded with."""

    files: Mapping[str, Path]
    name: str = "loose files"
    notices: list[str] = field(default_factory=list)

    def entries(self, at: str) -> Mapping[str, Entry]:
        if at:
            return {}
        found = {}
        for name, path in sorted(self.files.items()):
            status = path.lstat()
            found[name] = Entry(_kind(status.st_mode), status.st_size)
        return found

    def read(self, path: str, limit: int) -> bytes:
        file = self.files[path]
        return FolderTree(file.parent).read(file.name, limit)

    def close(self) -> None:
        return


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "special"


class ZipTree:
    """A zip archive: its index is read, and of its files only those that are asked for. Raises Refused."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.notices: list[str] = []
        _refuse_size(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
            raise Refused(_NO_ZIP.format(name=path.name)) from None
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        try:
            _refuse_bomb(path, self._zip.infolist())
            for info in self._zip.infolist():
                self._add(info)
        except Refused:
            self.close()
            raise

    def _add(self, info: zipfile.ZipInfo) -> None:
        # zipfile cuts a name at its first zero byte; some programs write backslashes.
        name = info.filename.replace("\\", "/")
        if "__MACOSX" in name.split("/") or name.rsplit("/", 1)[-1] == ".DS_Store":
            return
        if fault := _name_fault(name):
            self.notices.append(f"{name!r:.120} in {self.name!r} was not unpacked: {fault}.")
            return
        path, folder = "/".join(part for part in name.split("/") if part not in ("", ".")), name.endswith("/")
        kind = "folder" if folder else _kind_in_zip(info)
        if kind == "file" and path in self._infos:
            self.notices.append(f"{path!r} is in {self.name!r} more than once; the last one counts.")
        self._put(path, Entry(kind, info.file_size))
        if not folder:
            self._infos[path] = info

    def _put(self, path: str, entry: Entry) -> None:
        parent, _, name = path.rpartition("/")
        if parent not in self._folders:
            self._folders[parent] = {}
            self._put(parent, Entry("folder"))
        self._folders[parent][name] = entry
        if entry.kind == "folder":
            self._folders.setdefault(path, {})

    def entries(self, at: str) -> Mapping[str, Entry]:
        return dict(sorted(self._folders.get(at, {}).items()))

    def read(self, path: str, limit: int) -> bytes:
        try:
            with self._zip.open(self._infos[path]) as file:
                return file.read(limit)
        # zipfile lets through whatever a decompressor says: BadZipFile, zlib.error, EOFError, NotImplementedError …
        except Exception as error:
            fault = str(error).partition("\n")[0][:80] or type(error).__name__
            raise Refused(f"{path!r} in {self.name!r} cannot be unpacked ({fault}). Zip the folder again.") from None

    def close(self) -> None:
        self._zip.close()


_NO_ZIP = "{name!r} cannot be read as a zip; it may have been cut off while it was sent. Zip the folder work again."


def _refuse_size(path: Path) -> None:
    size = path.stat().st_size
    if size > MAX_ARCHIVE:
        raise Refused(
            f"{path.name!r} has {size} bytes, more than {MAX_ARCHIVE}. Zip the folder work alone, without environment "
            "and data."
        )
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise Refused(_NO_ZIP.format(name=path.name))
    if END.unpack_from(tail, at)[5] > MAX_INDEX:
        raise Refused(_TOO_MANY.format(name=path.name, count="too many"))


_TOO_MANY = (
    "{name!r} holds {count} files, and at most 20000 are read. Zip the folder work alone, without environment and data."
)


def _refuse_bomb(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        raise Refused(_TOO_MANY.format(name=path.name, count=len(infos)))
    unpacked, packed = sum(info.file_size for info in infos), max(1, path.stat().st_size)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked // packed > MAX_RATIO):
        raise Refused(
            f"{path.name!r} would unpack from {packed} to {unpacked} bytes. Zip the folder work alone, without "
            "environment and data."
        )
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(f"{path.name!r} needs a password. Zip the folder work without one.")


def _name_fault(name: str) -> str:
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "its name begins at the root of a disk"
    if ".." in parts:
        return "its name leads out of the folder"
    if not name.strip("/.") or any(ord(sign) < 32 for sign in name):
        return "it is no name of a file"
    if len(parts) > MAX_DEPTH or len(name) > MAX_NAME:
        return f"it lies deeper than {MAX_DEPTH} folders or its name is longer than {MAX_NAME} signs"
    return ""


def _kind_in_zip(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    # Zips made on Windows, and by some programs, hold no mode at all.
    return _kind(mode) if stat.S_IFMT(mode) else "file"


def join(at: str, name: str) -> str:
    return f"{at}/{name}" if at else name
