"""`python -m course train`: trains the model and writes its bundle."""

from __future__ import annotations

import time
from pathlib import Path

from course.training.bundle import BUNDLE_FILES, write_bundle
from course.training.console import Parser, guarded, step
from course.training.fit import fit, prepare
from course.training.folder import refuse_others_files
from course.training.generate import DEFAULT_FOLDER as DATA_FOLDER
from course.training.loader import load

DEFAULT_FOLDER = Path("build/model")


def train(data_folder: Path, folder: Path) -> None:
    """Read a data folder, train, and put the bundle into `folder`."""
    refuse_others_files(folder, BUNDLE_FILES)
    with step("read the data"):
        data = load(data_folder)
    with step("features, as of each rating"):
        prepared = prepare(data)
    with step("train"):
        trained = fit(prepared)
    with step("bundle"):
        write_bundle(folder, data, prepared, trained)
    print(
        f"  {trained.trees} trees. On the last {len(prepared.split.test):,} ratings: "
        f"AUC {trained.auc:.4f}, log loss {trained.log_loss:.4f}, {trained.base_rate:.1%} likes."
    )


def main(argv: list[str]) -> int:
    parser = Parser(prog="python -m course train", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_FOLDER, help="folder in MovieLens-100K format (%(default)s)")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="folder of the bundle (%(default)s)")
    options = parser.parse_args(argv)

    def work() -> None:
        start = time.perf_counter()
        print(f"Model likes-it from {options.data}", flush=True)
        train(options.data, options.out)
        print(f"Wrote {options.out} in {time.perf_counter() - start:.1f} s. Read {options.out / 'MODEL_CARD.md'}.")

    return guarded(work)
