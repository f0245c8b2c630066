"""The features of one request as slides and blog posts make them; for the naive endpoint and for the peers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def features(tables: Mapping[str, Any], names: Sequence[str], request: Mapping[str, Any]) -> dict[str, Any]:
    """The row by name, in the order of the model's columns."""
    stranger = {"n": 0, "like": tables["prior_like"], "genre_affinity": [0.0] * len(tables["genres"])}
    user = tables["users"].get(str(request["user_id"]), stranger)
    item = tables["items"][str(request["movie_id"])]
    liked = [value for value, flag in zip(user["genre_affinity"], item["genres"], strict=True) if flag]
    found = {
        "age": request["age"],
        "gender_m": int(request["gender"] == "M"),
        "occupation": tables["occupations"].index(request["occupation"]),
        "year": math.nan if item["year"] is None else item["year"],
        "user_n": user["n"],
        "user_like": user["like"],
        "item_n": item["n"],
        "item_like": item["like"],
        "user_genre_affinity": sum(liked) / len(liked) if liked else 0.0,
        **dict(zip((name for name in names if name.startswith("genre_")), item["genres"], strict=True)),
    }
    return {name: found[name] for name in names}
