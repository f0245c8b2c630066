"""`python -m course engines times`: how long engines take to come up, beside the most that it may be.

What is timed is what `make infra` does, printed into build/engines.json too. Cold begins with empty caches, as on a
machine that never had these engines, and fetches everything again but Debian's packages, which stay installed.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from course.engines import traces
from course.engines.bring import bring_up
from course.engines.found import NotHere, Say
from course.engines.places import machine_lock
from course.engines.running import alive
from course.engines.table_of_engines import ENGINES

KEPT = Path(__file__).parents[2] / "build" / "engines.json"
# Emptied for a cold start: what is made, what Go compiled and fetched, what uv and pip fetched. Maven's is always one.
CACHES = ("COURSE_ENGINES_CACHE", "GOCACHE", "GOMODCACHE", "UV_CACHE_DIR", "PIP_CACHE_DIR")


@dataclass(frozen=True)
class Kind:
    """One way to come up: the seconds that it may take on two cores with nothing else to do, and how it begins."""

    allowed: int
    says: str
    # Which engines, when none is named; all.
    of: tuple[str, ...] = ()


# In this order one after the other: cold leaves the machine without engines, the others leave them up.
KINDS = {
    "cold": Kind(900, "with empty caches"),
    "warm": Kind(60, "ended before, from the cache"),
    "cluster": Kind(10, "Kubernetes alone, ended before, from the cache", ("kubernetes",)),
    "up": Kind(5, "all of them up already"),
}


@dataclass(frozen=True)
class Row:
    """One measurement. A bar is for all engines of a kind: of some that are named none is said to hold."""

    kind: str
    date: str
    seconds: float
    allowed: int
    load: float
    cores: int
    engines: dict[str, float]
    # Those that this machine cannot have, and those that failed.
    left_out: tuple[str, ...]
    failed: tuple[str, ...]
    of_all: bool

    @property
    def holds(self) -> bool:
        return not self.failed and (self.seconds <= self.allowed or not self.of_all)

    def __str__(self) -> str:
        said = f"{self.kind:<9}{self.seconds:>6.1f} s"
        if self.of_all:
            said += f", at most {self.allowed} s: {'holds' if self.holds else 'does not hold'}"
        for what, names in (("left out", self.left_out), ("not up", self.failed)):
            said += f"; {what}: {', '.join(names)}" if names else ""
        busy = "" if self.holds or self.load < self.cores / 2 else ", and the bar is for none"
        return f"{said} ({KINDS[self.kind].says}; load {self.load} on {self.cores} cores before{busy})"


def measure(kinds: Sequence[str], names: Sequence[str], say: Say) -> int:
    """Measure each kind, of all engines or those that are named, and say a line for each; 1 if one does not hold."""
    rows = []
    for kind in kinds:
        rows.append(_measured(kind, names, say))
        if not names:
            # At once: a later kind may be broken off.
            _keep(rows[-1])
    for row in rows:
        say(str(row))
    return 0 if all(row.holds for row in rows) else 1


def end(names: Sequence[str], say: Say) -> None:
    """Take engines down, and put the machine back once none of ours is left that changed it."""
    for name in reversed(names):
        ENGINES[name].down(say)
    if os.geteuid() == 0 and not any(alive(name) for name in ENGINES):
        traces.restore()


def _measured(kind: str, named: Sequence[str], say: Say) -> Row:
    names = named or KINDS[kind].of or list(ENGINES)
    # Before it begins: what it starts is load too.
    load = round(os.getloadavg()[0], 1)
    with machine_lock():
        if kind != "up":
            end(names, say)
        with _caches(kind, names, say):
            began = time.monotonic()
            brought = bring_up(names, say, lambda name, trouble: say(f"{name}: {trouble}"))
            for name in names:
                # `make infra` ends with a line for each.
                ENGINES[name].find()
            seconds = time.monotonic() - began
    lacks = tuple(name for name, trouble in brought.failed.items() if isinstance(trouble, NotHere))
    failed = tuple(name for name in brought.failed if name not in lacks)
    took = {name: round(one, 1) for name, one in brought.seconds.items()}
    return Row(
        kind, f"{datetime.now(UTC):%Y-%m-%d}", round(seconds, 1), KINDS[kind].allowed, load, os.cpu_count() or 1, took,
        lacks, failed, not named,
    )  # fmt: skip


@contextmanager
def _caches(kind: str, names: Sequence[str], say: Say) -> Iterator[None]:
    """Empty caches for a cold start, removed with all that was started from them; none of the user's is touched."""
    if kind != "cold":
        yield
        return
    place, before = Path(tempfile.mkdtemp(prefix="engines-cold-")), dict(os.environ)
    os.environ |= {name: str(place / name.lower()) for name in CACHES}
    try:
        yield
    finally:
        end(names, say)
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(place, ignore_errors=True)


def _keep(row: Row) -> None:
    known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    KEPT.parent.mkdir(exist_ok=True)
    known[row.kind] = asdict(row) | {"holds": row.holds}
    KEPT.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
