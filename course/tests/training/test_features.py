"""A feature row sees only what was known before its own second, in training and online alike."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from movie_service.features import FeatureRows, read_tables
from movie_service.schemas import PredictionRequest

from course.training.features import FEATURES, GENRE_FEATURES, feature_matrix
from course.training.loader import DataSet, Movies, Ratings, Users
from course.training.online import online_row, online_tables

PRIOR = 0.55
GENRES = np.zeros((3, 19), dtype=np.int64)
GENRES[0, [1, 15]] = GENRES[1, 8] = GENRES[2, [1, 8, 16]] = 1

USERS = Users(np.array([1, 2, 7]), np.array([21, 40, 33]), ["M", "F", "M"], ["student", "writer", "none"])
MOVIES = Movies(np.array([10, 20, 30]), ["a", "b", "c"], np.array([1990.0, math.nan, 1997.0]), GENRES)
# Few users, movies and seconds, so that nearly every example has ties in all of them.
ROW = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 5), st.integers(0, 4))
ROWS = st.lists(ROW, min_size=1, max_size=25)


def data_of(rows):
    columns = np.array(rows, dtype=np.int64).T
    return DataSet(USERS, MOVIES, Ratings(*columns), synthetic=True, seed=None, sha256="")


def by_definition(rows, index):
    """The history features of one row, counted one rating at a time."""
    user, movie, _, time = rows[index]
    before = [row for row in rows if row[3] < time]
    own = [(row[1], row[2] >= 4) for row in before if row[0] == user]
    others = [row[2] >= 4 for row in before if row[1] == movie]
    user_like = (sum(like for _, like in own) + 5 * PRIOR) / (len(own) + 5)
    affinities = []
    for genre in np.flatnonzero(GENRES[movie]):
        seen = [like for rated, like in own if GENRES[rated, genre]]
        affinities.append((sum(seen) - len(seen) * user_like) / (len(seen) + 4))
    item_like = (sum(others) + 8 * PRIOR) / (len(others) + 8)
    return [len(own), user_like, len(others), item_like, sum(affinities) / len(affinities)]


@pytest.mark.slow
@given(ROWS)
def test_history_is_what_counting_one_by_one_gives(rows):
    matrix = feature_matrix(data_of(rows), PRIOR)

    expected = [by_definition(rows, index) for index in range(len(rows))]
    np.testing.assert_allclose(matrix[:, -5:], expected, rtol=0, atol=1e-12)


@pytest.mark.slow
@given(ROWS, st.data())
def test_a_rating_changes_no_row_of_its_own_second_or_earlier(rows, draw):
    """Needs no formula: it would fail for any leak, also for one that the reference shares."""
    index = draw.draw(st.integers(0, len(rows) - 1))
    user, movie, value, time = rows[index]
    changed = [*rows[:index], (user, movie, 6 - value, time), *rows[index + 1 :]]

    not_later = [row[3] <= time for row in rows]
    before, after = feature_matrix(data_of(rows), PRIOR), feature_matrix(data_of(changed), PRIOR)
    np.testing.assert_array_equal(before[not_later], after[not_later])


@pytest.mark.slow
@given(ROWS, st.permutations(range(25)))
def test_the_order_of_the_file_does_not_matter(rows, order):
    order = [index for index in order if index < len(rows)]

    shuffled = feature_matrix(data_of([rows[index] for index in order]), PRIOR)
    np.testing.assert_array_equal(shuffled, feature_matrix(data_of(rows), PRIOR)[order])


def request_for(data, user, movie):
    users, movies = data.users, data.movies
    return {
        "user_id": int(users.id[user]),
        "movie_id": int(movies.id[movie]),
        "age": int(users.age[user]),
        "gender": users.gender[user],
        "occupation": users.occupation[user],
    }


@pytest.mark.slow
@given(ROWS, st.integers(0, 2), st.integers(0, 2))
def test_the_online_row_is_the_training_row_of_the_next_rating(rows, user, movie):
    online = online_row(online_tables(data_of(rows), PRIOR), request_for(data_of(rows), user, movie))

    # Its own value must not matter, so any will do.
    next_rating = (user, movie, 1, 1 + max(row[3] for row in rows))
    as_trained = feature_matrix(data_of([*rows, next_rating]), PRIOR)[-1]
    np.testing.assert_array_equal(online, as_trained)


def with_next_rating(data, user, movie):
    ratings = data.ratings
    more = (user, movie, 1, int(ratings.time.max()) + 1)
    columns = [np.append(getattr(ratings, name), value) for name, value in zip(FIELDS, more, strict=True)]
    return dataclasses.replace(data, ratings=Ratings(*columns))


FIELDS = ("user", "movie", "value", "time")


@pytest.mark.parametrize(("user", "movie"), [(258, 297), (0, 266), (299, 0)])
def test_the_service_makes_the_row_that_training_would(small_data, user, movie):
    """Over the JSON text that the bundle carries, and with the service's own code."""
    tables = json.dumps(online_tables(small_data, PRIOR)).encode()
    rows = FeatureRows(read_tables(tables, "online.json"), FEATURES, "manifest.json")

    online = rows.row(PredictionRequest(**request_for(small_data, user, movie)))

    as_trained = feature_matrix(with_next_rating(small_data, user, movie), PRIOR)[-1]
    np.testing.assert_allclose(np.array(online), as_trained, rtol=0, atol=1e-12)


def test_an_unknown_user_gets_the_prior_and_no_taste(small_data):
    tables = online_tables(small_data, PRIOR)
    request = {**request_for(small_data, 258, 297), "user_id": 999_999}

    row = dict(zip(FEATURES, online_row(tables, request), strict=True))

    assert (row["user_n"], row["user_like"], row["user_genre_affinity"]) == (0, PRIOR, 0)
    assert (row["age"], row["gender_m"], row["occupation"]) == (21, 1, 18)


def test_a_missing_year_is_nan_in_training_and_null_online(small_data):
    year = feature_matrix(small_data, PRIOR)[small_data.ratings.movie == 266, FEATURES.index("year")]
    online = online_tables(small_data, PRIOR)["items"]["267"]

    assert len(year) > 0 and np.isnan(year).all()
    assert online["year"] is None and online["title"] == "unknown"


def test_the_features_have_the_agreed_names_in_order():
    assert FEATURES[:4] == ("age", "gender_m", "occupation", "year")
    assert FEATURES[4:23] == GENRE_FEATURES
    assert {"genre_sci_fi", "genre_childrens", "genre_film_noir", "genre_unknown"} < set(GENRE_FEATURES)
    assert FEATURES[23:] == ("user_n", "user_like", "item_n", "item_like", "user_genre_affinity")


@settings(max_examples=20)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=25))
def test_ratings_of_one_second_see_nothing_of_each_other(movies):
    rows = [(0, movie % 3, 5, 100) for movie in movies]
    history = feature_matrix(data_of(rows), PRIOR)[:, -5:]
    np.testing.assert_array_equal(history, [[0, PRIOR, 0, PRIOR, 0]] * len(rows))
