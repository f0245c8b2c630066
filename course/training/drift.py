"""`python -m course drift`: four weeks after training, judged on inputs, on scores, and on labels that come late."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course.training import live
from course.training.console import Parser, guarded
from course.training.features import CATEGORICAL, FEATURES
from course.training.fit import PARAMETERS, Prepared, booster_of, fit, prepare
from course.training.generate import DEFAULT_FOLDER as DATA_FOLDER
from course.training.live import DAY, LiveWorld, Traffic, seen_rows
from course.training.loader import DataSet, Floats, Ints, load
from course.training.metrics import auc, log_loss
from course.training.scenarios import SCENARIOS, Scenario, scenario
from course.training.tables import LAST_SECOND

# The days that stand for "after": a few days later, so that a slow change is whole or nearly so.
AFTER_DAY = live.CHANGE_DAY + 4
BINS = 10
# Old ratings weigh a fifth: there are many, and they tell of tastes that may be gone.
OLD_ROWS, OLD_WEIGHT, RETRAIN_DAY, RETRAIN_TREES = 20_000, 0.2, 24, 150


@dataclass(frozen=True)
class Judged:
    """What monitoring can see of a scenario: two kinds of drift at once, the harm only with the labels."""

    name: str
    psi: dict[str, float]
    auc: tuple[float, float]
    loss: tuple[float, float]
    likes: tuple[float, float]


def psi(before: Floats | Ints, after: Floats | Ints, bins: int = BINS) -> float:
    """Population stability index: over 0.1 look at it, over 0.25 it has moved. Edges are quantiles of `before`."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    shares = []
    for values in (before, after):
        counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
        # Half a request in each bin, so that an empty one gives a large number and not an infinite one.
        shares.append((counts + 0.5) / (counts + 0.5).sum())
    first, second = shares
    return float(((second - first) * np.log(second / first)).sum())


def judge(name: str, traffic: Traffic, rows: Floats, predicted: Floats) -> Judged:
    """Compare the days before the change with those after it."""
    before, after = traffic.day < live.CHANGE_DAY, traffic.day >= AFTER_DAY

    def both(of: Any) -> tuple[float, float]:
        return of(before), of(after)

    def moved(values: Floats | Ints) -> float:
        return psi(values[before], values[after])

    return Judged(
        name=name,
        psi={
            "age": moved(traffic.age),
            "item_like": moved(rows[:, FEATURES.index("item_like")]),
            "prediction": moved(predicted),
        },
        auc=both(lambda part: auc(traffic.like[part], predicted[part])),
        loss=both(lambda part: log_loss(traffic.like[part], predicted[part])),
        likes=both(lambda part: float(traffic.like[part].mean())),
    )


def retrain(prepared: Prepared, rows: Floats, like: Ints) -> Any:
    """A model of the newest old ratings and of what was labeled since; it learns tastes that are new."""
    import lightgbm

    newest = np.r_[prepared.split.valid, prepared.split.test][-OLD_ROWS:]
    known = lightgbm.Dataset(
        np.r_[prepared.matrix[newest], rows],
        np.r_[prepared.like[newest], like],
        weight=np.r_[np.full(len(newest), OLD_WEIGHT), np.ones(len(rows))],
        feature_name=list(FEATURES),
        categorical_feature=list(CATEGORICAL),
    )
    return lightgbm.train(PARAMETERS | {"learning_rate": 0.05}, known, RETRAIN_TREES)


@dataclass(frozen=True)
class Simulation:
    """A data set with the model that it gave, ready to meet what comes."""

    data: DataSet
    world: LiveWorld
    prepared: Prepared
    booster: Any

    @classmethod
    def of(cls, folder: Path) -> Simulation:
        data = load(folder)
        # First, because only a generated world has a future.
        world = LiveWorld(data)
        prepared = prepare(data)
        return cls(data, world, prepared, booster_of(fit(prepared)))

    def meet(self, change: Scenario) -> tuple[Traffic, Floats, Floats]:
        """The requests of a scenario, the features that the service makes of them, and its scores."""
        traffic = self.world.traffic(change)
        rows = seen_rows(self.data, traffic, self.prepared.prior, change)
        return traffic, rows, np.asarray(self.booster.predict(rows))

    def repaired(self, change: Scenario) -> tuple[float, float, int]:
        """On the last days of a scenario: AUC of the old model, of one retrained on labels that had come, and on how
        many of them."""
        traffic, rows, predicted = self.meet(change)
        last: NDArray[np.bool_] = traffic.day >= RETRAIN_DAY
        come = traffic.known(LAST_SECOND + DAY * RETRAIN_DAY) & (traffic.day >= live.CHANGE_DAY)
        new = retrain(self.prepared, rows[come], traffic.like[come])
        truth = traffic.like[last]
        return auc(truth, predicted[last]), auc(truth, np.asarray(new.predict(rows[last]))), int(come.sum())


_HEAD = f"{'scenario':<21} {'PSI age':>8} {'movies':>7} {'scores':>7}   {'AUC':<13} {'log loss':<13} likes"


def line(one: Judged) -> str:
    """A row of the table."""
    drift = f"{one.psi['age']:>8.3f} {one.psi['item_like']:>7.3f} {one.psi['prediction']:>7.3f}"
    auc_, loss, likes = (f"{before:.3f} > {after:.3f}" for before, after in (one.auc, one.loss, one.likes))
    return f"{one.name:<21} {drift}   {auc_} {loss} {likes}"


def _print(folder: Path, names: Sequence[str]) -> None:
    simulation = Simulation.of(folder)
    print(f"{live.DAYS} days of about {live.PER_DAY:,} requests; the change comes on day {live.CHANGE_DAY}.")
    print(f"Before: days 0 to {live.CHANGE_DAY - 1}. After: from day {AFTER_DAY} on.\n\n{_HEAD}")
    for name in names:
        print(line(judge(name, *simulation.meet(SCENARIOS[name]))), flush=True)
    traffic = simulation.world.traffic()
    come, last = traffic.known(LAST_SECOND + DAY * live.DAYS), traffic.day == live.DAYS - 1
    print(
        f"\nLabels that are there at the end of the last day: {come[last].mean():.0%} of that day's, "
        f"{come.mean():.0%} of all."
    )
    if "tastes-flip" in names:
        old, new, count = simulation.repaired(SCENARIOS["tastes-flip"])
        print(
            f"Retrained on the {count:,} labels that had come by day {RETRAIN_DAY}: "
            f"AUC {old:.3f} > {new:.3f} on the days after it."
        )


def main(argv: list[str]) -> int:
    listed = "\n".join(f"  {name:<21} {one.says}" for name, one in SCENARIOS.items())
    parser = Parser(
        prog="python -m course drift",
        description=__doc__,
        epilog=f"scenarios:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="*", help="which to show; all of them when none is named")
    parser.add_argument("--data", type=Path, default=DATA_FOLDER, help="folder of generated data (%(default)s)")
    options = parser.parse_args(argv)

    def work() -> None:
        for name in options.scenario:
            scenario(name)
        _print(options.data, options.scenario or list(SCENARIOS))

    return guarded(work)
