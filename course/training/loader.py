"""Reads a MovieLens-100K folder, the real one or ours, and says which line of which file is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course.training import tables
from course.training.errors import TrainingError
from course.training.files import DATA_FILES, ENCODING, MARKER

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DATE = re.compile(r"\d{1,2}-([A-Z][a-z]{2})-(\d{4})")
_RATINGS = frozenset("12345")
_LONGEST_NUMBER = 15  # digits; more would not fit into 64 bits


@dataclass(frozen=True)
class Users:
    """u.user, but for the zip codes."""

    id: Ints
    age: Ints
    gender: list[str]
    occupation: list[str]


@dataclass(frozen=True)
class Movies:
    """u.item: the year is NaN where the release date is empty or no date."""

    id: Ints
    title: list[str]
    year: Floats
    genres: Ints


@dataclass(frozen=True)
class Ratings:
    """u.data in the order of the file; `user` and `movie` are rows of Users and Movies, not ids."""

    user: Ints
    movie: Ints
    value: Ints
    time: Ints

    def __len__(self) -> int:
        return len(self.user)

    @property
    def like(self) -> Ints:
        """1 where the rating is 4 or 5: what the model predicts."""
        return (self.value >= 4).astype(np.int64)


@dataclass(frozen=True)
class DataSet:
    """What a folder holds; `seed` is known only of a synthetic one."""

    users: Users
    movies: Movies
    ratings: Ratings
    synthetic: bool
    seed: int | None
    sha256: str


def load(folder: Path) -> DataSet:
    """Read all files of a folder. Raises TrainingError with file and line when one cannot be read."""
    if not folder.is_dir():
        raise TrainingError(f"There is no folder {folder}.", f"python -m course data --out {folder}")
    digest = hashlib.sha256()
    for name in DATA_FILES:
        digest.update(_read(folder, name))
    _expect_names(folder, "u.genre", list(tables.GENRES), columns=2)
    _expect_names(folder, "u.occupation", sorted(tables.OCCUPATIONS), columns=1)
    users, movies = _load_users(folder), _load_movies(folder)
    return DataSet(
        users=users,
        movies=movies,
        ratings=_load_ratings(folder, users, movies),
        synthetic=(folder / MARKER).exists(),
        seed=_seed(folder),
        sha256=digest.hexdigest(),
    )


def _read(folder: Path, name: str) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        raise TrainingError(f"{folder / name} is missing.", _again(folder)) from None
    if not content.strip():
        raise TrainingError(f"{folder / name} is empty.", _again(folder))
    return content


def _again(folder: Path) -> str:
    if (folder / MARKER).exists():
        return f"python -m course data --out {folder}"
    return f"unpack the MovieLens-100K archive again into {folder}"


def _wrong(folder: Path, name: str, line: int, what: str) -> TrainingError:
    return TrainingError(f"{folder / name}, line {line}: {what}", _again(folder))


def _rows(folder: Path, name: str, separator: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Give line number and fields of each line that is not empty."""
    # Not splitlines(): in Latin-1 text it would also cut at the bytes 0x85 and 0x1C.
    for number, line in enumerate(_read(folder, name).decode(ENCODING).split("\n"), start=1):
        if not line.strip():
            continue
        fields = line.rstrip("\r").split(separator)
        if len(fields) != columns:
            what = f"found {len(fields)} fields, expected {columns} with {separator!r} between: {line[:40]!r}."
            raise _wrong(folder, name, number, what)
        yield number, fields


def _expect_names(folder: Path, name: str, expected: list[str], *, columns: int) -> None:
    """Feature names and the service's list of occupations are made of these, so no others will do."""
    found = [fields[0] for _, fields in _rows(folder, name, "|", columns)]
    for line, (seen, wanted) in enumerate(zip_longest(found, expected), start=1):
        if seen != wanted:
            what = f"found {seen or 'nothing'!r}, expected {wanted or 'nothing'!r} as in MovieLens-100K."
            raise _wrong(folder, name, line, what)


def _number(text: str, *, least: int = 0, most: int | None = None) -> int | None:
    """Read a plain decimal number in a range; None for anything else, such as '1e3', ' 7' or '-1'."""
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        return None
    number = int(text)
    return number if number >= least and (most is None or number <= most) else None


def _new_id(text: str, taken: dict[int, int]) -> str | None:
    """Give the id the next row; return what is wrong with it otherwise."""
    number = _number(text, least=1)
    if number is None:
        return f"the id is {text!r}, expected a whole number from 1."
    if number in taken:
        return f"the id {number} stands in an earlier line already."
    taken[number] = len(taken)
    return None


def _load_users(folder: Path) -> Users:
    ids: dict[int, int] = {}
    ages, genders, occupations = [], [], []
    for line, (user, age, gender, occupation, _) in _rows(folder, "u.user", "|", 5):
        problem = _new_id(user, ids) or _user_problem(age, gender, occupation)
        if problem:
            raise _wrong(folder, "u.user", line, problem)
        ages.append(int(age))
        genders.append(gender)
        occupations.append(occupation)
    return Users(np.array(list(ids)), np.array(ages), genders, occupations)


def _user_problem(age: str, gender: str, occupation: str) -> str | None:
    if _number(age, least=1, most=120) is None:
        return f"the age is {age!r}, expected a whole number from 1 to 120."
    if gender not in ("F", "M"):
        return f"the gender is {gender!r}, expected 'F' or 'M'."
    if occupation not in tables.OCCUPATIONS:
        return f"the occupation {occupation!r} is not one of those in u.occupation."
    return None


def _load_movies(folder: Path) -> Movies:
    ids: dict[int, int] = {}
    titles, years, genres = [], [], []
    for line, fields in _rows(folder, "u.item", "|", 5 + len(tables.GENRES)):
        movie, title, released, flags = fields[0], fields[1], fields[2], fields[5:]
        odd = [flag for flag in flags if flag not in ("0", "1")]
        problem = _new_id(movie, ids) or (f"a genre flag is {odd[0]!r}, expected '0' or '1'." if odd else None)
        if problem:
            raise _wrong(folder, "u.item", line, problem)
        titles.append(title)
        years.append(release_year(released))
        genres.append([int(flag) for flag in flags])
    return Movies(np.array(list(ids)), titles, np.array(years), np.array(genres))


def release_year(text: str) -> float:
    """Read the year of a date such as '01-Jan-1995'; NaN, never 0, for an empty one or for no date."""
    match = _DATE.fullmatch(text)
    return float(match[2]) if match and match[1] in tables.MONTHS else float("nan")


def _load_ratings(folder: Path, users: Users, movies: Movies) -> Ratings:
    # Keyed by text: an id that is no plain number is simply not found.
    user_rows = {str(user): row for row, user in enumerate(users.id)}
    movie_rows = {str(movie): row for row, movie in enumerate(movies.id)}
    rows = []
    for line, (user, movie, value, time) in _rows(folder, "u.data", "\t", 4):
        if user not in user_rows:
            raise _wrong(folder, "u.data", line, f"there is no user {user!r} in u.user.")
        if movie not in movie_rows:
            raise _wrong(folder, "u.data", line, f"there is no movie {movie!r} in u.item.")
        if value not in _RATINGS:
            raise _wrong(folder, "u.data", line, f"the rating is {value!r}, expected one from 1 to 5.")
        if _number(time) is None:
            raise _wrong(folder, "u.data", line, f"the time is {time!r}, expected whole seconds since 1970.")
        rows.append((user_rows[user], movie_rows[movie], int(value), int(time)))
    columns = np.array(rows, dtype=np.int64).T
    return Ratings(*(np.ascontiguousarray(column) for column in columns))


def _seed(folder: Path) -> int | None:
    """The seed that the marker names; a marker that cannot be read still marks."""
    try:
        seed = json.loads((folder / MARKER).read_text(encoding="utf-8"))["seed"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return seed if isinstance(seed, int) else None
