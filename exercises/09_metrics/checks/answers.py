"""Computes what must be read from the tables, from the trainee's seed alone."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

GIVEN = Path(__file__).parents[1] / "starter"


def _run(name: str) -> dict[str, Any]:
    # The given scripts draw themselves, so that what they show and what is asked cannot drift apart.
    sys.path.insert(0, str(GIVEN))
    try:
        return runpy.run_path(str(GIVEN / name))
    finally:
        sys.path.remove(str(GIVEN))
        sys.modules.pop("buckets", None)


BUCKETS, PANELS = _run("buckets.py"), _run("panels.py")


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    both = both_pods(seed)
    right = {
        "over_100_ms": both[-1] - both[BUCKETS["BOUNDS"].index(BUCKETS["GOAL"])],
        "p95_ms": round(BUCKETS["quantile"](0.95, both) * 1000),
    }
    return right | {f"panel_{number}": word for number, word in enumerate(panels(seed), 1)}


def both_pods(seed: int) -> list[int]:
    """The buckets of the service: those of both pods, added."""
    return [sum(pair) for pair in zip(*BUCKETS["drawn"](seed).values(), strict=True)]


def pods(seed: int) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = BUCKETS["drawn"](seed)
    return counts


def p95(counts: list[int]) -> float:
    """The p95 of some buckets in milliseconds."""
    return float(BUCKETS["quantile"](0.95, counts) * 1000)


def bucket_of(seed: int) -> tuple[float, float]:
    """The bounds, in milliseconds, of the bucket that holds the service's p95."""
    bounds = BUCKETS["BOUNDS"]
    place = next(n for n, bound in enumerate(bounds) if bound * 1000 >= p95(both_pods(seed)))
    return bounds[place - 1] * 1000, bounds[place] * 1000


def panels(seed: int) -> list[str]:
    words: list[str] = PANELS["drawn"](seed)
    return words
