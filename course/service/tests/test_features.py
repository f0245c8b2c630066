"""A request becomes the row that the model was trained on."""

import json
from math import isnan

import pytest
from movie_service.errors import ModelUnavailable
from movie_service.features import FeatureRows, genre_feature, read_tables
from movie_service.schemas import PredictionRequest

TABLES = {
    "genres": ["unknown", "Children's", "Film-Noir", "Sci-Fi"],
    "occupations": ["artist", "student"],
    "prior_like": 0.55,
    "users": {"259": {"n": 12, "like": 0.7, "genre_affinity": [0.0, 0.5, -0.25, 0.125]}},
    "items": {
        "1": {"title": "A", "year": 1995, "genres": [0, 1, 0, 1], "n": 40, "like": 0.6},
        "2": {"title": "unknown", "year": None, "genres": [0, 0, 0, 0], "n": 0, "like": 0.55},
    },
}
NAMES = [
    *("year", "age", "gender_m", "occupation", "genre_unknown", "genre_childrens", "genre_film_noir"),
    *("genre_sci_fi", "user_n", "user_like", "item_n", "item_like", "user_genre_affinity"),
]


def _rows(names=NAMES):
    return FeatureRows(read_tables(json.dumps(TABLES).encode(), "online.json"), names, "online.json")


def _asked(**changes):
    fields = {"user_id": 259, "movie_id": 1, "age": 21, "gender": "M", "occupation": "student"}
    return PredictionRequest(**fields | changes)


def test_row_in_the_order_of_the_manifest():
    row = dict(zip(NAMES, _rows().row(_asked()), strict=True))

    assert row == {
        "year": 1995, "age": 21, "gender_m": 1, "occupation": 1,
        "genre_unknown": 0, "genre_childrens": 1, "genre_film_noir": 0, "genre_sci_fi": 1,
        "user_n": 12, "user_like": 0.7, "item_n": 40, "item_like": 0.6,
        "user_genre_affinity": 0.3125,
    }  # fmt: skip


def test_another_order_gives_the_same_values_elsewhere():
    there = dict(zip(NAMES[::-1], _rows(NAMES[::-1]).row(_asked()), strict=True))

    assert there == dict(zip(NAMES, _rows().row(_asked()), strict=True))


def test_unknown_user_has_the_prior_and_no_taste():
    row = dict(zip(NAMES, _rows().row(_asked(user_id=1)), strict=True))

    assert (row["user_n"], row["user_like"], row["user_genre_affinity"]) == (0, 0.55, 0)


def test_missing_year_is_not_a_number_and_no_genre_has_no_affinity():
    row = dict(zip(NAMES, _rows().row(_asked(movie_id=2, gender="F")), strict=True))

    assert isnan(row["year"])
    assert (row["user_genre_affinity"], row["gender_m"]) == (0, 0)


def test_rows_lie_one_after_the_other():
    rows = _rows()
    asked = [_asked(), _asked(age=30)]

    assert rows.rows(asked) == rows.row(asked[0]) + rows.row(asked[1])
    assert len(rows.rows([])) == 0


def test_one_row_does_not_leak_into_the_next():
    rows = _rows()
    first = rows.row(_asked()).tolist()
    rows.row(_asked(age=99, user_id=5))

    assert rows.row(_asked()).tolist() == first


@pytest.mark.parametrize(
    ("genre", "name"),
    [("Children's", "genre_childrens"), ("Sci-Fi", "genre_sci_fi"), ("unknown", "genre_unknown")],
)
def test_genre_names(genre, name):
    assert genre_feature(genre) == name


@pytest.mark.parametrize(
    ("names", "odd"), [(NAMES[1:], "year"), ([*NAMES, "weight"], "weight"), ([*NAMES, "age"], "age")]
)
def test_other_features_are_refused(names, odd):
    with pytest.raises(ModelUnavailable) as refused:
        _rows(names)

    assert str(refused.value) == (
        "online.json: the model and this service do not have the same features; the first that differs "
        f"is {odd!r}. Use a bundle and a service of the same release."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prior_like": "high"}, "prior_like: Input should be a valid number, unable to parse string as a number"),
        ({"prior_like": float("nan")}, "prior_like: Input should be a finite number"),
        ({"users": {"x": {}}}, "users.x.[key]: Input should be a valid integer, unable to parse string as an integer"),
        (
            {"genres": ["unknown"]},
            "users.259 has 4 genre values, but there are 1 genres",
        ),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused(change, message):
    with pytest.raises(ModelUnavailable) as refused:
        read_tables(json.dumps(TABLES | change).encode(), "online.json")

    assert str(refused.value) == f"online.json: {message}. Train the model anew."


def test_only_what_the_tables_leave_out_can_be_missing():
    assert _rows(NAMES).nullable == ("year",)
