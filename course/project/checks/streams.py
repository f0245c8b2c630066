"""Labels that come back for two models, as a policy sees them: counts, mean log loss, its variance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# One look after so many new labels of the canary; the champion has three times as many.
BATCH, LOOKS, CHAMPIONS = 20, 100, 3
LOSS, SPREAD, WORSE = 0.60, 0.45, 0.15


@dataclass
class Side:
    """One model's record so far."""

    mean: float
    errors_each: int = 0
    requests: int = 0
    errors: int = 0
    labels: int = 0
    total: float = 0.0
    squares: float = 0.0

    def grow(self, labels: int, draw: random.Random) -> None:
        # Three answers of four are never labeled.
        self.requests += 4 * labels
        self.errors += self.errors_each
        shape = (self.mean / SPREAD) ** 2
        losses = [draw.gammavariate(shape, self.mean / shape) for _ in range(labels)]
        self.labels += labels
        self.total += sum(losses)
        self.squares += sum(one * one for one in losses)

    def told(self) -> dict[str, Any]:
        mean = self.total / self.labels if self.labels else 0.0
        variance = (self.squares - self.labels * mean * mean) / (self.labels - 1) if self.labels > 1 else 0.0
        return {
            "requests": self.requests, "errors": self.errors, "labels": self.labels, "log_loss": mean,
            "variance": variance,
        }  # fmt: skip


def unlabeled(one_in: int) -> Iterator[list[Any]]:
    """Before any label has come: one of so many requests fails, in both models, and first in the canary."""
    champion, canary = Side(LOSS), Side(LOSS)
    for _ in range(LOOKS):
        champion.requests += 4 * BATCH * CHAMPIONS
        canary.requests += 4 * BATCH
        champion.errors = champion.requests // one_in
        canary.errors = (canary.requests + one_in - BATCH) // one_in
        yield [champion.told(), canary.told()]


def looks(draw: random.Random, *, worse: float = 0.0, errors_each: int = 0, labels: bool = True) -> Iterator[list[Any]]:
    """What a policy is shown after each batch: the champion's record, then the canary's."""
    champion, canary = Side(LOSS), Side(LOSS + worse, errors_each)
    for _ in range(LOOKS):
        champion.grow(BATCH * CHAMPIONS if labels else 0, draw)
        canary.grow(BATCH if labels else 0, draw)
        if not labels:
            champion.requests += 4 * BATCH * CHAMPIONS
            canary.requests += 4 * BATCH
        yield [champion.told(), canary.told()]
