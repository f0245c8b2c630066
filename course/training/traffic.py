"""A seeded stream of requests to the service, drawn from the data; some malformed in named ways if asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from course.training.errors import TrainingError
from course.training.loader import DataSet

Body = dict[str, Any]

_BLOCK = 1024  # draws at a time; one by one would cost more than the service's answer


@dataclass(frozen=True)
class Malformation:
    """How a valid body is spoiled, and the status that the service must answer with."""

    status: int
    spoil: Callable[[Body], Body]


@dataclass(frozen=True)
class Request:
    """A body to send; `kind` names what is wrong with it, None for a valid one."""

    body: Body
    kind: str | None
    status: int


def _with(**changes: object) -> Callable[[Body], Body]:
    return lambda body: {**body, **changes}


def _without(name: str) -> Callable[[Body], Body]:
    return lambda body: {key: value for key, value in body.items() if key != name}


MALFORMED: dict[str, Malformation] = {
    "missing-field": Malformation(422, _without("movie_id")),
    "extra-field": Malformation(422, _with(debug=True)),
    "null": Malformation(422, _with(gender=None)),
    "number-as-text": Malformation(422, lambda body: {**body, "age": str(body["age"])}),
    "number-as-bool": Malformation(422, _with(age=True)),
    "fraction": Malformation(422, lambda body: {**body, "age": body["age"] + 0.5}),
    "negative-id": Malformation(422, lambda body: {**body, "user_id": -body["user_id"]}),
    "zero-id": Malformation(422, _with(movie_id=0)),
    "age-out-of-range": Malformation(422, _with(age=200)),
    "unknown-gender": Malformation(422, _with(gender="male")),
    "unknown-occupation": Malformation(422, _with(occupation="astronaut")),
    # Far above any id of the format, and still a number that every JSON reader takes.
    "unknown-movie": Malformation(404, _with(movie_id=2_000_000_000)),
}


def stream(
    data: DataSet, *, seed: int = 0, malformed: float = 0.0, kinds: Sequence[str] = tuple(MALFORMED)
) -> Iterator[Request]:
    """Return an endless stream: users as active and movies as popular as in the data, new pairs of both.

    Same data and arguments, same stream. `malformed` is the share of spoiled requests, `kinds` which to mix.
    """
    unknown = [kind for kind in kinds if kind not in MALFORMED]
    if unknown or not kinds:
        what = f"There is no kind of malformed request {unknown[0]!r}." if unknown else "No kind is named."
        raise TrainingError(what, f"one of {', '.join(MALFORMED)}")
    if not 0 <= malformed <= 1:
        raise TrainingError(f"The share of malformed requests is {malformed!r}.", "a number from 0 to 1")
    return _draw(data, np.random.RandomState(seed), malformed, tuple(kinds))


def bodies(
    data: DataSet, count: int, *, seed: int = 0, malformed: float = 0.0, kinds: Sequence[str] = tuple(MALFORMED)
) -> list[Body]:
    """The first bodies of a stream, for callers that need no more than that."""
    endless = stream(data, seed=seed, malformed=malformed, kinds=kinds)
    return [request.body for request in islice(endless, count)]


def _draw(data: DataSet, random: np.random.RandomState, malformed: float, kinds: tuple[str, ...]) -> Iterator[Request]:
    users, movies, ratings = data.users, data.movies, data.ratings
    while True:
        user_rows = ratings.user[random.randint(len(ratings), size=_BLOCK)]
        movie_rows = ratings.movie[random.randint(len(ratings), size=_BLOCK)]
        spoiled = random.random_sample(_BLOCK) < malformed
        which = random.randint(len(kinds), size=_BLOCK)
        for user, movie, spoil, kind in zip(user_rows, movie_rows, spoiled, which, strict=True):
            body: Body = {
                "user_id": int(users.id[user]),
                "movie_id": int(movies.id[movie]),
                "age": int(users.age[user]),
                "gender": users.gender[user],
                "occupation": users.occupation[user],
            }
            if spoil:
                how = MALFORMED[kinds[kind]]
                yield Request(how.spoil(body), kinds[kind], how.status)
            else:
                yield Request(body, None, 200)
