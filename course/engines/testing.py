"""What live tests share: an engine or a skip with its reason, and build/live.json with what they measured."""

from __future__ import annotations

import fcntl
import json
import os
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


def not_in_ci() -> dict[str, str]:
    """Engine to reason, from not_in_ci.txt."""
    lines = (HERE / "not_in_ci.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in pairs}


def record(name: str, value: Any, bar: str, holds: bool, *, engine: str, seconds: float) -> None:
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
