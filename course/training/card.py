"""Writes the model card: what the model is for, how good it is and for whom, and where it must not be used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course.training.features import FEATURES
from course.training.fit import Prepared, Trained
from course.training.loader import DataSet, Floats
from course.training.metrics import Segment, auc, log_loss, segment

AGE_BANDS = ((1, 17), (18, 24), (25, 34), (35, 49), (50, 120))

_CARD = """\
# {name} {version}

Estimates the chance that a user likes a movie, that is, rates it 4 or 5 of 5.

## Intended use

Teaching: to be deployed, monitored, broken and repaired in this course.
It may order movies that a user has not seen, in an exercise or a demonstration.

It must not be used

- to decide anything about a person, or to infer something about one from the movies that they like,
- for users under 13, of whom the data holds next to none,
- as evidence of what people of an age, a gender or an occupation like: {tastes},
- in a product: the data is {era}.

## Data

{data}
{rows:,} ratings, cut by time: {train:,} to train on, then {valid:,} to stop at, then {test:,} for the figures below.
Of the ratings in the test part, {strangers:.1%} come from users with no rating in the training part.
SHA-256 over the data files: `{digest}`.

## Features

{count} features, in the order of `manifest.json`: age, gender, occupation, year and genres of the movie, and history:
how many ratings and which share of likes user and movie had, and how much more the user liked these genres than others.
History is point in time: a rating sees only ratings of earlier seconds, of any user.
None depends on the clock at the time of a request.
The tables for a service in `online.json` are as of the last rating of all three parts.

## Training

LightGBM, {trees} trees of at most 15 leaves, stopped early, one thread, seed {seed}.
The model is the one that was judged; it is not trained again on all data.

## Metrics on the test part

| | AUC | log loss |
|---|---|---|
| this model | {auc:.4f} | {log_loss:.4f} |
| the movie's share of likes alone | {item_auc:.4f} | {item_loss:.4f} |
| always the share of likes of the training part | 0.5000 | {prior_loss:.4f} |

{base_rate:.1%} of the test part are likes; the mean prediction is {mean:.1%}.

| segment | rows | likes | AUC |
|---|---|---|---|
{segments}

## Limits

- {limit}
- Cold start: a user without history has 0 ratings, the share of likes of all ratings and no taste for any genre.
  The model then leans on the movie and on demographics.
  The segments by number of earlier ratings show what that costs.
- The shares of likes move with taste and time; without retraining the tables grow old before the model does.
- Age, gender and occupation are what the user said; the gender is one of two letters, as in the source format.

Trained with LightGBM {lightgbm}, NumPy {numpy}, Python {python}.
"""

_SYNTHETIC = {
    "tastes": "here these tastes were made up",
    "era": "synthetic, and its movies do not exist",
    "data": (
        "Synthetic, in the format of MovieLens-100K, made by `python -m course data{seed}`; "
        "no row of the real set is in it."
    ),
    "limit": "Synthetic data: the figures say that the pipeline works, and nothing about people or movies.",
}
_REAL = {
    "tastes": "these are 943 volunteers of 1997 and 1998",
    "era": "from 1997 and 1998, and its license excludes commercial use",
    "data": "A folder in MovieLens-100K format without the marker of the course's generator: taken for the real set.",
    "limit": "Old data: volunteers of one web site in 1997 and 1998, who chose what to rate.",
}


def model_card(manifest: dict[str, Any], data: DataSet, prepared: Prepared, trained: Trained) -> str:
    """Fill the card with the figures of a training."""
    test, training = prepared.split.test, manifest["training"]
    truth, predicted = prepared.like[test], trained.predicted
    movie_alone = prepared.matrix[test, FEATURES.index("item_like")]
    known = np.isin(data.ratings.user[test], data.ratings.user[prepared.split.train])
    texts = dict(_SYNTHETIC if data.synthetic else _REAL)
    texts["data"] = texts["data"].format(seed="" if data.seed is None else f" --seed {data.seed}")
    return _CARD.format(
        **texts,
        **{key: manifest[key] for key in ("name", "version")},
        **{key: training["split"][key] for key in ("train", "valid", "test")},
        **manifest["metrics"],
        **manifest["versions"],
        rows=training["rows"],
        trees=training["trees"],
        seed=training["seed"],
        digest=data.sha256,
        count=len(FEATURES),
        strangers=float((~known).mean()),
        item_auc=auc(truth, movie_alone),
        item_loss=log_loss(truth, movie_alone),
        prior_loss=log_loss(truth, np.full(len(truth), prepared.prior)),
        mean=float(predicted.mean()),
        segments="\n".join(map(_line, segments(data, prepared, predicted))),
    )


def segments(data: DataSet, prepared: Prepared, predicted: Floats) -> Iterable[Segment]:
    """Judge the test part by age band, gender, and how much was known of the user."""
    test = prepared.split.test
    age, gender, history = (prepared.matrix[test, FEATURES.index(name)] for name in ("age", "gender_m", "user_n"))
    groups: list[tuple[str, NDArray[np.bool_]]] = [
        (f"age {low} to {high}", (age >= low) & (age <= high)) for low, high in AGE_BANDS
    ]
    groups += [("gender F", gender == 0), ("gender M", gender == 1)]
    groups += [
        ("no earlier rating of the user", history == 0),
        ("1 to 19 earlier ratings", (history > 0) & (history < 20)),
        ("20 or more earlier ratings", history >= 20),
    ]
    found = (segment(name, prepared.like[test], predicted, rows) for name, rows in groups)
    return [one for one in found if one is not None]


def _line(one: Segment) -> str:
    judged = "one answer only" if one.auc is None else f"{one.auc:.4f}"
    return f"| {one.name} | {one.rows:,} | {one.base_rate:.1%} | {judged} |"
