"""`python -m course.engines times`: how long engines take to come up, into build/engines.json, beside what is allowed.

Warm ends them all first. Cold besides uses an empty cache, as on a machine that never had them; what packages Debian
and Go fetched before stays fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from course.engines import traces
from course.engines.found import EngineTrouble, Say
from course.engines.places import machine_lock
from course.engines.running import alive
from course.engines.table_of_engines import ENGINES

KEPT = Path(__file__).parents[2] / "build" / "engines.json"
# Seconds on two cores with nothing else to do.
ALLOWED = {"up": 5, "warm": 60, "cold": 900}


def measure(kind: str, names: Sequence[str], say: Say) -> int:
    """Measure one of `up`, `warm`, `cold`: a line per engine, and the sum. 1 when an engine did not come up."""
    with _cache(kind), machine_lock():
        if kind != "up":
            end(names, say)
        seconds = {name: _seconds(name, say) for name in names}
        if kind == "cold":
            end(names, say)
    for name, took in seconds.items():
        say(f"{name:<14}{'not up' if took is None else f'{took:.1f} s'}")
    total = sum(took or 0.0 for took in seconds.values())
    load = os.getloadavg()[0]
    busy = f"load {load:.1f} on {os.cpu_count()} cores"
    say(f"{kind:<14}{total:.1f} s, allowed {ALLOWED[kind]} s on an idle machine; {busy}")
    _keep(kind, {name: took and round(took, 1) for name, took in seconds.items()}, total, load)
    return 1 if None in seconds.values() else 0


def end(names: Sequence[str], say: Say) -> None:
    """Take engines down, and put the machine back once none of ours is left that changed it."""
    for name in reversed(names):
        ENGINES[name].down(say)
    if os.geteuid() == 0 and not any(alive(name) for name in ENGINES):
        traces.restore()


def _seconds(name: str, say: Say) -> float | None:
    began = time.monotonic()
    try:
        ENGINES[name].up(say)
    except EngineTrouble as trouble:
        say(f"{name}: {trouble}")
        return None
    return time.monotonic() - began


@contextmanager
def _cache(kind: str) -> Iterator[None]:
    """An empty cache for a cold start, Go's own included; it is removed afterwards."""
    if kind != "cold":
        yield
        return
    place = Path(tempfile.mkdtemp(prefix="engines-cold-"))
    before = dict(os.environ)
    os.environ |= {"COURSE_ENGINES_CACHE": str(place / "engines"), "GOCACHE": str(place / "go")}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(place, ignore_errors=True)


def _keep(kind: str, engines: dict[str, float | None], total: float, load: float) -> None:
    known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    known[kind] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "seconds": round(total, 1), "allowed": ALLOWED[kind],
        "load": round(load, 1), "cores": os.cpu_count(), "engines": engines,
    }  # fmt: skip
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
