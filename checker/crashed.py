"""The exception behind a server's status 500, from what the server printed: the answer itself does not say it."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import takewhile

from checker.asgi import FRAME
from checker.reply import Raised

BEGINS = "Traceback (most recent call last):"
# The whole body of the answer that Starlette gives before it hands the exception on to the server.
ANSWER = b"Internal Server Error"
SECONDS, PAUSE = 3.0, 0.02


def crash(logs: Callable[[], str], known: int, folder: str) -> Raised | None:
    """Wait for the traceback behind the first `known` characters of a log: it is printed after the answer was sent."""
    deadline, before = time.monotonic() + SECONDS, ""
    while time.monotonic() < deadline:
        printed = logs()[known:]
        found = last_raised(printed, folder)
        # Twice the same: nothing of it is still on its way.
        if found and printed == before:
            return found
        before = printed
        time.sleep(PAUSE)
    return None


def last_raised(log: str, folder: str) -> Raised | None:
    """The last exception of a log, with the line of `folder` that it passed last; None without a whole traceback."""
    lines = log.rpartition(BEGINS)[2].splitlines() if BEGINS in log else []
    said = next((place for place, line in enumerate(lines) if line and not line[0].isspace()), None)
    if said is None:
        return None
    kind, _, first = lines[said].partition(": ")
    rest = [line for line in takewhile(lambda line: line[:1] in ("", " "), lines[said + 1 :]) if line]
    own = [one for one in FRAME.finditer("\n".join(lines[:said])) if one["file"].startswith(f"{folder}/")]
    where = f"{own[-1]['file'].removeprefix(f'{folder}/')}:{own[-1]['line']}" if own else ""
    return Raised(kind.rpartition(".")[2], "\n".join([first, *rest])[:500], where)
