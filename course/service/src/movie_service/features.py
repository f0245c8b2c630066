"""A request becomes the row of numbers that the model was trained on.

What the request does not say (how much this user and this movie are liked, the movie's genres and year) comes
from the tables that the training wrote into online.json. Nothing here depends on the clock.
"""

import struct
from array import array
from collections.abc import Callable, Iterable, Sequence
from math import isnan, nan
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from movie_service.columns import Asked, Columns
from movie_service.errors import ModelUnavailable


class User(BaseModel):
    """What the training saw of a user."""

    model_config = ConfigDict(allow_inf_nan=False)

    n: int
    like: float
    genre_affinity: list[float]


class Item(BaseModel):
    """What the training saw of a movie."""

    model_config = ConfigDict(allow_inf_nan=False)

    title: str
    year: int | None
    genres: list[int]
    n: int
    like: float


class OnlineTables(BaseModel):
    """The content of online.json."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    genres: list[str]
    occupations: list[str]
    prior_like: float
    users: dict[int, User]
    items: dict[int, Item]


FROM_REQUEST: Final = ("age", "gender_m", "occupation", "user_n", "user_like", "user_genre_affinity")
FROM_ITEM: Final = ("year", "item_n", "item_like")


def genre_feature(genre: str) -> str:
    """The feature's name for a genre: `Sci-Fi` becomes `genre_sci_fi`."""
    return "genre_" + genre.lower().replace("'", "").replace("-", "_").replace(" ", "_")


def read_tables(content: bytes, where: str) -> OnlineTables:
    """Parse online.json; the first fault is named."""
    try:
        tables = OnlineTables.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelUnavailable(f"{where}: {place}: {first['msg']}. Train the model anew.") from None
    width = len(tables.genres)
    for kind, rows in (
        ("users", ((key, user.genre_affinity) for key, user in tables.users.items())),
        ("items", ((key, item.genres) for key, item in tables.items.items())),
    ):
        for key, values in rows:
            if len(values) != width:
                raise ModelUnavailable(
                    f"{where}: {kind}.{key} has {len(values)} genre values, "
                    f"but there are {width} genres. Train the model anew."
                )
    return tables


class FeatureRows:
    """Makes rows in the order of the manifest.

    LightGBM takes columns by position and does not notice a swap, so the order is looked up by name, once.
    """

    def __init__(self, tables: OnlineTables, names: Sequence[str], where: str) -> None:
        expected = {*FROM_REQUEST, *FROM_ITEM, *map(genre_feature, tables.genres)}
        if len(names) != len(set(names)) or set(names) != expected:
            odd = sorted(expected.symmetric_difference(names)) or sorted(names)
            raise ModelUnavailable(
                f"{where}: the model and this service do not have the same features; the first that differs "
                f"is {odd[0]!r}. Use a bundle and a service of the same release."
            )
        self.width = len(names)
        self._positions = tuple(names.index(name) for name in FROM_REQUEST)
        self._occupations = {name: float(code) for code, name in enumerate(tables.occupations)}
        self._stranger = (0.0, tables.prior_like, array("d", [0.0] * len(tables.genres)))
        self._users = {
            user_id: (float(user.n), user.like, array("d", user.genre_affinity))
            for user_id, user in tables.users.items()
        }
        flags = [genre_feature(genre) for genre in tables.genres]
        self._items = {movie_id: _item_row(item, flags, names) for movie_id, item in tables.items.items()}
        # For batches: bytes lie in one piece, an array lies apart from what it holds.
        self._joined = {movie_id: (row.tobytes(), genres) for movie_id, (row, genres) in self._items.items()}
        # Whether the catalogue has a movie; the dictionary's own method, as a batch asks it a thousand times.
        self.knows: Callable[[int], bool] = self._items.__contains__
        self.nullable = tuple(name for name in FROM_ITEM if self._ever_missing(names.index(name)))

    def _ever_missing(self, place: int) -> bool:
        return any(isnan(template[place]) for template, _ in self._items.values())

    # --8<-- [start:features]
    def row(self, asked: Asked) -> "array[float]":
        """The features of one request; the movie must be known."""
        age, gender, occupation, user_n, user_like, user_affinity = self._positions
        template, genres = self._items[asked.movie_id]
        count, like, affinity = self._users.get(asked.user_id, self._stranger)
        row = template[:]
        row[age] = asked.age
        row[gender] = asked.gender == "M"
        row[occupation] = self._occupations[asked.occupation]
        row[user_n] = count
        row[user_like] = like
        row[user_affinity] = _affinity(affinity, genres)
        return row

    # --8<-- [end:features]

    # --8<-- [start:table]
    def rows(self, asked: Sequence[Asked]) -> "array[float]":
        """The features of many requests, one row after the other; the movies must be known.

        Column by column: a thousand requests cost a few loops in C, and no thousand steps in Python for each feature.
        """
        if len(asked) < 2:
            return self.row(asked[0]) if asked else array("d")
        columns = Columns.of(asked)
        templates, counts, likes, means = self._looked_up(columns)
        rows = array("d", b"".join(templates))
        filled: tuple[Iterable[float], ...] = (
            columns.age,
            [gender == "M" for gender in columns.gender],
            map(self._occupations.__getitem__, columns.occupation),
            counts,
            likes,
            means,
        )
        packed = struct.Struct(f"{len(templates)}d").pack
        for place, column in zip(self._positions, filled, strict=True):
            # By way of packed bytes: an array reads a list at half the speed.
            rows[place :: self.width] = array("d", packed(*column))
        return rows

    def _looked_up(self, columns: Columns) -> tuple[list[bytes], list[float], list[float], list[float]]:
        """What the tables say about each request; in one pass, because what is far in memory is fetched once."""
        items, user_of, stranger = self._joined, self._users.get, self._stranger
        templates: list[bytes] = []
        counts: list[float] = []
        likes: list[float] = []
        means: list[float] = []
        for movie, user in zip(columns.movie_id, columns.user_id, strict=True):
            template, genres = items[movie]
            count, like, affinity = user_of(user, stranger)
            templates.append(template)
            counts.append(count)
            likes.append(like)
            means.append(_affinity(affinity, genres))
        return templates, counts, likes, means

    # --8<-- [end:table]


def _affinity(affinity: Sequence[float], genres: Sequence[int]) -> float:
    # Added in the order of the genres, as in training: another order may change the last bit.
    total = 0.0
    for genre in genres:
        total += affinity[genre]
    return total / (len(genres) or 1)


def _item_row(item: Item, flags: Sequence[str], names: Sequence[str]) -> "tuple[array[float], tuple[int, ...]]":
    """What is the same for every request about this movie, and the places of its genres."""
    known: dict[str, float] = dict(zip(flags, item.genres, strict=True))
    known["item_n"] = item.n
    known["item_like"] = item.like
    # A missing value is NaN and never 0: LightGBM learned a way of its own for "not known".
    known["year"] = nan if item.year is None else item.year
    template = array("d", [known.get(name, nan) for name in names])
    return template, tuple(place for place, flag in enumerate(item.genres) if flag)
