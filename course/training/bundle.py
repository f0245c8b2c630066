"""Writes the model bundle: everything that a service needs, with a manifest that vouches for each byte."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from course.training.card import model_card
from course.training.features import FEATURES
from course.training.fit import SEED, Prepared, Trained
from course.training.folder import replaced
from course.training.loader import DataSet
from course.training.online import online_tables

SCHEMA = 1
NAME, VERSION = "likes-it", "1.0.0"
THRESHOLD = 0.5
MODEL, ONLINE, MANIFEST, CARD = "model.txt", "online.json", "manifest.json", "MODEL_CARD.md"
BUNDLE_FILES = (MODEL, ONLINE, MANIFEST, CARD)


def write_bundle(folder: Path, data: DataSet, prepared: Prepared, trained: Trained) -> None:
    """Put a new bundle in the place of the folder, all at once."""
    tables = online_tables(data, prepared.prior)
    online = json.dumps(tables, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    files = {MODEL: trained.text.encode(), ONLINE: online.encode()}
    manifest = make_manifest(files, data, prepared, trained)
    files[MANIFEST] = (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode()
    files[CARD] = model_card(manifest, data, prepared, trained).encode()
    with replaced(folder) as fresh:
        for name, content in files.items():
            (fresh / name).write_bytes(content)


def make_manifest(files: dict[str, bytes], data: DataSet, prepared: Prepared, trained: Trained) -> dict[str, Any]:
    """The facts of a training, without a date: the same data must give the same bytes."""
    split = prepared.split
    parts = {"train": len(split.train), "valid": len(split.valid), "test": len(split.test)}
    return {
        "schema": SCHEMA,
        "name": NAME,
        "version": VERSION,
        "features": list(FEATURES),
        "threshold": THRESHOLD,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
        "training": {
            "data_sha256": data.sha256,
            "seed": SEED,
            "rows": len(data.ratings),
            "split": {"by": "time", **parts},
            "trees": trained.trees,
            "synthetic": data.synthetic,
        },
        "metrics": {
            "auc": round(trained.auc, 6),
            "log_loss": round(trained.log_loss, 6),
            "base_rate": round(trained.base_rate, 6),
        },
        "versions": {
            "lightgbm": version("lightgbm"),
            "numpy": version("numpy"),
            "python": platform.python_version(),
        },
    }
