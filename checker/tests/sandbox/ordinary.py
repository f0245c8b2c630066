"""python -m checker.tests.sandbox.ordinary COMMAND …: run it as an ordinary user, also where this is root.

Root's own folder is closed to everybody else, and its Python may lie in there: in a mount namespace of the command's
own, what Python needs is laid over it. /tmp is empty, and goes with the command.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from checker.sandbox import kernel
from checker.sandbox.namespaces import NOBODY

ROOT = Path(__file__).resolve().parents[3]
SEARCH = 0o001
TEMPORARY = Path("/tmp")


def main(command: list[str]) -> None:
    if os.geteuid() == 0:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix), ROOT}
        for closed in sorted({TEMPORARY, *(found for path in needed if (found := _closed(path)))}):
            _open_up(closed, [path for path in needed if path.is_relative_to(closed)])
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        os.environ |= {"HOME": "/", "TMPDIR": str(TEMPORARY)}
    os.execvp(command[0], command)


def _closed(path: Path) -> Path | None:
    """The first folder on the way to it that other users may not pass."""
    return next((one for one in reversed([path, *path.parents]) if not one.stat().st_mode & SEARCH), None)


def _open_up(closed: Path, needed: list[Path]) -> None:
    """Put an open folder in the place of a closed one, with nothing in it but what is needed."""
    stash = {path: tempfile.mkdtemp(dir="/run") for path in needed}
    for path, kept in stash.items():
        kernel.mount(str(path), kept, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("tmpfs", str(closed), "tmpfs", 0, "size=1g,mode=1777")
    for path, kept in stash.items():
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(kept, str(path), flags=kernel.MS_BIND | kernel.MS_REC)
        kernel.unmount(kept)
        os.rmdir(kept)


if __name__ == "__main__":
    main(sys.argv[1:])
