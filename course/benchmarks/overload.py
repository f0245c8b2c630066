"""The row "overload": how many good answers per second are left when three times as many requests come as fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
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
TIMES = 3
SECONDS = 3.0
SETTINGS = {**BARE, "MAX_WAITING": "32"}


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    most: list[float] = []
    good: list[float] = []
    slow: list[float] = []
    usual: list[float] = []
    with movie_service(places, traffic[0], name="overload", settings=SETTINGS) as product:
        server = product.server
        _apart(server)
        for number in range(rounds + 1):
            step.doing(f"round {number} of {rounds}")
            outcome, _ = server.load(Load(server.port, "/predict", traffic, OURS, CONNECTIONS))
            rate = outcome.answers / outcome.seconds
            calm = _flood(server, traffic, rate / 2)
            found = _flood(server, traffic, rate * TIMES)
            if number:
                most.append(rate)
                good.append(found.statuses.get("200", 0) / found.seconds)
                slow.append(_p99(found))
                usual.append(_p99(calm))
    lines = (
        Line(f"good answers at {TIMES} times the capacity", tuple(good), "per s"),
        Line(f"capacity, {CONNECTIONS} connections", tuple(most), "per s"),
        Line("p99 of the good answers meanwhile", tuple(slow), "ms"),
        Line("p99 at half the capacity", tuple(usual), "ms"),
    )
    method = (
        f"good answers per second at {TIMES} times the capacity, sent at a fixed rate / capacity, the same round, "
        f"medians of {rounds} rounds; MOVIE_SERVICE_MAX_WAITING=32; by the clock, so the machine's load counts"
    )
    return Measured("overload", median(good) / median(most), method, lines)


def _apart(server: Server) -> None:
    """The server on one core; the generator takes the others, or both measure each other."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(server.process.pid, {0})


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


def _p99(found: Flood) -> float:
    if len(found.milliseconds) < 2:
        raise BenchTrouble("No good answer came under overload.")
    return quantiles(found.milliseconds, n=100)[98]
