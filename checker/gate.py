"""A gate that the trusted side holds, so that order and overlap are seen without a clock."""

from __future__ import annotations

import time
from pathlib import Path

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

    def __init__(self, folder: Path, name: str) -> None:
        self._entered = folder / f"{name}.entered"
        self._opened = folder / f"{name}.open"

    def code(self) -> str:
        """Python source of `block()`, for the stub that a check lays over a file."""
        return SOURCE.format(entered=str(self._entered), opened=str(self._opened))

    def entered(self) -> int:
        """How many callers have come in so far."""
        return self._entered.read_text().count("in\n") if self._entered.exists() else 0

    def wait_entered(self, timeout: float = 10.0, count: int = 1) -> bool:
        """True once `count` callers are inside; False when they did not come in time."""
        deadline = time.monotonic() + timeout
        while self.entered() < count:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def open(self) -> None:
        self._opened.touch()
