"""The rows "fast route", "workers", "memory" and "size": what the product costs in other forms."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from course.benchmarks import serve_env
from course.benchmarks.endpoints import CONNECTIONS, OURS, RAW, Traffic, asked, in_turn, raw_hello
from course.benchmarks.load import Load
from course.benchmarks.product import BARE, movie_service
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 8, 3

# Prints the bytes of all installed distributions, and of those whose modules the serving process has imported.
SIZES = """
import importlib.metadata as metadata, json, os, pathlib, sys
from movie_service.app import create_app
from movie_service.settings import Settings
import movie_service.graceful, movie_service.shed, uvloop, httptools
create_app(settings=Settings(model_dir=pathlib.Path(sys.argv[1]), access_log="off"))
def size(one):
    files = [one.locate_file(file) for file in one.files or ()]
    return sum(os.path.getsize(file) for file in files if os.path.isfile(file) and not str(file).endswith(".pyc"))
owners = metadata.packages_distributions()
imported = {owner for name in sys.modules if "." not in name for owner in owners.get(name, ())} | {"lightgbm"}
sizes = {one.metadata["Name"]: size(one) for one in metadata.distributions()}
kept = {name: value for name, value in sizes.items() if name not in ("pip", "setuptools")}
print(json.dumps([sum(kept.values()), sum(value for name, value in kept.items() if name in imported)]))
"""


def measure(places: Places, step: Step, names: Sequence[str], *, quick: bool) -> list[Measured]:
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    rows: list[Measured] = []
    if "fast route" in names:
        rows.append(_fast(places, step, traffic, rounds))
    if "workers" in names:
        rows.append(_workers(places, step, traffic, rounds))
    if "memory" in names:
        rows.append(_memory(places, step, traffic))
    if "size" in names:
        rows.append(_size(places, step))
    return rows


def _fast(places: Places, step: Step, traffic: list[str], rounds: int) -> Measured:
    with contextlib.ExitStack() as stack:
        product = stack.enter_context(
            movie_service(places, traffic[0], name="fast route", settings={**BARE, "FAST_ROUTE": "on"})
        )
        subjects = {
            "raw": asked(stack.enter_context(raw_hello(places)), "/predict", traffic, RAW),
            "fast": asked(product.server, "/predict", traffic, OURS),
        }
        found = in_turn(subjects, rounds, step)
        product.refuse_missing_records()
    raw, fast = (
        Line("raw ASGI hello", found["raw"], "µs CPU"),
        Line("POST /predict, FAST_ROUTE=on", found["fast"], "µs CPU"),
    )
    method = f"CPU(raw ASGI hello) / CPU(/predict by the fast route), {_how(rounds)}"
    return Measured("fast route", raw.median / fast.median, method, (raw, fast))


def _workers(places: Places, step: Step, traffic: list[str], rounds: int) -> Measured:
    with contextlib.ExitStack() as stack:
        subjects: dict[str, Callable[[], float]] = {}
        for count in ("1", "2"):
            product = movie_service(places, traffic[0], name=f"workers {count}", settings=_with_workers(count))
            # As many connections for each worker: fewer would give each less to do at a time.
            server = stack.enter_context(product).server
            each = CONNECTIONS * int(count)
            subjects[count] = asked(server, "/predict", traffic, OURS * int(count), connections=each)
        found = in_turn(subjects, rounds, step)
    two, one = (Line(f"POST /predict, WORKERS={count}", found[count], "µs CPU") for count in ("2", "1"))
    method = f"CPU(/predict with 2 workers) / CPU(/predict with 1), for each {_how(rounds)}"
    return Measured("workers", two.median / one.median, method, (two, one))


def _memory(places: Places, step: Step, traffic: list[str]) -> Measured:
    """Proportional set size: pages that workers share count for each of them in part."""
    step.doing("filling the memory of two workers")
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(movie_service(places, traffic[0], name="memory", settings=_with_workers("2"))).server
        raw = stack.enter_context(raw_hello(places))
        for server in (ours, raw):
            server.load(Load(server.port, "/predict", traffic, RAW * 2))
        pids = _children(ours.process.pid)
        worker = Line("a worker, WORKERS=2", tuple(_pss(pid) for pid in pids), "MB PSS")
        floor = Line("raw ASGI hello, uvicorn alone", (_pss(raw.process.pid),), "MB PSS")
    method = f"proportional memory of a worker after {RAW * 2} requests / of a raw ASGI hello after as many"
    return Measured("memory", worker.median / floor.median, method, (worker, floor))


def _size(places: Places, step: Step) -> Measured:
    python = serve_env.ensure(places, step)
    step.doing("adding up site-packages")
    env = {**places.surroundings(), "PYTHONPATH": str(places.root / "course" / "service" / "src")}
    words: list[str | Path] = [python, "-c", SIZES, places.build / "model"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, cwd=places.root)
    if done.returncode:
        raise BenchTrouble(f"The sizes could not be added up: {done.stderr.strip().splitlines()[-1]}")
    whole, imported = (value / 1e6 for value in json.loads(done.stdout))
    method = "bytes of all packages of requirements/serve.txt / of those that the serving process imports, and lightgbm"
    lines = (Line("packages of serve.txt", (whole,), "MB"), Line("packages that serving imports", (imported,), "MB"))
    return Measured("size", whole / imported, method, lines)


def _how(rounds: int) -> str:
    return f"{CONNECTIONS} connections, medians of {rounds} rounds in turn, server CPU per answer, rotating bodies"


def _with_workers(count: str) -> Mapping[str, str]:
    return {**BARE, "WORKERS": count}


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1e3
    raise BenchTrouble("This system does not tell the proportional memory of a process. Run the bench on Linux.")
