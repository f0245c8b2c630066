"""Scores requests as the training defined them: features from the tables, trees from LightGBM's text, plain Python.

The trusted process does not import LightGBM: that costs a second, and OpenMP does not survive a fork.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Request = dict[str, Any]
CATEGORICAL, DEFAULT_LEFT = 1, 2
ZERO, NAN = 1, 2


@dataclass(frozen=True)
class Tree:
    """One tree; children below zero are leaves: -1 is the first."""

    feature: list[int]
    threshold: list[float]
    decision: list[int]
    left: list[int]
    right: list[int]
    leaf: list[float]
    boundaries: list[int]
    words: list[int]

    def value(self, row: list[float]) -> float:
        node = 0 if self.feature else -1
        while node >= 0:
            node = self.left[node] if self._goes_left(node, row[self.feature[node]]) else self.right[node]
        return self.leaf[~node]

    def _goes_left(self, node: int, value: float) -> bool:
        decision = self.decision[node]
        if decision & CATEGORICAL:
            return not math.isnan(value) and self._in_set(int(self.threshold[node]), int(value))
        missing = decision >> 2 & 3
        if math.isnan(value) and missing != NAN:
            value = 0.0
        if (missing == NAN and math.isnan(value)) or (missing == ZERO and abs(value) <= 1e-35):
            return bool(decision & DEFAULT_LEFT)
        return value <= self.threshold[node]

    def _in_set(self, category: int, value: int) -> bool:
        words = self.words[self.boundaries[category] : self.boundaries[category + 1]]
        return 0 <= value < 32 * len(words) and bool(words[value // 32] >> value % 32 & 1)


def read_trees(text: str) -> list[Tree]:
    """Read the trees of a LightGBM text model for binary classification."""
    blocks = text.partition("\nend of trees")[0].split("\nTree=")[1:]
    return [_tree(dict(line.split("=", 1) for line in block.splitlines() if "=" in line)) for block in blocks]


def _tree(fields: dict[str, str]) -> Tree:
    def numbers(name: str) -> list[float]:
        return [float(word) for word in fields.get(name, "").split()]

    def whole(name: str) -> list[int]:
        return [int(word) for word in fields.get(name, "").split()]

    return Tree(
        feature=whole("split_feature"),
        threshold=numbers("threshold"),
        decision=whole("decision_type"),
        left=whole("left_child"),
        right=whole("right_child"),
        leaf=numbers("leaf_value"),
        boundaries=whole("cat_boundaries"),
        words=whole("cat_threshold"),
    )


def score(trees: list[Tree], row: list[float]) -> float:
    """Return what Booster.predict returns for one row."""
    total = 0.0
    for tree in trees:
        total += tree.value(row)
    return 1.0 / (1.0 + math.exp(-total))


def values(online: dict[str, Any], request: Request) -> dict[str, float]:
    """Return every feature by name, as the training computed it."""
    item = online["items"][str(request["movie_id"])]
    newcomer = {"n": 0, "like": online["prior_like"], "genre_affinity": [0.0] * len(online["genres"])}
    user = online["users"].get(str(request["user_id"]), newcomer)
    places = [place for place, flag in enumerate(item["genres"]) if flag]
    taste = sum([user["genre_affinity"][place] for place in places]) / len(places) if places else math.nan
    named = {
        "age": request["age"],
        "gender_m": request["gender"] == "M",
        "occupation": online["occupations"].index(request["occupation"]),
        "year": math.nan if item["year"] is None else item["year"],
        "user_n": user["n"],
        "user_like": user["like"],
        "item_n": item["n"],
        "item_like": item["like"],
        "user_genre_affinity": taste,
    }
    flags = {genre_feature(name): item["genres"][place] for place, name in enumerate(online["genres"])}
    return {name: float(value) for name, value in {**named, **flags}.items()}


def genre_feature(genre: str) -> str:
    """Return the name of a genre's feature."""
    return "genre_" + genre.lower().replace("-", "_").replace("'", "")
