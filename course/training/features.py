"""The features of the model, point in time: a row sees only what was known before its own second.

Ratings of the same second do not see each other, because at that time none of them was known yet.
Histories are kept as whole counts and turned into rates by one formula, in training and online alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course.training.loader import DataSet, Floats, Ints
from course.training.tables import GENRES, OCCUPATIONS

# How many ratings it takes until the own history of a user, a movie or a genre weighs as much as the prior.
USER_WEIGHT, MOVIE_WEIGHT, GENRE_WEIGHT = 5, 8, 4

OCCUPATION_NAMES = tuple(sorted(OCCUPATIONS))
GENRE_FEATURES = tuple("genre_" + genre.lower().replace("'", "").replace("-", "_") for genre in GENRES)
FEATURES = (
    *("age", "gender_m", "occupation", "year"),
    *GENRE_FEATURES,
    *("user_n", "user_like", "item_n", "item_like", "user_genre_affinity"),
)
CATEGORICAL = ("occupation",)


@dataclass(frozen=True)
class History:
    """What was known before each rating: counts of ratings and of likes, per user, movie, user and genre."""

    user_n: Ints
    user_likes: Ints
    item_n: Ints
    item_likes: Ints
    genre_n: Ints
    genre_likes: Ints


def like_rate(likes: Floats | Ints, n: Ints, prior: float, weight: int) -> Floats:
    """Share of likes, pulled towards the prior while there are few ratings."""
    return np.asarray((likes + weight * prior) / (n + weight), dtype=np.float64)


def genre_affinity(likes: Floats | Ints, n: Floats | Ints, user_like: Floats) -> Floats:
    """How much more often a user likes a genre than other movies; 0 for a genre the user never rated."""
    return np.asarray((likes - n * user_like) / (n + GENRE_WEIGHT), dtype=np.float64)


def sums_before(key: Ints, time: Ints, values: Ints) -> Ints:
    """For each row, the sum of `values` over the rows of the same key with a strictly earlier time."""
    order = np.lexsort((time, key))
    key, time = key[order], time[order]
    rows = np.arange(len(order))
    new_key = np.r_[True, key[1:] != key[:-1]]
    new_time = new_key | np.r_[True, time[1:] != time[:-1]]
    first_of_key = np.maximum.accumulate(np.where(new_key, rows, 0))
    first_of_time = np.maximum.accumulate(np.where(new_time, rows, 0))
    passed = np.concatenate([np.zeros((1, *values.shape[1:]), np.int64), np.cumsum(values[order], axis=0)])
    result = np.empty_like(values)
    result[order] = passed[first_of_time] - passed[first_of_key]
    return result


def history_before(data: DataSet) -> History:
    """The history of each rating, in the order of the ratings."""
    ratings = data.ratings
    like, one = ratings.like, np.ones(len(ratings), dtype=np.int64)
    genres = data.movies.genres[ratings.movie]
    return History(
        user_n=sums_before(ratings.user, ratings.time, one),
        user_likes=sums_before(ratings.user, ratings.time, like),
        item_n=sums_before(ratings.movie, ratings.time, one),
        item_likes=sums_before(ratings.movie, ratings.time, like),
        genre_n=sums_before(ratings.user, ratings.time, genres),
        genre_likes=sums_before(ratings.user, ratings.time, genres * like[:, None]),
    )


def feature_matrix(data: DataSet, prior: float) -> NDArray[np.float64]:
    """One row of features per rating, columns in the order of FEATURES."""
    users, movies, user, movie = data.users, data.movies, data.ratings.user, data.ratings.movie
    history = history_before(data)
    user_like = like_rate(history.user_likes, history.user_n, prior, USER_WEIGHT)
    item_like = like_rate(history.item_likes, history.item_n, prior, MOVIE_WEIGHT)
    affinity = genre_affinity(history.genre_likes, history.genre_n, user_like[:, None])
    genres = movies.genres[movie]
    gender = np.array([value == "M" for value in users.gender], dtype=np.float64)
    occupation = np.array([OCCUPATION_NAMES.index(name) for name in users.occupation], dtype=np.float64)
    columns = [users.age[user], gender[user], occupation[user], movies.year[movie], *genres.T]
    columns += [history.user_n, user_like, history.item_n, item_like, mean_affinity(affinity, genres)]
    return np.column_stack(columns).astype(np.float64)


def mean_affinity(affinity: Floats, genres: Ints) -> Floats:
    """Mean of a user's affinities over the genres of a movie, row by row."""
    total = np.zeros(len(genres))
    # Genre by genre, not sum(axis=1): a service that adds in genre order gets the same last bit.
    for column in range(genres.shape[1]):
        total += affinity[:, column] * genres[:, column]
    return np.asarray(total / np.maximum(genres.sum(axis=1), 1), dtype=np.float64)
