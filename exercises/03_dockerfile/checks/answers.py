"""Computes what the observe tasks must read from their run, from the trainee's seed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

STARTER = Path(__file__).parents[1] / "starter"
# The given scripts themselves draw, so that what they show and what is asked cannot drift apart.
STEPS = runpy.run_path(str(STARTER / "steps.py"))
IMAGES = runpy.run_path(str(STARTER / "images.py"))


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return {"second_build": second_build(seed), "shipped_mb": shipped_mb(seed), "leaks": leaks(seed)}


def second_build(seed: int) -> int:
    """Seconds of the steps that run again: from the first one that takes the changed file on."""
    steps, changed = STEPS["drawn"](seed)
    first = next(number for number, (_, files, _) in enumerate(steps) if changed in files)
    return sum(seconds for _, _, seconds in steps[first:])


def shipped_mb(seed: int) -> int:
    """All layers of the image that tidies up in a layer of its own."""
    return sum(size for size, _ in IMAGES["drawn"](seed)[IMAGES["asked"](seed)])


def leaks(seed: int) -> str:
    """The image that has the file of a secret in one of its layers."""
    letter: str = IMAGES["holding"](seed, IMAGES["SECRET"])
    return letter
