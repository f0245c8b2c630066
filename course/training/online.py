"""The user and movie tables of a service as of the end of the data, and a feature row made of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from course.training import features
from course.training.loader import DataSet
from course.training.tables import GENRES

Tables = dict[str, Any]


def online_tables(data: DataSet, prior: float) -> Tables:
    """What online.json holds: everything a request's features need beyond the request itself."""
    return {
        "genres": list(GENRES),
        "occupations": list(features.OCCUPATION_NAMES),
        "prior_like": prior,
        "users": _users(data, prior),
        "items": _items(data, prior),
    }


def _users(data: DataSet, prior: float) -> dict[str, Any]:
    ratings, count = data.ratings, len(data.users.id)
    genres = data.movies.genres[ratings.movie]
    n = np.bincount(ratings.user, minlength=count)
    likes = np.bincount(ratings.user, weights=ratings.like, minlength=count)
    genre_n = np.zeros((count, len(GENRES)))
    genre_likes = np.zeros((count, len(GENRES)))
    np.add.at(genre_n, ratings.user, genres)
    np.add.at(genre_likes, ratings.user, genres * ratings.like[:, None])
    like = features.like_rate(likes, n.astype(np.int64), prior, features.USER_WEIGHT)
    affinity = features.genre_affinity(genre_likes, genre_n, like[:, None])
    rows = zip(data.users.id.tolist(), n.tolist(), like.tolist(), affinity.tolist(), strict=True)
    return {str(user): {"n": n, "like": like, "genre_affinity": row} for user, n, like, row in rows}


def _items(data: DataSet, prior: float) -> dict[str, Any]:
    movies, ratings = data.movies, data.ratings
    n = np.bincount(ratings.movie, minlength=len(movies.id))
    likes = np.bincount(ratings.movie, weights=ratings.like, minlength=len(movies.id))
    like = features.like_rate(likes, n.astype(np.int64), prior, features.MOVIE_WEIGHT)
    return {
        str(movie): {
            "title": movies.title[row],
            # JSON has no NaN; null stands for it, and a feature row turns it back.
            "year": None if math.isnan(movies.year[row]) else int(movies.year[row]),
            "genres": movies.genres[row].tolist(),
            "n": int(n[row]),
            "like": float(like[row]),
        }
        for row, movie in enumerate(movies.id.tolist())
    }


def online_row(tables: Tables, request: Mapping[str, Any]) -> list[float]:
    """The features of one request in the order of FEATURES: what a service must compute, in plain steps."""
    item = tables["items"][str(request["movie_id"])]
    stranger = {"n": 0, "like": tables["prior_like"], "genre_affinity": [0.0] * len(tables["genres"])}
    user = tables["users"].get(str(request["user_id"]), stranger)
    total = 0.0
    for affinity, flag in zip(user["genre_affinity"], item["genres"], strict=True):
        total += affinity * flag
    return [
        float(request["age"]),
        float(request["gender"] == "M"),
        float(tables["occupations"].index(request["occupation"])),
        math.nan if item["year"] is None else float(item["year"]),
        *map(float, item["genres"]),
        float(user["n"]),
        user["like"],
        float(item["n"]),
        item["like"],
        total / max(sum(item["genres"]), 1),
    ]
