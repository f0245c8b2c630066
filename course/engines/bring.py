"""Bringing engines up: what is missing is made first, then each is started in its turn.

Go compiles in one line of work, and what is downloaded and unpacked goes on beside it: the one uses processors, the
other mostly waits.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass

from course.engines.found import EngineTrouble, Say, can_bring_up
from course.engines.install import Part
from course.engines.table_of_engines import ENGINES


@dataclass(frozen=True)
class Brought:
    """How long each engine took that came up, and why another did not."""

    seconds: dict[str, float]
    failed: dict[str, EngineTrouble]


def bring_up(names: Sequence[str], say: Say, complain: Callable[[str, EngineTrouble], None]) -> Brought:
    """Bring up what is not there, one after the other; one that fails is told at once and stops no other."""
    make_ahead(names, say)
    seconds: dict[str, float] = {}
    failed: dict[str, EngineTrouble] = {}
    for name in names:
        began = time.monotonic()
        try:
            ENGINES[name].up(say)
        except EngineTrouble as trouble:
            failed[name] = trouble
            complain(name, trouble)
        else:
            seconds[name] = time.monotonic() - began
    return Brought(seconds, failed)


def make_ahead(names: Sequence[str], say: Say) -> None:
    """Make the missing parts of the engines that are not found, in two lines of work.

    A part that cannot be made is no trouble yet: `up` tries it again, and says what is wrong.
    """
    if not can_bring_up():
        return
    absent, stop = [part for name in names for part in _absent(name)], threading.Event()
    lines = [[part for part in absent if part.compiled is compiled] for compiled in (True, False)]
    with ThreadPoolExecutor(len(lines)) as pool:
        running = [pool.submit(_make, line, say, stop) for line in lines]
        try:
            for one in wait(running, return_when=FIRST_EXCEPTION).done:
                one.result()
        except BaseException:
            # Ctrl-C ends the programs that run; what comes after them must not begin.
            stop.set()
            raise


def _absent(name: str) -> list[Part]:
    parts = [part for part in ENGINES[name].parts() if not part.kept.is_dir()]
    # Asked last: an engine that answers, perhaps another's, needs nothing made, and asking takes longer.
    return [] if not parts or ENGINES[name].find().found else parts


def _make(parts: Sequence[Part], say: Say, stop: threading.Event) -> None:
    for part in parts:
        if stop.is_set():
            return
        with contextlib.suppress(EngineTrouble):
            part.make(say)
