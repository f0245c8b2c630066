"""Writes a folder as a whole: a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from course.training.errors import TrainingError

# Desktop programs leave these behind; they are nobody's work.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


def refuse_others_files(folder: Path, ours: Collection[str]) -> None:
    """Refuse a folder that holds anything but `ours`: replacing it would delete what we did not write."""
    if folder.exists() and not folder.is_dir():
        raise TrainingError(
            f"{folder} is a file, and a folder is to be written there.", "choose another folder with --out"
        )
    found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    others = [name for name in found if name not in ours and name not in _LITTER]
    if others:
        raise TrainingError(
            f"{folder} holds {others[0]!r}, which this command did not write and would delete.",
            "choose another folder with --out, or move that file away",
        )


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of `folder` if the block ends without an error."""
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, because only a rename within one file system happens at once.
    room = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        fresh = room / "new"
        fresh.mkdir()
        yield fresh
        _exchange(fresh, target, aside=room / "old")
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _exchange(fresh: Path, target: Path, *, aside: Path) -> None:
    if target.exists():
        target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
