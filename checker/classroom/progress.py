"""Says how far a long run is and when it will be done: one line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

# A line of a log every so many seconds at most.
SECONDS = 10.0
# Before so many jobs are done their pace says nothing.
ENOUGH = 4


@dataclass
class Progress:
    """`begin`, then `done` after each job. On a terminal the line is written over; `close` ends it."""

    total: int
    out: TextIO
    clock: Callable[[], float] = time.monotonic
    count: int = 0
    _began: float = field(init=False)
    _said: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()
        # The first line comes with the first job.
        self._said = float("-inf")

    def begin(self, total: int) -> None:
        self.total = total
        self._began = self.clock()

    def done(self, what: str) -> None:
        self.count += 1
        now = self.clock()
        on_terminal = self.out.isatty()
        if not on_terminal and now - self._said < SECONDS and self.count < self.total:
            return
        self._said = now
        line = f"judged {self.count} of {self.total}{self._left(now)}  {what}"
        self.out.write(f"\r\x1b[K{line[:78]}" if on_terminal else f"{line}\n")
        self.out.flush()

    def _left(self, now: float) -> str:
        if not ENOUGH <= self.count < self.total:
            return ""
        return f", {long((now - self._began) / self.count * (self.total - self.count))} left"

    def close(self) -> None:
        if self.count and self.out.isatty():
            self.out.write("\r\x1b[K")
            self.out.flush()


def long(seconds: float) -> str:
    """How long so many seconds are: `40 s`, `3 min`, `2 h 5 min`."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
