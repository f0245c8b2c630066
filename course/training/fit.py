"""Trains "likes it" on the earlier ratings and judges it on the later ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course.training.errors import TrainingError
from course.training.features import CATEGORICAL, FEATURES, feature_matrix
from course.training.loader import DataSet, Floats, Ints
from course.training.metrics import auc, log_loss
from course.training.split import Split, split_by_time

SEED = 1
MOST_TREES = 150
# Stop when this many more trees did not help on the validation part.
PATIENCE = 20
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "metric": "binary_logloss",
    "learning_rate": 0.15,
    "num_leaves": 15,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3,
    "seed": SEED,
    # One thread and row-wise histograms: sums in one order, so that the same data gives the same bytes.
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Prepared:
    """The ratings as numbers: features, answers and the three parts."""

    matrix: Floats
    like: Ints
    prior: float
    split: Split


@dataclass(frozen=True)
class Trained:
    """A model as text, and its predictions for the test part in the order of the split."""

    text: str
    trees: int
    predicted: Floats
    auc: float
    log_loss: float
    base_rate: float


def prepare(data: DataSet) -> Prepared:
    """Split by time and build the features; the prior is the like rate of the training part alone."""
    split = split_by_time(data.ratings.time)
    like = data.ratings.like
    for name, rows in (("training", split.train), ("validation", split.valid), ("test", split.test)):
        if len(set(like[rows].tolist())) < 2:
            raise TrainingError(
                f"The {name} part of the ratings ({len(rows)} of {len(like)}) does not hold both likes and dislikes.",
                "use a data set with more ratings",
            )
    prior = float(like[split.train].mean())
    return Prepared(feature_matrix(data, prior), like, prior, split)


def fit(prepared: Prepared) -> Trained:
    """Train with early stopping on the validation part, then judge once on the test part."""
    lightgbm = _lightgbm()
    split, matrix, like = prepared.split, prepared.matrix, prepared.like
    known = lightgbm.Dataset(
        matrix[split.train],
        like[split.train],
        feature_name=list(FEATURES),
        categorical_feature=list(CATEGORICAL),
    )
    unseen = lightgbm.Dataset(matrix[split.valid], like[split.valid], reference=known)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    booster = lightgbm.train(PARAMETERS, known, MOST_TREES, valid_sets=[unseen], callbacks=[stop])
    truth = like[split.test]
    predicted = np.asarray(booster.predict(matrix[split.test], num_iteration=booster.best_iteration))
    return Trained(
        text=booster.model_to_string(num_iteration=booster.best_iteration),
        trees=booster.best_iteration,
        predicted=predicted,
        auc=auc(truth, predicted),
        log_loss=log_loss(truth, predicted),
        base_rate=float(truth.mean()),
    )


def booster_of(trained: Trained) -> Any:
    """The model as LightGBM's own object, to predict many rows with."""
    return _lightgbm().Booster(model_str=trained.text)


def _lightgbm() -> Any:
    # Imported late: --help and the messages about data must not wait for it, nor need it.
    try:
        import lightgbm
    except OSError as error:
        raise explain_missing_library(error) from None
    return lightgbm


def explain_missing_library(error: OSError) -> TrainingError:
    """Slim systems come without the OpenMP runtime that LightGBM links, and no Python package brings it."""
    return TrainingError(
        f"LightGBM cannot be loaded: {error}.",
        "apt-get install libgomp1 (Debian, Ubuntu) or brew install libomp (macOS)",
    )
