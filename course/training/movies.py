"""The movies of the synthetic data set: what u.item says of them, and how good and how known they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course.training import tables
from course.training.people import FACTORS
from course.training.tables import MONTHS
from course.training.titles import make_titles

Floats = NDArray[np.float64]
Flags = NDArray[np.int64]

UNTITLED = 267  # titled "unknown", without a date and a link: loaders trip over it
OTHER_UNKNOWN = 1373  # the second movie of the genre "unknown"
_RECENT = {1993: 0.11, 1994: 0.18, 1995: 0.19, 1996: 0.28, 1997: 0.20, 1998: 0.04}
_POPULARITY_SHAPE = 0.71
_QUALITY_SPREAD = 0.38
_FAME_HELPS = 0.27
_FACTOR_SPREAD = 0.85
_MOST_GENRES = 3  # a movie that has more is not given another


@dataclass(frozen=True)
class Movies:
    """Columns of u.item, then the hidden half: quality, popularity (log) and factors."""

    title: list[str]
    release: list[str]
    year: NDArray[np.int64]
    flags: Flags
    quality: Floats
    popularity: Floats
    factors: Floats

    def __len__(self) -> int:
        return len(self.title)


def make_movies(movies: int, random: np.random.RandomState) -> Movies:
    """Make movies with the published genre counts and the quirks of the real u.item."""
    flags = _flags(movies, random)
    year = _years(movies, random)
    example = tables.EXAMPLE_MOVIE - 1
    if movies > example:
        year[example] = 1997
    copies = tables.MOVIES - tables.DISTINCT_TITLES if movies == tables.MOVIES else 0
    title = make_titles(year.tolist(), random, copies=copies)
    release = _release_dates(year, random)
    popularity = np.log(random.weibull(_POPULARITY_SHAPE, movies) + 1e-3)
    if movies > example:
        title[example], release[example] = "Second Signal (1997)", "27-Jun-1997"
        popularity[example] = np.quantile(popularity, 0.93)
    if movies >= UNTITLED:
        title[UNTITLED - 1], release[UNTITLED - 1] = "unknown", ""
    fame = (popularity - popularity.mean()) / popularity.std()
    quality = _FAME_HELPS * fame + random.normal(0, _QUALITY_SPREAD, movies)
    factors = random.normal(0, _FACTOR_SPREAD, (movies, FACTORS))
    return Movies(title, release, year, flags, quality, popularity, factors)


def _years(movies: int, random: np.random.RandomState) -> NDArray[np.int64]:
    recent = random.choice(list(_RECENT), movies, p=list(_RECENT.values()))
    older = 1992 - np.floor(random.exponential(16, movies)).astype(np.int64)
    return np.clip(np.where(random.random_sample(movies) < 0.72, recent, older), 1922, 1998)


def _release_dates(year: NDArray[np.int64], random: np.random.RandomState) -> list[str]:
    """Exact days for recent movies, the first of January for older ones, as in the real set."""
    days, months = random.randint(1, 29, len(year)), random.randint(12, size=len(year))
    return [
        f"{day:02d}-{MONTHS[month]}-{value}" if value > 1992 else f"01-Jan-{value}"
        for day, month, value in zip(days, months, year, strict=True)
    ]


def _flags(movies: int, random: np.random.RandomState) -> Flags:
    names = list(tables.LEADING)
    leading = random.choice(names, movies, p=list(tables.LEADING.values()))
    chance = np.zeros((movies, len(tables.GENRES)))
    for name in names:
        chance[leading == name] = tables.by_genre(tables.COMPANIONS.get(name, {}))
    flags = (random.random_sample(chance.shape) < chance).astype(np.int64)
    flags[np.arange(movies), [tables.GENRES.index(name) for name in leading]] = 1
    fixed = _fix_known_movies(flags)
    for _ in range(4):  # one genre's correction disturbs the next, less each time
        for genre in range(1, len(tables.GENRES)):
            _correct_count(flags, genre, random, fixed=fixed)
    return flags


def _fix_known_movies(flags: Flags) -> NDArray[np.bool_]:
    """Set the movies that must be as they are, and return which those are."""
    known = {
        tables.EXAMPLE_MOVIE: ("Action", "Sci-Fi", "Thriller"),
        UNTITLED: ("unknown",),
        OTHER_UNKNOWN: ("unknown",),
    }
    fixed = np.zeros(len(flags), dtype=np.bool_)
    for movie, genres in known.items():
        if movie <= len(flags):
            flags[movie - 1] = [genre in genres for genre in tables.GENRES]
            fixed[movie - 1] = True
    return fixed


def _correct_count(flags: Flags, genre: int, random: np.random.RandomState, *, fixed: NDArray[np.bool_]) -> None:
    """Take the genre from some movies, or give it to some that it fits, until the count is right."""
    name = tables.GENRES[genre]
    surplus = int(flags[:, genre].sum()) - round(tables.GENRE_COUNTS[name] * len(flags) / tables.MOVIES)
    genres = flags.sum(axis=1)
    if surplus > 0:
        candidates = np.flatnonzero((flags[:, genre] == 1) & (genres >= 2) & ~fixed)
        flags[random.permutation(candidates)[:surplus], genre] = 0
    elif surplus < 0:
        fitting = [tables.GENRES.index(other) for other, with_it in tables.COMPANIONS.items() if name in with_it]
        fits = flags[:, fitting].any(axis=1) if fitting else np.ones(len(flags), dtype=np.bool_)
        candidates = np.flatnonzero((flags[:, genre] == 0) & fits & (genres <= _MOST_GENRES) & ~fixed)
        flags[random.permutation(candidates)[:-surplus], genre] = 1
