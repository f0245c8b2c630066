"""Judges the model from its prediction log: features and scores at once, its quality when labels have come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from course.project.monitoring.log import Answered, PredictionLog
from course.training.drift import psi
from course.training.loader import Floats, Ints
from course.training.metrics import auc, log_loss

# The newest answers that drift is judged on, and the newest labeled ones that quality is.
WINDOW, LEAST, LABELED = 400, 150, 400
WATCHED = ("age", "item_like", "user_like")


@dataclass(frozen=True)
class Verdict:
    """Two versions, each on its own labels: mean log loss, how many labels, and the difference's standard error."""

    stable: float
    canary: float
    labels: tuple[int, int]
    error: float

    @property
    def z(self) -> float:
        """How many standard errors the canary is worse."""
        return (self.canary - self.stable) / self.error if self.error else 0.0


class Quality:
    """Numbers for the monitoring, and the verdict on a canary."""

    def __init__(self, log: PredictionLog, reference: dict[str, Floats]) -> None:
        self.log = log
        self._reference = reference
        self.registry = CollectorRegistry()
        self._psi = Gauge(
            "model_feature_psi",
            "Population stability index of the newest requests against training.",
            ["feature"],
            registry=self.registry,
        )
        self._auc = Gauge("model_window_auc", "AUC of the newest labeled answers.", registry=self.registry)
        self._labels = Gauge("model_window_labels", "Labeled answers in that window.", registry=self.registry)
        self._from = 0

    def forget(self) -> None:
        """Judge only what is answered from now on: after a repair the old answers say nothing."""
        self.log.follow()
        self._from = len(self.log.answers)

    def look(self) -> None:
        """Read the log and set the numbers."""
        self.log.follow()
        newest = self.log.answers[self._from :][-WINDOW:]
        for name, reference in self._reference.items():
            values = _column(newest, name)
            if len(values) >= LEAST:
                self._psi.labels(name).set(psi(reference, values))
            else:
                # Too few to say anything: NaN is no value that a rule could be true of.
                self._psi.labels(name).set(math.nan)
        truth, scores = self.labeled()
        self._labels.set(len(truth))
        self._auc.set(auc(truth, scores) if 0 < truth.sum() < len(truth) else math.nan)

    def labeled(self, version: str | None = None, newest: int | None = LABELED) -> tuple[Ints, Floats]:
        """Labels and scores of the newest answers whose label has come, of one version if it is named."""
        found = [
            (self.log.labels[one.number], one.score)
            for one in self.log.answers[self._from :]
            if one.number in self.log.labels and version in (None, one.version)
        ]
        kept = found if newest is None else found[-newest:]
        return np.array([label for label, _ in kept], dtype=np.int64), np.array([score for _, score in kept])

    def compare(self, stable: str, canary: str) -> Verdict | None:
        """The canary against the stable version, on answers of the same time; None while there are no labels."""
        parts = [self.labeled(version, newest=None) for version in (stable, canary)]
        if min(len(truth) for truth, _ in parts) < 2:
            return None
        losses = [_losses(*part) for part in parts]
        error = math.sqrt(sum(one.var(ddof=1) / len(one) for one in losses))
        return Verdict(log_loss(*parts[0]), log_loss(*parts[1]), (len(losses[0]), len(losses[1])), error)

    def exposition(self) -> bytes:
        """The numbers as text."""
        return generate_latest(self.registry)


def _losses(truth: Ints, scores: Floats) -> Floats:
    chance = np.clip(np.where(truth == 1, scores, 1 - scores), 1e-15, 1)
    return np.asarray(-np.log(chance))


def _column(answers: Sequence[Answered], name: str) -> Floats:
    if name == "score":
        return np.array([one.score for one in answers])
    values = (one.features.get(name) for one in answers)
    return np.array([value for value in values if value is not None])
