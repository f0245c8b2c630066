"""`python -m course data`: writes the seeded data set in MovieLens-100K format."""

from __future__ import annotations

import time
from pathlib import Path

from course.training import tables
from course.training.console import Parser, guarded, step
from course.training.errors import TrainingError
from course.training.files import DATA_FILES, MARKER, write_data_set
from course.training.folder import refuse_others_files, replaced
from course.training.world import make_ratings, make_world

DEFAULT_SEED = 100
DEFAULT_FOLDER = Path("build/data")
# NumPy takes seeds of 32 bits.
_LARGEST_SEED = 2**32 - 1


def generate(
    folder: Path,
    *,
    seed: int = DEFAULT_SEED,
    users: int = tables.USERS,
    movies: int = tables.MOVIES,
    ratings: int = tables.RATINGS,
) -> None:
    """Write the data set of a seed; smaller worlds are for tests and are no MovieLens-100K."""
    refuse_real_data(folder)
    refuse_others_files(folder, [*DATA_FILES, MARKER])
    with step("people and movies"):
        world = make_world(seed, users=users, movies=movies)
    with step("ratings"):
        made = make_ratings(world, ratings)
    with step("files"), replaced(folder) as fresh:
        write_data_set(fresh, world, made)


def refuse_real_data(folder: Path) -> None:
    """Refuse a folder with data that this generator did not mark as its own."""
    found = [name for name in DATA_FILES if (folder / name).exists()]
    if found and not (folder / MARKER).exists():
        raise TrainingError(
            f"{folder} holds {found[0]!r} without the marker {MARKER!r}: it looks like a real data set, "
            "and would be overwritten.",
            f"choose another folder with --out, or train on this one: python -m course train --data {folder}",
        )


def main(argv: list[str]) -> int:
    parser = Parser(prog="python -m course data", description=__doc__)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same files (%(default)s)")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="folder to write (%(default)s)")
    options = parser.parse_args(argv)
    if not 0 <= options.seed <= _LARGEST_SEED:
        parser.error(f"argument --seed: {options.seed} is not between 0 and {_LARGEST_SEED}")

    def work() -> None:
        start = time.perf_counter()
        print(f"Synthetic data in MovieLens-100K format, seed {options.seed}", flush=True)
        generate(options.out, seed=options.seed)
        print(
            f"Wrote {options.out}: {tables.USERS} users, {tables.MOVIES:,} movies, {tables.RATINGS:,} ratings "
            f"in {time.perf_counter() - start:.1f} s."
        )

    return guarded(work)
