"""Train what naive_app.py serves: `python -m course.benchmarks.naive_model`."""

from __future__ import annotations

import json
from pathlib import Path

DATA, BUNDLE, OUT = Path("build/data"), Path("build/model"), Path("build/bench/naive.joblib")


def train(data_folder: Path, bundle: Path, out: Path) -> None:
    """Same data, same features, same number of trees as the bundle, behind scikit-learn's interface."""
    import joblib  # type: ignore[import-untyped]
    import pandas as pd
    from lightgbm import LGBMClassifier

    from course.training.features import CATEGORICAL, FEATURES
    from course.training.fit import PARAMETERS, prepare
    from course.training.loader import load

    prepared = prepare(load(data_folder))
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    frame = pd.DataFrame(prepared.matrix[prepared.split.train], columns=list(FEATURES))
    model = LGBMClassifier(
        n_estimators=manifest["training"]["trees"],
        num_leaves=PARAMETERS["num_leaves"],
        learning_rate=PARAMETERS["learning_rate"],
        min_child_samples=PARAMETERS["min_data_in_leaf"],
        random_state=PARAMETERS["seed"],
        verbosity=-1,
    )
    model.fit(frame, prepared.like[prepared.split.train], categorical_feature=list(CATEGORICAL))
    tables = json.loads((bundle / "online.json").read_text(encoding="utf-8"))
    out.parent.mkdir(parents=True, exist_ok=True)
    stored = {"model": model, "features": FEATURES, "tables": tables}
    joblib.dump(stored, out)


if __name__ == "__main__":
    train(DATA, BUNDLE, OUT)
    print(f"wrote {OUT}")
