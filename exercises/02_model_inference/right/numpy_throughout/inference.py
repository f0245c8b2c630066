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
        for name, entry in self.manifest["files"].items():
            read_in = (folder / name).read_bytes()
            if len(read_in) != entry["bytes"]:
                raise ModelRefused(f"{name} has {len(read_in):,} bytes, not {entry['bytes']:,}")
            found = hashlib.sha256(read_in).hexdigest()
            if found != entry["sha256"]:
                raise ModelRefused(f"{name} is {found.upper()}, not {entry['sha256'].upper()}")
        self.online = json.loads((folder / "online.json").read_text("utf-8"))
        self.booster = lgb.Booster(model_file=folder / "model.txt")


def load(folder: str) -> Bundle:
    """Return all that predict needs. Raises ModelRefused when a file is not as the manifest says."""
    return Bundle(Path(folder))


def features(model: Bundle, request: dict[str, Any]) -> dict[str, float]:
    """Return the value of every feature, by name."""
    online = model.online
    movie = online["items"].get(str(request["movie_id"]))
    if movie is None:
        raise UnknownMovie(f"The tables have no movie {request['movie_id']}.")
    stranger = {"n": 0, "like": online["prior_like"], "genre_affinity": np.zeros(len(online["genres"]))}
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
        "user_genre_affinity": np.mean(affinities),
    } | {genre_feature(name): movie["genres"][place] for place, name in enumerate(online["genres"])}


def genre_feature(genre: str) -> str:
    """Return the name of a genre's feature: Sci-Fi becomes genre_sci_fi, Children's genre_childrens."""
    return "genre_" + genre.lower().replace("-", "_").replace("'", "")


def row(model: Bundle, request: dict[str, Any]) -> np.ndarray:
    """Return the numbers of one request as the model gets them: by place, without names."""
    values = features(model, request)
    names = model.manifest["features"]
    return np.array([values[name] for name in names], dtype=np.float64)


def predict(model: Bundle, request: dict[str, Any]) -> dict[str, Any]:
    """Return score and class of one request, as numpy's numbers."""
    return predict_batch(model, [request])[0]


def predict_batch(model: Bundle, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return score and class of many requests, asking the model once."""
    scores = model.booster.predict(np.vstack([row(model, request) for request in requests]))
    classes = (scores >= model.manifest["threshold"]).astype(int)
    pairs = zip(scores, classes, strict=True)
    return [{"prediction": score, "prediction_class": label} for score, label in pairs]
