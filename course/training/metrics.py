"""How good predicted probabilities are: AUC and log loss, over all rows and per segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course.training.loader import Floats, Ints


@dataclass(frozen=True)
class Segment:
    """The AUC of some of the rows; None where all of them have the same answer."""

    name: str
    rows: int
    base_rate: float
    auc: float | None


def auc(truth: Ints, score: Floats) -> float:
    """Chance that a like gets a higher score than a dislike; equal scores count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    likes = int(truth.sum())
    dislikes = len(truth) - likes
    return float((rank[truth == 1].sum() - likes * (likes + 1) / 2) / (likes * dislikes))


def log_loss(truth: Ints, score: Floats) -> float:
    """Mean surprise in nats; a sure and wrong prediction is cut off at 1e-15 instead of being infinite."""
    chance = np.clip(np.where(truth == 1, score, 1 - score), 1e-15, 1)
    return float(-np.log(chance).mean())


def segment(name: str, truth: Ints, score: Floats, rows: NDArray[np.bool_]) -> Segment | None:
    """Judge the marked rows alone; None where none is marked."""
    if not rows.any():
        return None
    part = truth[rows]
    mixed = 0 < part.sum() < len(part)
    return Segment(name, len(part), float(part.mean()), auc(part, score[rows]) if mixed else None)
