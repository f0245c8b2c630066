"""python -m movie_service.files score requests.csv scored.parquet"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from movie_service.errors import ModelUnavailable, SettingsError
from movie_service.files import job
from movie_service.predictor import load_predictor


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when every row has a score, 1 when some were refused, 2 for misuse, 3 without a model."""
    asked = _parser().parse_args(arguments)
    try:
        model = load_predictor(asked.model)
        done = job.score(asked.source, asked.target, model, size=asked.piece, progress=Shown())
    except SettingsError as error:
        print(f"error: {error}\ntry: {error.advice}", file=sys.stderr)
        return 2
    except ModelUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    resumed = f", {done.found:,} of them by an earlier start" if done.found else ""
    refused = f"; {done.refused:,} were refused, column 'error' says why" if done.refused else ""
    print(f"{asked.target}: {done.rows:,} rows by model {model.version}{resumed}{refused}")
    return 1 if done.refused else 0


class Shown:
    """Says on stderr how far it is; a terminal gets one line that changes, a log a line every few seconds."""

    def __init__(self) -> None:
        self._began = self._said = monotonic()

    def __call__(self, rows: int, share: float) -> None:
        """Called after each piece."""
        now, terminal = monotonic(), sys.stderr.isatty()
        if now - self._said < (0.2 if terminal else 5):
            return
        self._said = now
        left = (now - self._began) / share * (1 - share) if share else 0
        end = "\r" if terminal else "\n"
        print(f"{share:4.0%}  {rows:>12,} rows  {left:6.0f} s left", end=end, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m movie_service.files", description="Score a file of requests.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    score = verbs.add_parser("score", help="add predictions to a file; started again, it goes on where it ended")
    score.add_argument("source", type=Path, help="a .csv or .parquet with user_id, movie_id, age, gender, occupation")
    score.add_argument("target", type=Path, help="the same rows with predictions, as .csv or .parquet")
    score.add_argument("--model", type=Path, default=Path("build/model"), help="folder of the bundle; build/model")
    score.add_argument("--piece", type=int, default=10_000, help="rows in memory at a time; 10000")
    return parser


if __name__ == "__main__":
    sys.exit(main())
