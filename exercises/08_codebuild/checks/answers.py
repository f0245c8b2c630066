"""Computes what the observe tasks must read from their run, from the trainee's seed alone."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
HISTORY = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "history.py"))


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return {
        "bad_build": build_that(seed, "PUSHED"),
        "masked_build": build_that(seed, "MASKED"),
        "billed_minutes": billed_minutes(seed),
    }


def build_that(seed: int, met: str) -> int:
    """The number of the build that met this."""
    (number,) = (one for one, what, *_ in HISTORY["builds"](seed) if what == HISTORY[met])
    return int(number)


def totals(seed: int) -> list[int]:
    """The seconds of each build."""
    return [sum(phases) for _, *phases in HISTORY["seconds"](seed)]


def billed_minutes(seed: int) -> int:
    """Each build rounded up to a whole minute, then added."""
    return sum(-(-total // 60) for total in totals(seed))
