"""A gate that the trusted side holds, so that order and overlap are seen without a clock."""

from __future__ import annotations

import time
from pathlib import Path

from checker.sandbox import inside

SOURCE = """
def block():
    import os, time
    with open({entered!r}, "a") as entered:
        entered.write("in\\n")
    for _ in range(6000):
        if os.path.exists({opened!r}):
            return
        time.sleep(0.005)
"""


class Gate:
    """Two files in the worker's folder: the stub makes the first, the trusted side the second."""

    def __init__(self, folder: Path, name: str, seen_from_inside: str = "") -> None:
        self._folder, self._inside = folder, seen_from_inside or str(folder)
        self._entered, self._opened = f"{name}.entered", f"{name}.open"

    def code(self) -> str:
        """Python source of `block()`, for the stub that a check lays over a file."""
        return SOURCE.format(entered=f"{self._inside}/{self._entered}", opened=f"{self._inside}/{self._opened}")

    def entered(self) -> int:
        """How many callers have come in so far."""
        try:
            return inside.read(self._folder, self._entered).count(b"in\n")
        except OSError:
            return 0

    def wait_entered(self, timeout: float = 10.0, count: int = 1) -> bool:
        """True once `count` callers are inside; False when they did not come in time."""
        deadline = time.monotonic() + timeout
        while self.entered() < count:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def open(self) -> None:
        inside.write(self._folder, self._opened, b"")
