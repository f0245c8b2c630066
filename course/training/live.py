"""The weeks after the data ends: who asks for which movie, whether they like it, and when that becomes known.

Only the generated world can be asked what its people will like. The days after a real data set are nobody's to know.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course.training import features, tables
from course.training.errors import TrainingError
from course.training.loader import DataSet, Floats, Ints
from course.training.online import Tables, online_tables
from course.training.scenarios import MONTHS_A_YEAR, SCENARIOS, Scenario
from course.training.world import NOISE, World, attraction, liking, make_world, rate

DAY = 86_400
DAYS, PER_DAY, CHANGE_DAY = 28, 1000, 14
SEED = 7
# Half of the labels are there after 18 hours, one in twenty takes four days, 15 % never come.
DELAY_HOURS, DELAY_SPREAD, LOST = 18.0, 1.0, 0.15
# Weekends are busier.
_WEEKEND, _WEEKDAY = 1.25, 0.9
_LEAST_ACTIVITY, _MOST_ACTIVITY = 20.0, 300.0


@dataclass(frozen=True)
class Traffic:
    """Requests in the order of time. `user` and `movie` are rows of the data set; `arrives` is NaN for never."""

    day: Ints
    time: Ints
    user: Ints
    movie: Ints
    age: Ints
    like: Ints
    arrives: Floats

    def __len__(self) -> int:
        return len(self.day)

    def at(self, rows: NDArray[Any]) -> Traffic:
        """Some of the requests: a mask or row numbers."""
        return Traffic(*(getattr(self, one.name)[rows] for one in fields(self)))

    def known(self, now: float) -> NDArray[np.bool_]:
        """Whose labels have arrived by then."""
        return np.asarray(self.arrives <= now)

    def body(self, data: DataSet, row: int) -> dict[str, Any]:
        """The request as it is sent to the service."""
        user = self.user[row]
        return {
            "user_id": int(data.users.id[user]),
            "movie_id": int(data.movies.id[self.movie[row]]),
            "age": int(self.age[row]),
            "gender": data.users.gender[user],
            "occupation": data.users.occupation[user],
        }


class LiveWorld:
    """The world behind a generated data set, from the day after its last rating on."""

    def __init__(self, data: DataSet) -> None:
        if data.seed is None:
            raise TrainingError(
                "This data set is not a generated one: nobody knows what its people would like afterwards.",
                "make one: python -m course data --out build/synthetic",
            )
        self.world = make_world(data.seed, users=len(data.users.id), movies=len(data.movies.id))
        self._cuts = rate(self.world, len(data.ratings))[1]
        self._attraction = attraction(self.world)

    def traffic(
        self,
        scenario: Scenario = SCENARIOS["none"],
        *,
        days: int = DAYS,
        per_day: float = PER_DAY,
        change_day: int = CHANGE_DAY,
        seed: int = SEED,
    ) -> Traffic:
        """The requests of these days; the scenario begins on `change_day`. Same arguments, same requests."""
        random = np.random.RandomState(seed)
        parts = [
            self._day(day, _strength(scenario, day - change_day), scenario, per_day, random) for day in range(days)
        ]
        columns = ([getattr(part, one.name) for part in parts] for one in fields(Traffic))
        return Traffic(*(np.concatenate(column) for column in columns))

    def _day(
        self, day: int, strength: float, scenario: Scenario, per_day: float, random: np.random.RandomState
    ) -> Traffic:
        people = self.world.people
        weight = np.minimum(people.activity + _LEAST_ACTIVITY, _MOST_ACTIVITY)
        if scenario.asks is not None:
            weight = weight * (1 - strength + strength * scenario.asks(people.age))
        count = random.poisson(per_day * (_WEEKEND if day % 7 in (5, 6) else _WEEKDAY))
        user = random.choice(len(people), count, p=weight / weight.sum())
        pull = self._attraction[user]
        movie = np.argmax(np.round(pull + random.gumbel(size=pull.shape), 6), axis=1)
        time = tables.LAST_SECOND + DAY * day + np.sort(random.randint(0, DAY, count))
        score = liking(self._turned(scenario, strength), user, movie, time) + random.normal(0, NOISE, count)
        value = 1 + np.searchsorted(self._cuts, np.round(score, 6))
        delay = random.lognormal(np.log(DELAY_HOURS * 3600), DELAY_SPREAD, count)
        arrives = np.where(random.random_sample(count) < LOST, np.nan, time + delay)
        in_months = random.random_sample(count) < scenario.in_months * strength
        age = np.where(in_months, people.age[user] * MONTHS_A_YEAR, people.age[user])
        return Traffic(np.full(count, day), time, user, movie, age, (value >= 4).astype(np.int64), arrives)

    def _turned(self, scenario: Scenario, strength: float) -> World:
        """The world as it has become: the same people and movies, other tastes."""
        people = self.world.people
        taste = people.taste + strength * tables.by_genre(scenario.genres)
        if scenario.turns is not None:
            taste = taste - 2 * strength * scenario.turns(people.age)[:, None] * people.taste
        return replace(self.world, people=replace(people, taste=taste))


def served_rows(data: DataSet, traffic: Traffic, served: Tables) -> Floats:
    """The features that a service with these tables makes of the requests, columns in the order of FEATURES."""
    items = [served["items"][str(movie)] for movie in data.movies.id.tolist()]
    users = [served["users"][str(user)] for user in data.users.id.tolist()]
    user, movie = traffic.user, traffic.movie
    gender = np.array([value == "M" for value in data.users.gender], dtype=np.float64)
    occupation = np.array([served["occupations"].index(name) for name in data.users.occupation], dtype=np.float64)
    affinity = np.array([one["genre_affinity"] for one in users])[user]
    genres = data.movies.genres[movie]
    columns = [traffic.age, gender[user], occupation[user], data.movies.year[movie], *genres.T]
    columns += [np.array([one[name] for one in users], dtype=np.float64)[user] for name in ("n", "like")]
    columns += [np.array([one[name] for one in items], dtype=np.float64)[movie] for name in ("n", "like")]
    columns.append(features.mean_affinity(affinity, genres))
    return np.column_stack(columns).astype(np.float64)


def seen_rows(
    data: DataSet, traffic: Traffic, prior: float, scenario: Scenario, *, change_day: int = CHANGE_DAY
) -> Floats:
    """The same in a scenario: with whole tables before the change, with what became of them after it."""
    whole = online_tables(data, prior)
    rows = served_rows(data, traffic, whole)
    if scenario.spoil is None:
        return rows
    spoiled = served_rows(data, traffic, scenario.spoil(whole))
    return np.where((traffic.day >= change_day)[:, None], spoiled, rows)


def _strength(scenario: Scenario, since: int) -> float:
    """How much of the change is there on a day, from 0 to 1."""
    if since < 0:
        return 0.0
    return 1.0 if scenario.ramp == 0 else min(1.0, (since + 1) / scenario.ramp)
