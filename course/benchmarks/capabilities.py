"""The row "capabilities": what each capability of the service costs, and what is left of a raw hello with all on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course.benchmarks.endpoints import CONNECTIONS, OURS, RAW, Traffic, asked, in_turn, raw_hello
from course.benchmarks.product import movie_service
from course.benchmarks.report import Line, Measured
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 8, 3
# Short: a dozen servers take their turn in every round.
FEW_RAW, FEW = RAW // 2, OURS // 2
EVERYTHING = "everything on"


@dataclass(frozen=True)
class Variant:
    """The service with some capabilities on, and what a client sends beside the body."""

    name: str
    settings: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


NOTHING = {"ACCESS_LOG": "off", "PREDICTION_LOG": "off", "METRICS": "off", "SECURITY_HEADERS": "off"}
# The digest of the key below: a key of this bench, of no other service.
KEY, KEYS_FILE = "mk_bench", "course/benchmarks/bench_keys.json"
GUARDED = {"AUTH": "on", "API_KEYS_FILE": KEYS_FILE}
LIMITED = {"RATE_LIMIT": "1000000", "RATE_BURST": "1000000"}
TRACED = {"TRACING": "file", "TRACE_SHARE": "0.01", "TRACE_FILE": "build/bench/traces.jsonl"}
WITH_KEY = {"X-API-Key": KEY}


def _without(name: str) -> dict[str, str]:
    """Nothing on but what this setting turns on by default."""
    return {key: value for key, value in NOTHING.items() if key != name}


VARIANTS = (
    Variant("validation alone", NOTHING),
    Variant("+ metrics", {**NOTHING, "METRICS": "on"}),
    Variant("+ security headers", {**NOTHING, "SECURITY_HEADERS": "on"}),
    Variant("+ a log line per request", _without("ACCESS_LOG")),
    Variant("+ a log line of 1 % of successes", {**_without("ACCESS_LOG"), "LOG_SUCCESSES": "0.01"}),
    Variant("+ prediction log", {**NOTHING, "PREDICTION_LOG": "required"}),
    Variant("+ API key", {**NOTHING, **GUARDED}, WITH_KEY),
    Variant("+ rate limit", {**NOTHING, **LIMITED}),
    Variant("+ cache in memory, all hits", {**NOTHING, "CACHE": "memory"}),
    Variant("+ tracing of 1 %", {**NOTHING, **TRACED}),
    Variant(
        EVERYTHING,
        {"PREDICTION_LOG": "required", "LOG_SUCCESSES": "0.01", **GUARDED, **LIMITED, **TRACED},
        WITH_KEY,
    ),
)


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with contextlib.ExitStack() as stack:
        subjects: dict[str, Callable[[], float]] = {}
        subjects["raw"] = asked(stack.enter_context(raw_hello(places)), "/predict", traffic, FEW_RAW)
        for number, one in enumerate(VARIANTS):
            step.doing(f"starting {one.name}")
            product = movie_service(
                places, traffic[0], name=f"capability-{number}", settings=one.settings, headers=one.headers
            )
            server = stack.enter_context(product).server
            subjects[one.name] = asked(server, "/predict", traffic, FEW, headers=one.headers)
        found = in_turn(subjects, rounds, step)
    raw = Line("raw ASGI hello", found.pop("raw"), "µs CPU")
    lines = [Line(name, values, "µs CPU") for name, values in found.items()]
    everything = lines[-1]
    method = (
        f"CPU(raw ASGI hello) / CPU(/predict with {EVERYTHING}), {CONNECTIONS} connections, medians of {rounds} rounds "
        "in turn, server CPU (user and system) per answer, rotating bodies"
    )
    return Measured("capabilities", raw.median / everything.median, method, (raw, everything, *lines[:-1]))
