"""Where a registry is kept: a folder. s3.py has the same for a bucket."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


class Changed(Exception):
    """Somebody else has changed what was about to be changed."""


class Place(Protocol):
    """What the registry asks of its place. A tag stands for one content."""

    name: str

    def read(self, key: str) -> tuple[bytes, str]:
        """Content and tag; FileNotFoundError when there is none."""

    def add(self, key: str, content: bytes) -> None:
        """Write what is not there yet; Changed when it is."""

    def change(self, key: str, content: bytes, tag: str) -> None:
        """Write over the content that has this tag ("": over none); Changed when that is not there any more."""

    def folders(self, below: str) -> list[str]:
        """The names directly below."""


class Folder:
    """A registry in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def read(self, key: str) -> tuple[bytes, str]:
        """Content and tag."""
        content = (self.path / key).read_bytes()
        return content, hashlib.sha256(content).hexdigest()

    def add(self, key: str, content: bytes) -> None:
        """Write what is not there yet."""
        self.change(key, content, "")

    # --8<-- [start:change]
    def change(self, key: str, content: bytes, tag: str) -> None:
        """Write over the content that has this tag; whoever reads meanwhile sees the old one or the new one, whole."""
        path = self.path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            try:
                found = self.read(key)[1]
            except FileNotFoundError:
                found = ""
            if found != tag:
                raise Changed(key)
            half = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
            half.write_bytes(content)
            half.replace(path)

    # --8<-- [end:change]

    def folders(self, below: str) -> list[str]:
        """The names directly below."""
        folder = self.path / below
        return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
