"""Further versions of the model, as a team would make them: a newer one, one that is worse, one whose tables broke."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from course.training import live
from course.training.bundle import MANIFEST, MODEL, ONLINE
from course.training.drift import retrain
from course.training.features import FEATURES
from course.training.fit import Prepared, fit
from course.training.live import LiveWorld, seen_rows
from course.training.loader import DataSet, Floats
from course.training.scenarios import SCENARIOS
from course.training.tables import LAST_SECOND

# Days after the change until a retraining, whose labels have come by then.
LEARNED_DAYS = 10


def another(bundle: Path, folder: Path, version: str, *, model: str | None = None, online: Any = None) -> Path:
    """A copy of a bundle as another version, with another model or other tables."""
    manifest = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))
    files = {name: (bundle / name).read_bytes() for name in (MODEL, ONLINE)}
    if model is not None:
        files[MODEL] = model.encode()
    if online is not None:
        files[ONLINE] = json.dumps(online, ensure_ascii=False, separators=(",", ":")).encode()
    manifest["version"] = version
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return folder


def worse_model(data: DataSet, prepared: Prepared) -> tuple[str, float]:
    """A model whose training took a rating of 3 for a like, and its AUC on its own test part, which looks fine."""
    lenient = replace(prepared, like=(data.ratings.value >= 3).astype(np.int64))
    trained = fit(lenient)
    return trained.text, trained.auc


def broken_tables(bundle: Path) -> Any:
    """The tables after a nightly job that joined nothing."""
    spoil = SCENARIOS["lost-history"].spoil
    assert spoil is not None
    return spoil(json.loads((bundle / ONLINE).read_text(encoding="utf-8")))


def retrained_model(
    data: DataSet, prepared: Prepared, world: LiveWorld, *, scenario: str = "tastes-flip", seed: int = 11
) -> str:
    """A model that has also learned from the labels of the first days after the scenario began."""
    change = SCENARIOS[scenario]
    traffic = world.traffic(change, days=LEARNED_DAYS, change_day=0, seed=seed)
    rows = seen_rows(data, traffic, prepared.prior, change, change_day=0)
    come = traffic.known(LAST_SECOND + live.DAY * LEARNED_DAYS)
    return str(retrain(prepared, rows[come], traffic.like[come]).model_to_string())


def reference_of(data: DataSet, prepared: Prepared, world: LiveWorld, names: tuple[str, ...]) -> dict[str, Floats]:
    """What the watched features look like when nothing has changed: the first weeks after training."""
    traffic = world.traffic(days=7, seed=3)
    rows = seen_rows(data, traffic, prepared.prior, SCENARIOS["none"])
    return {name: rows[:, FEATURES.index(name)] for name in names}
