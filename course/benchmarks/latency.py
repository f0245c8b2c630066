"""The row "latency": how long the slowest of a hundred answers takes, against the 100 ms that are promised."""

from __future__ import annotations

from statistics import median

from course.benchmarks.endpoints import CONNECTIONS, OURS, Traffic
from course.benchmarks.load import Load
from course.benchmarks.overload import apart, p99
from course.benchmarks.product import movie_service
from course.benchmarks.report import Line, Measured
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 8, 3
GOAL = 100.0


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    waits: list[list[float]] = []
    with movie_service(places, traffic[0], name="latency") as product, apart(product.server):
        # One round more than counted: the first fills caches.
        for number in range(rounds + 1):
            step.doing(f"round {number} of {rounds}")
            outcome, _ = product.server.load(Load(product.server.port, "/predict", traffic, OURS, CONNECTIONS))
            waits.append(outcome.milliseconds)
        product.refuse_missing_records()
    return measured(waits[1:])


def measured(waits: list[list[float]]) -> Measured:
    """From the milliseconds of each answer, per round."""
    slow = Line(f"p99, {CONNECTIONS} connections", tuple(map(p99, waits)), "ms")
    goal = Line("the goal", (GOAL,), "ms")
    half = Line(f"p50, {CONNECTIONS} connections", tuple(map(median, waits)), "ms")
    method = (
        f"p99 of POST /predict / the goal of {GOAL:g} ms, {CONNECTIONS} connections that each wait for their answer, "
        f"as fast as they come, medians of {len(waits)} rounds of {len(waits[0])} answers; by the clock at the client, "
        "so the machine's load counts"
    )
    return Measured("latency", slow.median / GOAL, method, (slow, goal, half))
