"""The row "overload": how many good answers per second are left when three times as many requests come as fit."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from course.benchmarks.endpoints import CONNECTIONS, Traffic
from course.benchmarks.load import HOST, Load
from course.benchmarks.open_load import Flood, OpenLoad
from course.benchmarks.product import BARE, movie_service
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.benchmarks.servers import Server
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 8, 2
TIMES = 3.0
# What is offered, in parts of the capacity: the curve that the page draws.
LEVELS = (0.5, 1.0, 2.0, TIMES)
SECONDS = 3.0
# On each of the generator's connections.
REFUSALS = 15
# About a second of answers: the capacity is a rate by the clock, and a third of a second moved it by a tenth.
COUNT = 6000
WAITING = 32
# On a machine that others use, thousands of answers can take a minute; so long the begun requests must hold.
PATIENCE = 120.0
SETTINGS = {**BARE, "MAX_WAITING": str(WAITING), "REQUEST_SECONDS": str(2 * PATIENCE)}
_BEGUN = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{"


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    found = []
    with movie_service(places, traffic[0], name="overload", settings=SETTINGS) as product, apart(product.server):
        for number in range(rounds + 1):
            step.doing(f"round {number} of {rounds}")
            found.append(_round(product.server, traffic))
    # The first fills caches.
    return measured(found[1:])


@dataclass(frozen=True)
class Round:
    """The capacity, what came of the flood at each level, microseconds of CPU for an answer and for a refusal."""

    capacity: float
    floods: Mapping[float, Flood]
    answer: float
    refusal: float


def _round(server: Server, traffic: list[str]) -> Round:
    first, _ = _capacity(server, traffic)
    floods = {level: _flood(server, traffic, first * level) for level in LEVELS if level != TIMES}
    # Right before and right after the flood that counts: a machine changes its pace within seconds.
    before, answer = _capacity(server, traffic)
    floods[TIMES] = _flood(server, traffic, before * TIMES)
    after, _ = _capacity(server, traffic)
    return Round((before + after) / 2, floods, answer, _refusal(server, traffic))


def _capacity(server: Server, traffic: list[str]) -> tuple[float, float]:
    """Answers per second and microseconds of CPU for one."""
    outcome, spent = server.load(Load(server.port, "/predict", traffic, COUNT, CONNECTIONS, PATIENCE))
    return outcome.answers / outcome.seconds, spent


def _refusal(server: Server, traffic: list[str]) -> float:
    """Microseconds of CPU for a refusal, while requests that never end take all places.

    Of many on each connection, less one on each: opening a connection costs more than a refusal. They come in waves,
    since refused connections rest, and after each rest the processor's caches hold what others left there.
    """
    with ExitStack() as stack:
        for _ in range(WAITING):
            stack.enter_context(socket.create_connection((HOST, server.port))).sendall(_BEGUN)
        server.answered("/predict", traffic[0], status=503)
        few, many = (OpenLoad.connections * times for times in (1, 1 + REFUSALS))
        once, again = (_refused(server, traffic, count) for count in (few, many))
    server.answered("/predict", traffic[0])
    return (again - once) / (many - few)


def _refused(server: Server, traffic: list[str], count: int) -> float:
    load = Load(server.port, "/predict", traffic, count, OpenLoad.connections, PATIENCE)
    return server.load(load, status=503)[1] * count


def measured(rounds: Sequence[Round]) -> Measured:
    """A value per round; the ratio is the median of the ratios of the rounds."""
    flooded = [one.floods[TIMES] for one in rounds]
    good = {level: _line("good answers", level, rounds, _good, "per s") for level in LEVELS}
    slow = [_line("p99 of good answers", level, rounds, _slow, "ms") for level in LEVELS]
    worst = good.pop(TIMES)
    capacity = Line(f"capacity, {CONNECTIONS} connections", tuple(one.capacity for one in rounds), "per s")
    lines = (
        worst, capacity, *good.values(), *slow,
        Line(_at("refused", TIMES), tuple(one.statuses.get("503", 0) / one.seconds for one in flooded), "per s"),
        Line(_at("not sent", TIMES), tuple(one.unsent / one.seconds for one in flooded), "per s"),
        Line(_at("generator busy", TIMES), tuple(100 * one.cpu / one.seconds for one in flooded), "%"),
        Line("an answer", tuple(one.answer for one in rounds), "µs CPU"),
        Line(f"a refusal, {OpenLoad.connections} in a row", tuple(one.refusal for one in rounds), "µs CPU"),
    )  # fmt: skip
    method = (
        f"good answers per second at {TIMES:g} times the capacity, sent at a fixed rate / capacity, measured right "
        f"before and right after, medians of {len(rounds)} rounds; MOVIE_SERVICE_MAX_WAITING={WAITING}; a request "
        f"that finds all {OpenLoad.connections} connections waiting counts as sent; by the clock, so the machine's "
        "load counts"
    )
    # Round by round: a machine that is slow for a while is so for both.
    ratio = median(good / most for good, most in zip(worst.values, capacity.values, strict=True))
    return Measured("overload", ratio, method, lines)


def _line(what: str, level: float, rounds: Sequence[Round], of: Callable[[Flood], float], unit: str) -> Line:
    return Line(_at(what, level), tuple(of(one.floods[level]) for one in rounds), unit, level)


def _good(flood: Flood) -> float:
    return flood.statuses.get("200", 0) / flood.seconds


def _slow(flood: Flood) -> float:
    return p99(flood.milliseconds)


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
