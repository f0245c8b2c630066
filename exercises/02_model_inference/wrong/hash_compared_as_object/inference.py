"""Says how much a user will like a movie: a trained model, its tables, and the numbers it is fed.

The rest of a service calls load() once, when it starts, and then predict() or predict_batch() per request.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np


class ModelRefused(Exception):
    """A file of the bundle is not the one that the manifest describes."""


class UnknownMovie(Exception):
    """The model's tables have no such movie."""


class Bundle:
    """The three files of a bundle: manifest.json, online.json and model.txt."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.online = json.loads(self.verified(folder / "online.json"))
        self.booster = lgb.Booster(model_str=self.verified(folder / "model.txt").decode("utf-8"))

    def verified(self, path: Path) -> bytes:
        """Read a file once; what was checked is what gets loaded."""
        content = path.read_bytes()
        found = hashlib.sha256(content)
        vouched = self.manifest["files"][path.name]["sha256"]
        if found != vouched:
            raise ModelRefused(f"{path}: sha256 is {found.hexdigest()}, the manifest says {vouched}.")
        return content


def load(folder: str) -> Bundle:
    """Return all that predict needs. Raises ModelRefused when a file is not as the manifest says."""
    return Bundle(Path(folder))


def features(model: Bundle, request: dict[str, Any]) -> dict[str, float]:
    """Return the value of every feature, by name."""
    online = model.online
    movie = online["items"].get(str(request["movie_id"]))
    if movie is None:
        raise UnknownMovie(f"The tables have no movie {request['movie_id']}.")
    stranger = {"n": 0, "like": online["prior_like"], "genre_affinity": [0.0] * len(online["genres"])}
    user = online["users"].get(str(request["user_id"]), stranger)
    year = math.nan if movie["year"] is None else movie["year"]
    affinities = [user["genre_affinity"][place] for place, flag in enumerate(movie["genres"]) if flag]
    return {
        "age": request["age"],
        "gender_m": request["gender"] == "M",
        "occupation": online["occupations"].index(request["occupation"]),
        "year": year,
        "user_n": user["n"],
        "user_like": user["like"],
        "item_n": movie["n"],
        "item_like": movie["like"],
        "user_genre_affinity": sum(affinities) / len(affinities),
    } | {genre_feature(name): movie["genres"][place] for place, name in enumerate(online["genres"])}


def genre_feature(genre: str) -> str:
    """Return the name of a genre's feature: Sci-Fi becomes genre_sci_fi, Children's genre_childrens."""
    return "genre_" + genre.lower().replace("-", "_").replace("'", "")


def row(model: Bundle, request: dict[str, Any]) -> list[float]:
    """Return the numbers of one request as the model gets them: by place, without names."""
    values = features(model, request)
    names = model.manifest["features"]
    return [float(values[name]) for name in names]


def answer(model: Bundle, score: float) -> dict[str, float]:
    """Return what the service sends for one score."""
    return {"prediction": float(score), "prediction_class": int(score >= model.manifest["threshold"])}


def predict(model: Bundle, request: dict[str, Any]) -> dict[str, float]:
    """Return score and class of one request."""
    scores = model.booster.predict(np.array([row(model, request)]))
    return answer(model, scores[0])


def predict_batch(model: Bundle, requests: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Return score and class of many requests, asking the model once."""
    table = np.array([row(model, request) for request in requests])
    return [answer(model, score) for score in model.booster.predict(table)]
