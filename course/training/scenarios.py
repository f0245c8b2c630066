"""What can change in the world after a model is trained, as named scenarios: who asks, what is sent, what is liked.

Three of them carry the lesson. A change of inputs that hurts nothing, a broken table that does hurt, and tastes that
turn: neither inputs nor predictions move, and only the labels, days late, tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from course.training.errors import TrainingError
from course.training.loader import Floats, Ints
from course.training.online import Tables

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Scenario:
    """A change from one day on. `asks` and `turns` are told the users' ages, a value for each comes back."""

    says: str
    asks: Callable[[Ints], Floats] | None = None  # how much more often they ask
    turns: Callable[[Ints], Floats] | None = None  # how far their tastes turn; 1 is to the opposite
    genres: Mapping[str, float] = field(default_factory=dict)  # what all begin to like more, or less
    in_months: float = 0.0  # share of the requests whose age comes in months
    spoil: Callable[[Tables], Tables] | None = None  # what the service's tables look like from then on
    ramp: int = 0  # days until the change is whole


def without_likes(tables: Tables) -> Tables:
    """The tables after a nightly job whose join found no rating: every movie looks like one that nobody rated."""
    prior = tables["prior_like"]
    return {**tables, "items": {movie: {**item, "n": 0, "like": prior} for movie, item in tables["items"].items()}}


def _the_young(age: Ints) -> Floats:
    return np.where(age < 25, 6.0, 0.5)


def _all(age: Ints) -> Floats:
    return np.ones(len(age))


def _under_30(age: Ints) -> Floats:
    return (age < 30).astype(np.float64)


_OTHER_GENRES = {"Action": -0.6, "Thriller": -0.45, "Sci-Fi": -0.45, "Comedy": 0.45, "Romance": 0.45}

SCENARIOS: Mapping[str, Scenario] = {
    "none": Scenario("nothing changes"),
    "young-users": Scenario("people under 25 ask twelve times as often, compared with the others", asks=_the_young),
    "age-in-months": Scenario("30 % of the ages come in months", in_months=0.3),
    "lost-history": Scenario("the job that fills the movie table joins nothing", spoil=without_likes),
    "tastes-flip": Scenario("everybody's taste in genres turns to the opposite", turns=_all),
    "tastes-flip-under-30": Scenario("the taste of people under 30 does", turns=_under_30),
    "tastes-flip-slowly": Scenario("everybody's taste does, over ten days", turns=_all, ramp=10),
    "other-genres": Scenario("action goes out of fashion, comedy comes in", genres=_OTHER_GENRES),
}


def scenario(name: str) -> Scenario:
    """A scenario by name; TrainingError names all of them."""
    if name not in SCENARIOS:
        raise TrainingError(f"There is no scenario {name!r}.", f"one of {', '.join(SCENARIOS)}")
    return SCENARIOS[name]
