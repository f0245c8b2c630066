"""Cuts the ratings by time: a model is judged on what came after all it has learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course.training.loader import Ints

TRAIN_SHARE, VALID_SHARE = 0.70, 0.15


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts, each in the order of time."""

    train: Ints
    valid: Ints
    test: Ints


def split_by_time(time: Ints) -> Split:
    """Cut at 70 and 85 percent of the rows; ratings of one second always stay together."""
    order = np.argsort(time, kind="stable")
    ordered = time[order]
    # searchsorted moves a cut back to the first rating of its second.
    cuts = [
        int(np.searchsorted(ordered, ordered[int(len(ordered) * share)]))
        for share in (TRAIN_SHARE, TRAIN_SHARE + VALID_SHARE)
    ]
    train, valid, test = np.split(order, cuts)
    return Split(train, valid, test)
