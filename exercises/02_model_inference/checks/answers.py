"""Computes what the observe tasks must read from their run, from the trainee's seed and the given model."""

from __future__ import annotations

import json
import random
import runpy
from pathlib import Path
from typing import Any

from checker import sibling

ROWS = 300
# The given script itself draws, so that what it shows and what is asked cannot drift apart.
DRAW = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "draw.py"))


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    folder = resources["model"]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {
        "mislaid": mislaid(seed, manifest["features"]),
        "changed_class": changed_class(seed, folder, manifest),
    }


def mislaid(seed: int, features: list[str]) -> str:
    """Whose number stands at the asked place when the columns are in alphabetical order."""
    return sorted(features)[features.index(asked(seed, features))]


def asked(seed: int, features: list[str]) -> str:
    """The feature whose place probe.py asks about."""
    name: str = DRAW["asked"](features, seed)
    return name


def changed_class(seed: int, folder: Path, manifest: dict[str, Any]) -> int:
    """How many of the drawn requests change class when the columns are in alphabetical order."""
    trees = sibling(__file__, "trees")
    online = json.loads((folder / "online.json").read_text("utf-8"))
    model = trees.read_trees((folder / "model.txt").read_text("utf-8"))
    changed = 0
    for request in DRAW["requests"](online, ROWS, random.Random(seed)):
        values = trees.values(online, request)
        right = trees.score(model, [values[name] for name in manifest["features"]])
        wrong = trees.score(model, [values[name] for name in sorted(values)])
        changed += (right >= manifest["threshold"]) != (wrong >= manifest["threshold"])
    return changed
