"""What live tests share: an engine or a skip with its reason, and build/live.json with what they measured."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course.engines.found import Found
from course.engines.table_of_engines import ENGINES

HERE = Path(__file__).parent
LIVE = HERE.parents[1] / "build" / "live.json"


@cache
def need(name: str) -> Found:
    """The engine, or a skip that says why; in CI a failure unless not_in_ci.txt names it."""
    found = ENGINES[name].find()
    if not found.found:
        said = f"{name} is not there: {found.needed}"
        if os.environ.get("CI") == "true" and name not in not_in_ci():
            pytest.fail(f"{said} In CI this test must run.", pytrace=False)
        pytest.skip(said)
    return found


class Live:
    """An engine as a live test uses it: commands with its environment, and waiting for what must become true."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.found, self.folder = need(name), folder
        path = os.pathsep.join([*self.found.path, os.environ["PATH"]])
        self.env = os.environ | dict(self.found.env) | {"PATH": path}

    def ask(self, *argv: str, timeout: float = 600.0, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever its exit code; stdout and stderr in order."""
        return subprocess.run(
            argv, env=self.env, cwd=self.folder, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def run(self, *argv: str, timeout: float = 600.0, given: str = "") -> str:
        """What a command that must succeed says."""
        done = self.ask(*argv, timeout=timeout, given=given)
        assert done.returncode == 0, f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout[-4000:]}"
        return done.stdout.strip()

    def until(self, what: str, true: Callable[[], object], seconds: float = 480.0) -> None:
        """Wait for it; the limit is for a machine on which much else runs."""
        ends = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < ends, f"{what}: not within {seconds:.0f} seconds"
            time.sleep(0.2)


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One test at a time on an engine that the whole machine shares, over all workers and clones."""
    path = Path(tempfile.gettempdir()) / f"course-live-{name}.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def not_in_ci() -> dict[str, str]:
    """Engine to reason, from not_in_ci.txt."""
    lines = (HERE / "not_in_ci.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in pairs}


@dataclass
class Figure:
    """What a live test measured. A block that sets nothing had nothing to count, and its end is the value."""

    value: Any = True
    holds: bool = True


@contextlib.contextmanager
def figure(name: str, bar: str, *, engine: str) -> Iterator[Figure]:
    """Measure a block, and write its row to build/live.json; one that fails is written as one that does not hold."""
    made, began = Figure(), time.monotonic()

    def write() -> None:
        _record(name, made.value, bar, made.holds, engine=engine, seconds=time.monotonic() - began)

    try:
        yield made
    except (Exception, pytest.fail.Exception):
        made.value, made.holds = "failed" if made.value is True else made.value, False
        write()
        raise
    write()


def _record(name: str, value: Any, bar: str, holds: bool, *, engine: str, seconds: float) -> None:
    """Write one figure to build/live.json, with the version that the engine reported; the last one of a name stays."""
    LIVE.parent.mkdir(exist_ok=True)
    entry = {
        "name": name, "value": value, "bar": bar, "holds": holds, "engine": f"{engine} {need(engine).version}",
        "seconds": round(seconds, 1),
    }  # fmt: skip
    with LIVE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(LIVE.read_text(encoding="utf-8")) if LIVE.is_file() else []
        rows = [one for one in known if one["name"] != name] + [entry]
        LIVE.write_text(json.dumps(sorted(rows, key=lambda one: str(one["name"])), indent=1) + "\n", encoding="utf-8")
