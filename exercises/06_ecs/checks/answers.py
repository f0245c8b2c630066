"""Computes what the diagnose and observe tasks must read from their runs, from the trainee's seed alone."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
NIGHT = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "night.py"))


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return causes(seed) | numbers(seed)


def causes(seed: int) -> dict[str, str]:
    """The cause of each of this seed's tickets."""
    return {f"ticket_{letter}": cause for letter, cause in NIGHT["tickets"](seed).items()}


def numbers(seed: int) -> dict[str, int]:
    """What the deployment of this seed shows: tasks that had failed at its end, and the fewest old ones."""
    rows = NIGHT["deployment"](seed)
    (failed,) = (failed for _, _, _, failed, state in rows if state == "FAILED")
    return {"failed_tasks": failed, "least_serving": min(old for _, old, _, _, _ in rows)}
