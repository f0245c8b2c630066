"""The world behind the synthetic ratings: its people, its movies, who rates what, when and how.

`RandomState` is used on purpose: NumPy froze its stream (NEP 19), that of `Generator` may change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course.training import tables
from course.training.movies import Movies, make_movies
from course.training.people import Floats, People, make_people

Ints = NDArray[np.int64]

_DAY = 86_400
_GENRE_WEIGHT = 1.45
_OLD_MOVIE_BONUS = 0.10  # an old movie that is still watched is a good one
_SLOW_DRIFT = 0.12  # people become a little stricter over the months
NOISE = 0.60
_POPULARITY_WEIGHT = 1.14
_TASTE_WEIGHT = 0.55
_ONE_SITTING = 0.72
# Later sittings begin at other hours of the day than the first.
_HOURS = np.array([0, -3, 2, -6, 5, 1, -2, 4]) * 3600
# The site shows a page of movies at a time, and its ratings arrive in the same second.
_PAGE_SECONDS = 15


@dataclass(frozen=True)
class World:
    """Everything that a seed decides but for the ratings."""

    seed: int
    people: People
    movies: Movies


@dataclass(frozen=True)
class Ratings:
    """Columns of u.data; users and movies count from 1."""

    user: Ints
    movie: Ints
    value: Ints
    time: Ints

    def __len__(self) -> int:
        return len(self.user)


def make_world(seed: int, *, users: int = tables.USERS, movies: int = tables.MOVIES) -> World:
    """Make the people and the movies of a seed; each has a stream of its own."""
    return World(
        seed=seed,
        people=make_people(users, np.random.RandomState([seed, 1])),
        movies=make_movies(movies, np.random.RandomState([seed, 2])),
    )


def make_ratings(world: World, count: int = tables.RATINGS) -> Ratings:
    """Let the people of a world rate: each at least 20 movies, each movie at least once."""
    return rate(world, count)[0]


def rate(world: World, count: int = tables.RATINGS) -> tuple[Ratings, Floats]:
    """The same, with the four cuts between a rating of 1, 2, 3, 4 and 5: whoever rates later uses them again."""
    random = np.random.RandomState([world.seed, 3])
    user, movie = _pairs(world, count, random)
    time = _times(world, user, random)
    noise = random.normal(0, NOISE, count)
    # Rounded, so that the last bit of a sum cannot decide between two ratings.
    score = np.round(liking(world, user, movie, time) + noise, 6)
    cuts = np.quantile(score, np.cumsum(tables.RATING_SHARES)[:-1])
    value = 1 + np.searchsorted(cuts, score)
    order = random.permutation(count)
    return Ratings(user[order] + 1, movie[order] + 1, value[order], time[order]), cuts


def liking(world: World, user: Ints, movie: Ints, time: Ints) -> Floats:
    """How much these users (counted from 0) like these movies at these times, before any noise."""
    people, movies = world.people, world.movies
    flags = movies.flags[movie]
    taste = (people.taste[user] * flags).sum(axis=1) / np.sqrt(np.maximum(flags.sum(axis=1), 1))
    years = np.clip((time / _DAY / 365.25) - (movies.year[movie] - 1970), 0, 60)
    passed = (time - tables.FIRST_SECOND) / (tables.LAST_SECOND - tables.FIRST_SECOND)
    score = people.bias[user] + movies.quality[movie] + _GENRE_WEIGHT * taste
    score = score + (people.factors[user] * movies.factors[movie]).sum(axis=1)
    return np.asarray(score + _OLD_MOVIE_BONUS * np.log1p(years / 5) - _SLOW_DRIFT * passed)


def _pairs(world: World, count: int, random: np.random.RandomState) -> tuple[Ints, Ints]:
    """Who rates what: people take what is known and what they like, with some chance."""
    people, movies = world.people, world.movies
    per_user = _ratings_per_user(people, len(movies), count, random)
    known = attraction(world)
    pull = known + random.gumbel(size=known.shape)
    ranked = np.argsort(-np.round(pull, 6), axis=1, kind="stable")
    user: Ints = np.repeat(np.arange(len(people)), per_user)
    movie = np.concatenate([ranked[index, :number] for index, number in enumerate(per_user)])
    return user, _rate_every_movie(movie, len(movies), random)


def attraction(world: World) -> Floats:
    """How much each movie draws each user, before any chance: fame, and what the user likes."""
    people, movies = world.people, world.movies
    liked = people.taste @ movies.flags.T / np.sqrt(np.maximum(movies.flags.sum(axis=1), 1))
    return np.asarray(_POPULARITY_WEIGHT * movies.popularity + _TASTE_WEIGHT * liked)


def _ratings_per_user(people: People, movies: int, count: int, random: np.random.RandomState) -> Ints:
    fewest, most = tables.FEWEST_PER_USER, min(tables.MOST_PER_USER, movies)
    extra = np.minimum(people.activity, most - fewest)
    share = np.floor(extra * (count - fewest * len(people)) / extra.sum())
    number: Ints = np.minimum(fewest + share.astype(np.int64), most)
    while number.sum() < count:
        free = np.flatnonzero(number < most)
        number[random.permutation(free)[: count - number.sum()]] += 1
    return number


def _rate_every_movie(movie: Ints, movies: int, random: np.random.RandomState) -> Ints:
    """Put each movie that nobody took in the place of a rating of one that many took."""
    seen = np.bincount(movie, minlength=movies)
    for missing in np.flatnonzero(seen == 0):
        place = random.randint(len(movie))
        while seen[movie[place]] < 5:
            place = random.randint(len(movie))
        seen[movie[place]] -= 1
        movie[place], seen[missing] = missing, 1
    return movie


def _times(world: World, user: Ints, random: np.random.RandomState) -> Ints:
    """When: most of a user's ratings fall into the hour after joining, the others into later sittings."""
    users, first, last = len(world.people), tables.FIRST_SECOND, tables.LAST_SECOND
    edges = np.linspace(first, last - _DAY, len(tables.JOINING) + 1)
    part = random.choice(len(tables.JOINING), users, p=np.array(tables.JOINING) / sum(tables.JOINING))
    joined = edges[part] + random.random_sample(users) * (edges[part + 1] - edges[part])
    later = random.random_sample(len(user)) >= _ONE_SITTING
    sitting = np.where(later, random.geometric(0.45, len(user)), 0)
    pause = random.exponential(9 * _DAY, users)
    page = np.floor(random.exponential(1200, len(user)) / _PAGE_SECONDS) * _PAGE_SECONDS
    time = joined[user] + sitting * pause[user] + _HOURS[sitting % len(_HOURS)] + page
    second: Ints = np.clip(time, first, last).astype(np.int64)
    second[[second.argmin(), second.argmax()]] = first, last
    return second
