"""The rows "raw hello", "naive" and "batch": server CPU per request, all servers up at once, rounds in turn."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.benchmarks import naive_model
from course.benchmarks.load import Load
from course.benchmarks.product import movie_service
from course.benchmarks.report import Line, Measured
from course.benchmarks.servers import Server, free_port, serving, surroundings, uvicorn
from course.start.console import Step
from course.start.places import Places
from course.training.loader import load as load_data
from course.training.online import online_row
from course.training.traffic import bodies

ROUNDS, QUICK_ROUNDS = 12, 4
CONNECTIONS = 16
BATCH = 1000
# Requests per round: each takes a fraction of a second to a second.
RAW, OURS, NAIVE, BATCHES = 4000, 2000, 150, 8


@dataclass(frozen=True)
class Traffic:
    """Request bodies, all different: one repeated row would be answered from the processor's caches."""

    single: list[str]
    batches: list[list[dict[str, Any]]]

    @property
    def batch_bodies(self) -> list[str]:
        return [json.dumps({"requests": batch}) for batch in self.batches]

    @classmethod
    def of(cls, data_folder: Path) -> Traffic:
        drawn = bodies(load_data(data_folder), 2000 + BATCHES * BATCH, seed=1)
        single, rest = drawn[:2000], drawn[2000:]
        return cls([json.dumps(one) for one in single], [rest[i : i + BATCH] for i in range(0, len(rest), BATCH)])


def measure(places: Places, step: Step, names: Sequence[str], *, quick: bool) -> list[Measured]:
    """The rows among `names` that this module knows; servers that none of them needs are not started."""
    traffic = Traffic.of(places.build / "data")
    bundle = places.build / "model"
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with contextlib.ExitStack() as stack:
        subjects: dict[str, Callable[[], float]] = {}
        ours = stack.enter_context(movie_service(places, traffic.single[0]))
        if {"raw hello", "naive"} & set(names):
            subjects["ours"] = asked(ours.server, "/predict", traffic.single, OURS)
        if "raw hello" in names:
            subjects["raw"] = asked(stack.enter_context(raw_hello(places)), "/predict", traffic.single, RAW)
        if "naive" in names:
            step.doing("training the naive endpoint's model")
            naive_model.train(places.build / "data", bundle, places.root / naive_model.OUT)
            for name, more in (("naive", {}), ("naive, one thread", {"OMP_THREAD_LIMIT": "1"})):
                naive = stack.enter_context(_naive(places, traffic.single[0], name, more))
                subjects[name] = asked(naive, "/predict", traffic.single, NAIVE)
        if "batch" in names:
            # Without the prediction log: a batch's bar compares the service with the model, row by row.
            quiet = stack.enter_context(movie_service(places, traffic.single[0], name="batches", settings={}))
            subjects["batch"] = asked(quiet.server, "/predict/batch", traffic.batch_bodies, BATCHES, connections=1)
            subjects["booster"] = _bare_booster(bundle, traffic.batches)
        found = in_turn(subjects, rounds, step)
        ours.refuse_missing_records()
    return [row for row in _rows(found, rounds) if row.name in names]


def in_turn(subjects: dict[str, Callable[[], float]], rounds: int, step: Step) -> dict[str, tuple[float, ...]]:
    """Ask every subject once per round, so that what disturbs the machine disturbs all of them."""
    found: dict[str, list[float]] = {name: [] for name in subjects}
    # One round more than counted: the first fills caches.
    for number in range(rounds + 1):
        for name, ask in subjects.items():
            step.doing(f"{name}: round {number} of {rounds}")
            value = ask()
            if number:
                found[name].append(value)
    return {name: tuple(values) for name, values in found.items()}


def _rows(found: dict[str, tuple[float, ...]], rounds: int) -> Iterator[Measured]:
    how = f"medians of {rounds} rounds in turn, server CPU (user and system) per answer, rotating bodies"
    ours = Line("movie_service, POST /predict", found.get("ours", ()), "µs CPU")
    if "raw" in found:
        raw = Line("raw ASGI hello", found["raw"], "µs CPU")
        method = f"CPU(raw ASGI hello) / CPU(/predict), {CONNECTIONS} connections, {how}"
        yield Measured("raw hello", raw.median / ours.median, method, (raw, ours))
    if "naive" in found:
        naive = Line("naive endpoint, POST /predict", found["naive"], "µs CPU")
        # LightGBM takes a thread per core, which spins, for one row too; this line says how much of the CPU that is.
        single = Line("naive endpoint, OMP_THREAD_LIMIT=1", found["naive, one thread"], "µs CPU")
        method = f"CPU(naive /predict) / CPU(/predict), {CONNECTIONS} connections, {how}"
        yield Measured("naive", naive.median / ours.median, method, (naive, ours, single))
    if "batch" in found:
        batch = Line(f"POST /predict/batch, {BATCH} rows", _thousandths(found["batch"]), "ms CPU")
        bare = Line(f"Booster.predict, {BATCH} rows", _thousandths(found["booster"]), "ms CPU")
        method = f"CPU(/predict/batch of {BATCH}) / CPU(Booster.predict of a numpy array, num_threads=1), {how}"
        yield Measured("batch", batch.median / bare.median, method, (batch, bare))


def _thousandths(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value / 1000 for value in values)


def asked(
    server: Server,
    path: str,
    sent: Sequence[str],
    count: int,
    *,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
) -> Callable[[], float]:
    def ask() -> float:
        return server.load(Load(server.port, path, sent, count, connections, headers=headers or {}))[1]

    return ask


def _bare_booster(bundle: Path, batches: list[list[dict[str, Any]]]) -> Callable[[], float]:
    import lightgbm
    import numpy as np

    tables = json.loads((bundle / "online.json").read_text(encoding="utf-8"))
    matrices = [np.array([online_row(tables, one) for one in batch]) for batch in batches]
    booster = lightgbm.Booster(model_file=bundle / "model.txt")

    def ask() -> float:
        began = time.process_time()
        for matrix in matrices:
            booster.predict(matrix, num_threads=1)
        return (time.process_time() - began) / len(matrices) * 1e6

    return ask


@contextlib.contextmanager
def raw_hello(places: Places) -> Iterator[Server]:
    port = free_port()
    argv = [*uvicorn(places.python, "raw_hello", port), "--lifespan", "off", "--no-access-log"]
    with serving("raw ASGI hello", argv, port, env=surroundings(places), places=places) as server:
        server.answered("/predict", "{}")
        yield server


@contextlib.contextmanager
def _naive(places: Places, body: str, name: str, more: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    env = surroundings(places, NAIVE_MODEL=str(places.root / naive_model.OUT), **more)
    argv = uvicorn(places.python, "naive_app", port)
    with serving(name, argv, port, env=env, places=places) as server:
        server.answered("/predict", body)
        yield server
