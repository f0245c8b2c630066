"""Computes what the observe tasks must read from their run, from the trainee's seed alone."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
HISTORY = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "history.py"))
LIMIT = 1.0
# What the table shows of a digest.
SHOWN = 19


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return {"bad_run": bad_run(seed), "rollback_to": rollback_to(seed)}


def bad_run(seed: int) -> int:
    """The run whose tests failed and whose production job succeeded."""
    (number,) = (one for one, _, results in HISTORY["runs"](seed) if (results[0], results[3]) == ("failure", "success"))
    return int(number)


def rollback_to(seed: int) -> str:
    """The newest digest that production ran below the limit, as the table shows it."""
    return right_digest(seed)[:SHOWN]


def right_digest(seed: int) -> str:
    """The same digest, whole."""
    return str([digest for _, digest, percent in HISTORY["deployments"](seed) if percent < LIMIT][-1])


def is_deployment(named: str, digest: str) -> bool:
    """Whether somebody means this digest: as the table shows it, or with more of its digits."""
    bare = f"sha256:{named.strip().rstrip('.…').removeprefix('sha256:')}"
    return len(bare) >= SHOWN and digest.startswith(bare)
