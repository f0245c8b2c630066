"""Walks through a page: types its blocks of commands as they stand, and says what is not as the page promises."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker.cleaning import plain, stable
from course.prose import Block
from course.tests.walkthroughs.terminal import BY_CTRL_C, SECONDS, Said, Terminal

# On a page: lines that are left out, or words within a line.
LEFT_OUT = "…"
# In until=: a command that succeeds once the one that stays is ready, where that one says nothing.
BESIDE = "$ "


@dataclass
class Desk:
    """The terminals of one reader: a new one is opened when a command keeps the one before."""

    open_terminal: Callable[[], Terminal]
    # For one command.
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        self._now: Terminal | None = None
        self._aside: Terminal | None = None
        self._busy: list[tuple[str, Terminal]] = []

    def type(self, command: str, ready: str = "") -> Said:
        """What it said and its exit code; none when it stays, and the next command gets another terminal.

        It is ready when it has said so, or when the command behind `$ ` succeeds in a terminal beside it.
        """
        self._now = self._now or self.open_terminal()
        if ready.startswith(BESIDE):
            there = ready.removeprefix(BESIDE)
            said = self._now.type(command, ready=lambda _: self._beside(there), seconds=self.seconds)
        else:
            said = self._now.type(command, ready=lambda text: bool(ready) and ready in text, seconds=self.seconds)
        if said.code is None:
            self._busy.append((command, self._now))
            self._now = None
        return said

    def end(self) -> Iterator[str]:
        """Ctrl-C for everything that stays, the last one first; sentences about what did not end well."""
        while self._busy:
            command, terminal = self._busy.pop()
            said = terminal.interrupt()
            terminal.close()
            if said.code not in BY_CTRL_C:
                yield f"{command!r} ended with exit code {said.code} after Ctrl-C:\n{tail(said.text)}"

    def close(self) -> None:
        for terminal in (*(one for _, one in self._busy), self._now, self._aside):
            if terminal is not None:
                terminal.close()

    def _beside(self, command: str) -> bool:
        self._aside = self._aside or self.open_terminal()
        return self._aside.type(command).code == 0


def typed_before(desk: Desk, typed: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Type what a surrounding needs; sentences about what did not go as it must."""
    for command, ready in typed:
        said = desk.type(command, ready)
        if said.code != (None if ready else 0):
            yield f"before the page: {command!r} ended with exit code {said.code}:\n{tail(said.text)}"


@contextlib.contextmanager
def cleaned(open_terminal: Callable[[], Terminal], commands: Sequence[str]) -> Iterator[None]:
    """Type these commands at the end, whatever became of the page."""
    try:
        yield
    finally:
        with contextlib.closing(open_terminal()) as terminal:
            said = [(command, terminal.type(command)) for command in commands]
        faults = [
            f"after the page: {command!r} ended with exit code {one.code}:\n{tail(one.text)}"
            for command, one in said
            if one.code != 0
        ]
        if faults:
            raise AssertionError("\n".join(faults))


def walk(blocks: Sequence[Block], desk: Desk, names: Mapping[str, str]) -> Iterator[str]:
    """Type the commands of all blocks in their order. Ends at the first that is not as the page promises.

    `names` are put in place of words that stand for the reader's own.
    """
    for block in blocks:
        fault = next(_faults(block, desk, names), "")
        if fault:
            yield f"{block.where}: {fault}"
            return
    yield from desk.end()


def _faults(block: Block, desk: Desk, names: Mapping[str, str]) -> Iterator[str]:
    then = _named(block.then, names)
    if then and desk.type(then).code == 0:
        yield f"{then!r} succeeds before the block, so it does not show what the block did."
    for number, (command, shown) in enumerate(block.commands):
        command = _named(command, names)
        yield from filter(None, [_fault(desk.type(command, block.until(number)), command, shown, block, number)])
    after = desk.type(then) if then else None
    if after and after.code != 0:
        yield f"after the block {then!r} ended with exit code {after.code}:\n{tail(after.text)}"


def _named(command: str, names: Mapping[str, str]) -> str:
    for name, own in names.items():
        command = command.replace(name, own)
    return command


def _fault(said: Said, command: str, shown: Sequence[str], block: Block, number: int) -> str:
    ready, code = block.until(number), block.code(number)
    if said.code is None:
        return "" if said.ready else f"{command!r} neither ended nor was ready ({ready!r}):\n{tail(said.text)}"
    if ready:
        return f"{command!r} ended with exit code {said.code} and is to stay:\n{tail(said.text)}"
    if said.code != code:
        return f"{command!r} ended with exit code {said.code}, not {code}:\n{tail(said.text)}"
    lacks = lacking(shown, said.text) if shown else None
    return "" if lacks is None else f"{command!r} does not print {lacks!r} there. It prints:\n{tail(said.text)}"


def lacking(shown: Sequence[str], text: str) -> str | None:
    """The first line of a page that is not printed in its place, None when all are; drawn parts do not count."""
    printed = [line.rstrip() for line in stable(plain(text)).strip("\n").split("\n")]
    place, skips = 0, False
    for line in map(str.rstrip, stable("\n".join(shown)).strip("\n").split("\n")):
        if line.strip() == LEFT_OUT:
            skips = True
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in line.split(LEFT_OUT)))
        places = range(place, len(printed)) if skips else range(place, min(place + 1, len(printed)))
        found = next((one for one in places if pattern.fullmatch(printed[one])), None)
        if found is None:
            return line
        place, skips = found + 1, False
    return None if skips or place == len(printed) else "the end"


def tail(text: str, lines: int = 40) -> str:
    return "\n".join(plain(text).strip("\n").split("\n")[-lines:])
