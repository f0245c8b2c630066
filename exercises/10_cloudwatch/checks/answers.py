"""Computes what the observe task must find, from the trainee's seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker import sibling


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    nights = sibling(__file__, "nights")
    return {"began": nights.clock(nights.NIGHT["plan"](seed)["errors"][0])}
