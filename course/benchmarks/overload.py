"""The row "overload": how many good answers per second are left when three times as many requests come as fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

from course.benchmarks.endpoints import CONNECTIONS, OURS, Traffic
from course.benchmarks.load import Load
from course.benchmarks.open_load import Flood, OpenLoad
from course.benchmarks.product import BARE, movie_service
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.benchmarks.servers import Server
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 6, 2
TIMES = 3.0
# What is offered, in parts of the capacity: the curve that the page draws.
LEVELS = (0.5, 1.0, 2.0, TIMES)
SECONDS = 3.0
SETTINGS = {**BARE, "MAX_WAITING": "32"}


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    found = Found()
    with movie_service(places, traffic[0], name="overload", settings=SETTINGS) as product:
        server = product.server
        with apart(server):
            for number in range(rounds + 1):
                step.doing(f"round {number} of {rounds}")
                outcome, _ = server.load(Load(server.port, "/predict", traffic, OURS, CONNECTIONS))
                rate = outcome.answers / outcome.seconds
                floods = {level: _flood(server, traffic, rate * level) for level in LEVELS}
                if number:
                    found.add(rate, floods)
    return found.measured(rounds)


@dataclass
class Found:
    """A value per round: the capacity, and at each level the good answers per second and the p99 of them."""

    capacity: list[float] = field(default_factory=list)
    good: dict[float, list[float]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    slow: dict[float, list[float]] = field(default_factory=lambda: {level: [] for level in LEVELS})

    def add(self, capacity: float, floods: Mapping[float, Flood]) -> None:
        self.capacity.append(capacity)
        for level, flood in floods.items():
            self.good[level].append(flood.statuses.get("200", 0) / flood.seconds)
            self.slow[level].append(p99(flood.milliseconds))

    def measured(self, rounds: int) -> Measured:
        good = {level: Line(_at("good answers", level), tuple(self.good[level]), "per s", level) for level in LEVELS}
        slow = [Line(_at("p99 of good answers", level), tuple(self.slow[level]), "ms", level) for level in LEVELS]
        capacity = Line(f"capacity, {CONNECTIONS} connections", tuple(self.capacity), "per s")
        method = (
            f"good answers per second at {TIMES:g} times the capacity, sent at a fixed rate / capacity, the same "
            f"round, medians of {rounds} rounds; MOVIE_SERVICE_MAX_WAITING=32; a request that finds all "
            f"{OpenLoad.connections} connections waiting counts as sent; by the clock, so the machine's load counts"
        )
        worst = good.pop(TIMES)
        lines = (worst, capacity, *good.values(), *slow)
        # Round by round: a machine that is slow for a while is so for both.
        ratio = median(good / most for good, most in zip(worst.values, capacity.values, strict=True))
        return Measured("overload", ratio, method, lines)


def _at(what: str, level: float) -> str:
    return f"{what} at {level:g} times the capacity"


@contextmanager
def apart(server: Server) -> Iterator[None]:
    """The server on one core; this process and the generator take the others, or both measure each other."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(cores) < 2:
        yield
        return
    own = min(cores)
    os.sched_setaffinity(server.process.pid, {own})
    os.sched_setaffinity(0, cores - {own})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _flood(server: Server, bodies: list[str], rate: float) -> Flood:
    load = OpenLoad(server.port, "/predict", bodies, rate, SECONDS)
    done = subprocess.run(
        [sys.executable, "-m", "course.benchmarks.open_load"],
        input=json.dumps(asdict(load)), capture_output=True, text=True, check=False, timeout=SECONDS + 60,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchTrouble(f"The load generator stopped: {done.stderr.strip().splitlines()[-1]}")
    return Flood(**json.loads(done.stdout))


def p99(milliseconds: Sequence[float]) -> float:
    if len(milliseconds) < 2:
        raise BenchTrouble("No good answer came under overload.")
    return quantiles(milliseconds, n=100)[98]
