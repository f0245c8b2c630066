"""What a person sees while waiting: a line per step, with the seconds it took."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

NAME_WIDTH = 14
TEXT_WIDTH = 62
HEARTBEAT = 15.0


class Trouble(Exception):
    """Something that keeps a command from going on; shown as an `error:` and a `try:` line."""

    def __init__(self, message: str, way_out: str, *, code: int = 3) -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out
        self.code = code

    def __str__(self) -> str:
        return f"error: {self.message}\ntry: {self.way_out}"


@dataclass
class Step:
    """One line under way; `tick` while waiting, then `done` with what came out."""

    console: Console
    name: str
    began: float = field(default_factory=time.monotonic)
    spoken: float = 0.0
    shown: str = ""
    text: str = ""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def doing(self, text: str) -> None:
        self.text = text
        self.tick()

    def tick(self) -> None:
        """At a terminal the line counts up in place; in a log a line is written every quarter of a minute."""
        if self.console.live:
            line = f"  {self.name:<{NAME_WIDTH}}{self.text} … {self.seconds:.0f} s"
            if line != self.shown:
                self.shown = line
                self.console.stream.write(f"\r\033[K{line}")
                self.console.stream.flush()
        elif self.seconds - self.spoken >= HEARTBEAT:
            self.spoken = self.seconds
            self.console.line(f"  {self.name:<{NAME_WIDTH}}{self.text} … {self.seconds:.0f} s")

    def say(self, text: str) -> None:
        """A sentence of its own line, for something the reader should know."""
        clear = "\r\033[K" if self.console.live else ""
        self.console.line(f"{clear}  {'':<{NAME_WIDTH}}{text}")

    def done(self, text: str) -> None:
        clear = "\r\033[K" if self.console.live else ""
        name = self.console.strong(f"{self.name:<{NAME_WIDTH}}")
        self.console.line(f"{clear}  {name}{text:<{TEXT_WIDTH}} {self.seconds:6.1f} s")


@dataclass(frozen=True)
class Console:
    """Where the lines go; colours and counting in place are for terminals only."""

    stream: TextIO
    live: bool = False
    coloured: bool = False

    def line(self, text: str = "") -> None:
        print(text, file=self.stream, flush=True)

    def strong(self, text: str) -> str:
        return f"\033[1m{text}\033[0m" if self.coloured else text

    def address(self, text: str) -> str:
        return f"\033[4;36m{text}\033[0m" if self.coloured else text

    @contextmanager
    def step(self, name: str, doing: str) -> Iterator[Step]:
        step = Step(self, name, text=doing)
        try:
            step.tick()
            yield step
        except BaseException:
            if self.live:
                self.line()
            raise


def console_for(stream: TextIO | None = None, environ: Mapping[str, str] | None = None) -> Console:
    stream = sys.stdout if stream is None else stream
    environ = os.environ if environ is None else environ
    live = stream.isatty() and environ.get("TERM") != "dumb"
    return Console(stream, live=live, coloured=live and not environ.get("NO_COLOR"))
