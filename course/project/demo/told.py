"""What the demo says: a line when a stage begins, its figures when it ends, and all of it again in the report."""

from __future__ import annotations

import textwrap
import time
from dataclasses import dataclass, field

from course.start.console import Console

WIDTH, INDENT = 96, 4


@dataclass
class Stage:
    """One part of the story. `figures` are sentences with a number in each; times are monotonic."""

    title: str
    why: str
    began: float
    ended: float = 0.0
    figures: list[str] = field(default_factory=list)
    failed: bool = False

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Telling:
    """Prints the stages as they come and keeps them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.stages: list[Stage] = []

    def begin(self, title: str, why: str) -> Stage:
        """A stage begins: say what is about to happen."""
        stage = Stage(title, why, time.monotonic())
        self.stages.append(stage)
        self.console.line(f"\n{self.console.strong(f'{len(self.stages)}  {title}')}")
        self._lines(why)
        return stage

    def figure(self, text: str) -> None:
        """Something was measured."""
        self.stages[-1].figures.append(text)
        self._lines(text, mark="> ")

    def end(self) -> None:
        """The stage is over."""
        self.stages[-1].ended = time.monotonic()

    def failed(self, text: str) -> None:
        """What was to be seen was not."""
        self.stages[-1].failed = True
        self.figure(text)

    def _lines(self, text: str, *, mark: str = "") -> None:
        first = " " * INDENT + mark
        rest = " " * len(first)
        for line in textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False):
            self.console.line(line)
