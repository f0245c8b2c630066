"""Bad nights for the checks: the trainee's own and others, as log lines and as metrics."""

from __future__ import annotations

import json
import runpy
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from checker.cloudwatch.embedded import streams_of
from checker.cloudwatch.metrics import Streams

# The given script itself draws, so that what it shows and what is checked cannot drift apart.
GIVEN = Path(__file__).parents[1] / "starter"
NIGHT = runpy.run_path(str(GIVEN / "night.py"))
BEGIN, MINUTE, MINUTES = int(NIGHT["BEGIN"]), int(NIGHT["MINUTE"]), int(NIGHT["MINUTES"])
END = BEGIN + MINUTES * MINUTE
# Errors a minute while they stay, by the brief's table, and a request that did not fail.
FEWEST = 16
GOOD = {"level": "INFO", "status": 200, "message": "predicted", "latency_ms": 50.0}


def _fortnight() -> dict[str, Any]:
    # It imports night.py, which lies beside it.
    sys.path.insert(0, str(GIVEN))
    try:
        return runpy.run_path(str(GIVEN / "fortnight.py"))
    finally:
        sys.path.remove(str(GIVEN))
        sys.modules.pop("night", None)


FORTNIGHT = _fortnight()


@dataclass(frozen=True)
class Night:
    """One night: what happens when (minutes from 01:00), its requests, its metrics."""

    plan: dict[str, tuple[int, int]]
    requests: tuple[dict[str, Any], ...]
    streams: Streams

    def at(self, minute: int) -> int:
        return BEGIN + minute * MINUTE

    def lines(self) -> list[str]:
        return [json.dumps(request) for request in self.requests]


@lru_cache(maxsize=16)
def night(seed: int, *, lean: bool = False) -> Night:
    """The night of a seed; a lean one has no more errors while they stay than the brief promises."""
    plan, requests = NIGHT["plan"](seed), NIGHT["requests"](seed)
    if lean:
        requests = list(_lean(requests, plan["errors"]))
    return _measured(plan, requests)


def _measured(plan: dict[str, tuple[int, int]], requests: list[dict[str, Any]]) -> Night:
    lines = [json.dumps(line) for line in NIGHT["metrics"](requests)]
    return Night(plan, tuple(requests), streams_of(lines))


def _lean(requests: list[dict[str, Any]], errors: tuple[int, int]) -> Iterator[dict[str, Any]]:
    failed: Counter[int] = Counter()
    for request in requests:
        minute = (request["timestamp"] - BEGIN) // MINUTE
        if request["level"] == "ERROR" and errors[0] <= minute < errors[1]:
            failed[minute] += 1
            yield request if failed[minute] <= FEWEST else request | GOOD
        else:
            yield request


# So many minutes of errors have nights in which the service dies of them: too few for an alarm, and enough for one.
DIES_AFTER = (1, 2, 8)


@lru_cache(maxsize=16)
def dying(seed: int, after: int) -> Night:
    """The night of a seed whose outage goes, after so many minutes, straight into silence, until the silence ends."""
    whole = night(seed)
    died, back = whole.plan["errors"][0] + after, whole.plan["silent"][1]
    plan = whole.plan | {"errors": (whole.plan["errors"][0], died), "silent": (died, back)}
    requests = tuple(one for one in whole.requests if not whole.at(died) <= one["timestamp"] < whole.at(back))
    streams = {name: stream.without(whole.at(died), whole.at(back)) for name, stream in whole.streams.items()}
    return Night(plan, requests, streams)


# An hour at which hardly anybody is up: one request a minute, then some more.
THIN = {1: (33, 39), 5: (39, 45)}


@lru_cache(maxsize=16)
def thin(seed: int) -> Night:
    """The night of a seed in which few requests come for twelve minutes, and one at least in each of them."""
    whole = night(seed)
    most = {minute: count for count, (begin, end) in THIN.items() for minute in range(begin, end)}
    came: Counter[int] = Counter()
    kept = []
    for request in whole.requests:
        minute = (request["timestamp"] - BEGIN) // MINUTE
        came[minute] += 1
        if came[minute] <= most.get(minute, came[minute]):
            kept.append(request)
    return _measured(whole.plan, kept)


@lru_cache(maxsize=16)
def fortnight(seed: int) -> Streams:
    """The traffic of fifteen days."""
    return streams_of(FORTNIGHT["lines"](seed))


# First minutes of errors, silence and slowness: as early and as late as they can, as near and as far apart.
CORNERS = ((65, 104, 130), (71, 100, 134), (65, 100, 130), (71, 104, 134))


def several(seed: int, generator: Random) -> list[Night]:
    """The trainee's night, and one for each corner of what can happen.

    An alarm cannot know the night that it will see, so a few nights will do, and each is made once in a process.
    """
    drawn = [generator.choice(_seeds()[corner]) for corner in CORNERS]
    return [night(seed), *(night(one, lean=place < 2) for place, one in enumerate(drawn))]


@lru_cache
def _seeds() -> dict[tuple[int, int, int], list[int]]:
    """Some seeds for each corner; the same ones for everybody."""
    found: dict[tuple[int, int, int], list[int]] = {corner: [] for corner in CORNERS}
    for seed in range(1000, 9000):
        plan = NIGHT["plan"](seed)
        corner = (plan["errors"][0], plan["silent"][0], plan["slow"][0])
        if corner in found and len(found[corner]) < 2:
            found[corner].append(seed)
    return found


def clock(minute: int) -> str:
    """A minute of the night as a time of day."""
    return f"{1 + minute // 60:02d}:{minute % 60:02d}"
