"""What every peer does with a request: the features of the naive endpoint, and `Booster.predict` of a numpy row.

Runs in the peers' environments, which have lightgbm and numpy but nothing of the course's.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from course.benchmarks.naive_row import features

BUNDLE = Path(os.environ.get("PEER_BUNDLE", "build/model"))


class Model:
    """The bundle's model and tables, as a user of these servers loads them."""

    def __init__(self, bundle: Path = BUNDLE) -> None:
        manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
        self.names, self.threshold, self.version = manifest["features"], manifest["threshold"], manifest["version"]
        self.tables = json.loads((bundle / "online.json").read_text(encoding="utf-8"))
        self.booster = lightgbm.Booster(model_file=bundle / "model.txt")

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        row = np.array([list(features(self.tables, self.names, request).values())], dtype=np.float64)
        # One thread: with LightGBM's default a second one spins beside each single row.
        score = float(np.asarray(self.booster.predict(row, num_threads=1))[0])
        return {"prediction": score, "prediction_class": int(score >= self.threshold), "model_version": self.version}
