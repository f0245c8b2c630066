"""`python -m course bench`: measure, print tables, write build/bench.json, exit 1 when a bar is not held."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from course.benchmarks import (
    capabilities,
    endpoints,
    exercise_time,
    feedback,
    grading,
    graphs,
    latency,
    overload,
    published,
    report,
    scale,
    start_up,
)
from course.benchmarks.peers import measure
from course.benchmarks.report import NAMES, OURS, PEERS, BenchTrouble, Measured
from course.start import products
from course.start.console import Console, Step, Trouble, console_for
from course.start.places import Places, this_clone
from course.training.console import Parser, complain
from course.training.errors import TrainingError

ENDPOINTS = ("raw hello", "naive", "batch")
SCALE = ("fast route", "workers", "memory", "size")

Work = Callable[[Step], list[Measured]]


def run(argv: Sequence[str]) -> int:
    """Exit 0 when every bar asked for is held, 1 when not, 2 for misuse, 3 when data or model cannot be made."""
    parser = Parser(prog="python -m course bench", description=__doc__)
    parser.add_argument(
        "--only", metavar="NAME", action="append", help=f"one row, again for another: {', '.join(NAMES)}"
    )
    parser.add_argument("--peers", action="store_true", help="the servers that one would pick instead, from PyPI")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--svg", metavar="FOLDER", type=Path, help="draw the pictures of what was measured there")
    parser.add_argument(
        "--publish", action="store_true", help="measure nothing: take build/bench.json over into what the site shows"
    )
    options = parser.parse_args(argv)
    if options.publish:
        return published.publish(this_clone().build / "bench.json")
    for name in options.only or ():
        if name not in NAMES:
            parser.error(f"there is no measurement {name!r}; there are {', '.join(map(repr, NAMES))}")
    names = tuple(name for name in NAMES if name in (options.only or (PEERS if options.peers else OURS)))
    places, console = this_clone(), console_for(sys.stderr)
    try:
        for product in (products.DATA, products.MODEL):
            products.ensure(product, places, console)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    return bench(places, console, names, quick=options.quick, svg=options.svg)


def bench(places: Places, console: Console, names: Sequence[str], *, quick: bool, svg: Path | None = None) -> int:
    began = time.monotonic()
    this = report.this_run(places.root, quick=quick)
    print(f"commit {this.commit}, load {_load()}, {this.cores} processors")
    print("versions " + ", ".join(f"{name} {version}" for name, version in this.versions.items()))
    rows = []
    for measured in _measure(places, console, names, quick):
        rows.append(report.row_of(measured, this, load=os.getloadavg()))
        print(f"\n{report.table(measured)}", flush=True)
    if svg is not None:
        graphs.write(svg, {row.name: row for row in rows})
    out = places.build / "bench.json"
    report.write(out, rows, measured=names)
    text, all_hold = report.verdicts(rows, names)
    print(f"\n{text}\n\nload {_load()} at the end; {places.named(out)} written in {time.monotonic() - began:.0f} s")
    return 0 if all_hold else 1


def _measure(places: Places, console: Console, names: Sequence[str], quick: bool) -> Iterator[Measured]:
    """All that can be measured; what cannot is said on stderr and has no row."""
    asked = [name for name in ENDPOINTS if name in names]
    if asked:
        yield from _said(console, "endpoints", lambda step: endpoints.measure(places, step, asked, quick=quick))
    if "capabilities" in names:
        yield from _said(console, "capabilities", lambda step: [capabilities.measure(places, step, quick=quick)])
    scaled = [name for name in SCALE if name in names]
    if scaled:
        yield from _said(console, "scale", lambda step: scale.measure(places, step, scaled, quick=quick))
    if "overload" in names:
        yield from _said(console, "overload", lambda step: [overload.measure(places, step, quick=quick)])
    if "latency" in names:
        yield from _said(console, "latency", lambda step: [latency.measure(places, step, quick=quick)])
    if "import" in names:
        yield from _said(console, "import", lambda step: [start_up.measure(places, step, quick=quick)])
    if "feedback" in names:
        yield from _said(console, "feedback", lambda step: [feedback.measure(places, step, quick=quick)])
    if "exercises" in names:
        yield from _said(console, "exercises", lambda step: [exercise_time.measure(places, step, quick=quick)])
    peers = [name for name in names if name in PEERS]
    if peers:
        yield from _said(console, "peers", lambda step: measure.measure(places, step, peers, _refused, quick=quick))
    graded = [name for name in names if name.startswith("grade: ")]
    if graded:
        yield from _said(console, "grading", lambda step: grading.measure(places, step, graded, quick=quick))


def _refused(problem: str) -> None:
    complain(problem, "read build/logs/bench-peers.log and build/bench")


def _said(console: Console, name: str, work: Work) -> list[Measured]:
    try:
        with console.step(name, "starting") as step:
            found = work(step)
            step.done("measured")
            return found
    except BenchTrouble as trouble:
        complain(str(trouble), "python -m course bench --only NAME, once that is mended")
    except TrainingError as trouble:
        complain(trouble.problem, trouble.remedy)
    return []


def _load() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())
