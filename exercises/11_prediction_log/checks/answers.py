"""Computes what the observe task must read from its run, from the trainee's seed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
DRAW = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "draw.py"))


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return {"fell_on": str(DRAW["fell_on"](seed))}
