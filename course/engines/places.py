"""Where things lie: what was built is kept outside the clone, what runs is known to the whole machine."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from course.engines.found import EngineTrouble

# Emptied by every boot, as processes are.
STATE = Path("/run/course-engines")


def cache() -> Path:
    """Programs, images and archives, each below a digest of what it was made from."""
    named = os.environ.get("COURSE_ENGINES_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else base / "course-engines"


def programs() -> Path:
    """The folder that stands first on the PATH of every command for our engines."""
    return cache() / "bin"


@contextlib.contextmanager
def machine_lock() -> Iterator[None]:
    """One engine is brought up or ended at a time on the whole machine; a second caller waits."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise EngineTrouble(f"The lock {str(STATE / 'lock')!r} cannot be taken: {error.strerror}.") from None
        yield
