"""Makes small bundles of the course's format: another model, other tables, columns in another order.

A model that is drawn anew for each check knows every feature, so that a wrong number cannot hide; and nothing
depends on what one training happened to learn.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass, replace
from typing import Any

GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
OCCUPATIONS = (
    "administrator", "artist", "doctor", "educator", "engineer", "entertainment", "executive", "healthcare",
    "homemaker", "lawyer", "librarian", "marketing", "none", "other", "programmer", "retired", "salesman",
    "scientist", "student", "technician", "writer",
)  # fmt: skip
# What the tables of another training may list besides.
NEW_GENRES = ("Anime", "Biography", "Sport")
OTHER_FEATURES = (
    "age", "gender_m", "occupation", "year", "user_n", "user_like", "item_n", "item_like", "user_genre_affinity",
)  # fmt: skip
# Missing values take the right branch, where 0 and every year up to the threshold go left.
NAN_RIGHT = 8


@dataclass(frozen=True)
class Made:
    """A bundle's content, before its files are written."""

    features: tuple[str, ...]
    trees: tuple[str, ...]
    online: dict[str, Any]
    threshold: float = 0.5

    @property
    def model(self) -> str:
        """The model as LightGBM's text."""
        blocks = [f"Tree={index}\n{tree}" for index, tree in enumerate(self.trees)]
        head = [
            "tree",
            "version=v4",
            "num_class=1",
            "num_tree_per_iteration=1",
            "label_index=0",
            f"max_feature_idx={len(self.features) - 1}",
            "objective=binary sigmoid:1",
            f"feature_names={' '.join(self.features)}",
            f"feature_infos={' '.join('[-1:3000]' for _ in self.features)}",
            f"tree_sizes={' '.join(str(len(block)) for block in blocks)}",
        ]
        tail = "end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n"
        return "\n".join(head) + "\n\n" + "".join(blocks) + tail

    def files(self) -> dict[str, bytes]:
        """The three files by name, the manifest vouching for the other two."""
        content = {"model.txt": self.model.encode(), "online.json": json.dumps(self.online).encode()}
        manifest = {
            "schema": 1,
            "name": "likes-it",
            "version": "1.0.0",
            "features": list(self.features),
            "threshold": self.threshold,
            "files": {name: {"sha256": sha256(data), "bytes": len(data)} for name, data in content.items()},
            "training": {"rows": 0, "synthetic": True},
            "metrics": {},
            "versions": {},
        }
        return {**content, "manifest.json": json.dumps(manifest).encode()}

    def with_threshold(self, threshold: float) -> Made:
        return replace(self, threshold=threshold)


def sha256(data: bytes) -> str:
    """Return the digest as the manifest writes it."""
    return hashlib.sha256(data).hexdigest()


def unnamed(text: str, *, name: str, found: bytes, vouched: bytes) -> list[str]:
    """What the text of a refusal does not say. Two sizes are as good as two digests, where they differ."""
    # 205,887 and 205_887 are sizes too, and so is a digest in capitals.
    text = re.sub(r"(?<=\d)[,_](?=\d{3})", "", text).lower()
    sizes = len(found) != len(vouched) and str(len(found)) in text and str(len(vouched)) in text
    wanted = {name: "the name of the file"}
    if not sizes:
        wanted[sha256(found)[:8]] = "the first 8 characters of the file's sha256"
        wanted[sha256(vouched)[:8]] = "the first 8 characters of the manifest's sha256"
    return [words for needed, words in wanted.items() if needed not in text]


def make(random: Any, *, users: int = 40, movies: int = 60, genres: tuple[str, ...] = GENRES) -> Made:
    """Draw a bundle whose tables hold numbers that float32 keeps exactly."""
    features = [*OTHER_FEATURES, *map(genre_feature, genres)]
    random.shuffle(features)
    online = {
        "genres": list(genres),
        "occupations": list(OCCUPATIONS),
        "prior_like": random.randint(20, 30) / 64,
        "users": {str(key): _user(random, len(genres)) for key in random.sample(range(1, 900), users)},
        "items": {str(key): _item(random, len(genres)) for key in random.sample(range(1, 1600), movies)},
    }
    return Made(tuple(features), tuple(_trees(random, features)), online)


def genre_feature(genre: str) -> str:
    """The name of a genre's feature."""
    return "genre_" + genre.lower().replace("-", "_").replace("'", "")


def _user(random: Any, genres: int) -> dict[str, Any]:
    tastes = [random.randint(-60, 60) / 64 for _ in range(genres)]
    return {"n": random.randint(20, 400), "like": random.randint(1, 63) / 64, "genre_affinity": tastes}


def _item(random: Any, genres: int) -> dict[str, Any]:
    # One or two genres: half of a sum of 64ths is a number that float32 keeps.
    chosen = random.sample(range(genres), random.randint(1, 2))
    flags = [int(place in chosen) for place in range(genres)]
    return {
        "title": "A movie",
        "year": random.randint(1922, 1998),
        "genres": flags,
        "n": random.randint(1, 500),
        "like": random.randint(1, 63) / 64,
    }


def _trees(random: Any, features: list[str]) -> list[str]:
    cuts: dict[str, list[float]] = {
        "age": [20.5, 30.5, 40.5, 50.5, 60.5],
        "gender_m": [0.5],
        "year": [1930.5, 1950.5, 1970.5, 1990.5],
        "user_n": [0.5, 60.5, 150.5, 250.5],
        "item_n": [0.5, 60.5, 150.5, 250.5],
        "user_like": [place / 64 + 1 / 128 for place in range(3, 63, 4)],
        "item_like": [place / 64 + 1 / 128 for place in range(3, 63, 4)],
        "user_genre_affinity": [place / 64 + 1 / 256 for place in range(-50, 51, 4)],
    }
    cuts |= {name: [0.5] for name in features if name.startswith("genre_")}
    stumps = [stump(features.index(name), cut, _step(random)) for name, many in cuts.items() for cut in many]
    stumps += [category(features.index("occupation"), code, _step(random)) for code in range(len(OCCUPATIONS))]
    # What is not known must matter, whatever was drawn for the rest.
    stumps.append(stump(features.index("year"), 2000.5, 0.9))
    random.shuffle(stumps)
    return stumps


def _step(random: Any) -> float:
    return float(random.choice((-1, 1)) * random.randint(40_000, 160_000) / 1_000_000)


def stump(place: int, cut: float, step: float) -> str:
    """One split: up to `cut` the left leaf; above it, and where the value is missing, the right one."""
    return _tree_text(place, cut, NAN_RIGHT, step, "")


def category(place: int, code: int, step: float) -> str:
    """One split: this category the right way, all others the other."""
    return _tree_text(place, 0, 1, step, f"cat_boundaries=0 1\ncat_threshold={1 << code}\n")


def _tree_text(place: int, cut: float, decision: int, step: float, sets: str) -> str:
    return (
        f"num_leaves=2\nnum_cat={int(bool(sets))}\nsplit_feature={place}\nsplit_gain=1\nthreshold={cut!r}\n"
        f"decision_type={decision}\nleft_child=-1\nright_child=-2\nleaf_value={-step!r} {step!r}\n"
        f"leaf_weight=1 1\nleaf_count=1 1\ninternal_value=0\ninternal_weight=2\ninternal_count=2\n{sets}"
        "is_linear=0\nshrinkage=1\n\n\n"
    )


def successor(random: Any, made: Made) -> Made:
    """Another training's bundle for the same users and movies: other trees, tables, order and threshold."""
    features = list(made.features)
    random.shuffle(features)
    online = dict(made.online)
    for kind in ("users", "items"):
        online[kind] = {key: {**entry, "like": 1 - entry["like"]} for key, entry in made.online[kind].items()}
    return Made(tuple(features), tuple(_trees(random, features)), online, threshold=0.99)


def on_the_edge(random: Any, made: Made) -> Made:
    """Give each user and movie a `like` on which a split lies exactly and which float32 rounds up, over the edge."""
    likes = [_rounds_up(random) for _ in range(12)]
    online = dict(made.online)
    for kind in ("users", "items"):
        online[kind] = {key: {**entry, "like": random.choice(likes)} for key, entry in made.online[kind].items()}
    places = [made.features.index(name) for name in ("user_like", "item_like")]
    edges = [stump(place, like, _step(random)) for like in likes for place in places]
    return replace(made, trees=(*made.trees, *edges), online=online)


def _rounds_up(random: Any) -> float:
    while True:
        like = random.uniform(0.1, 0.9)
        if struct.unpack("f", struct.pack("f", like))[0] > like:
            return float(like)
