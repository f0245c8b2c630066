"""A stand-in for the model: answers like one, needs no training. Given; nothing here is to be changed.

`STUB_LOAD_SECONDS` and `STUB_BLOCKS_MS` say how long it takes to load and to answer.
"""

import os
import time
import zlib
from typing import Literal

import numpy

THRESHOLD = 0.5
"""A score from here on means class 1: this user will like this movie."""

Occupation = Literal[
    "administrator",
    "artist",
    "doctor",
    "educator",
    "engineer",
    "entertainment",
    "executive",
    "healthcare",
    "homemaker",
    "lawyer",
    "librarian",
    "marketing",
    "none",
    "other",
    "programmer",
    "retired",
    "salesman",
    "scientist",
    "student",
    "technician",
    "writer",
]


class StubModel:
    """Scores one user and one movie. The same inputs always get the same score."""

    version = "1.0.0"

    def __init__(self) -> None:
        self.loaded = False

    def load(self) -> None:
        """Read the model; returns when it is there, which takes a while."""
        time.sleep(float(os.environ.get("STUB_LOAD_SECONDS", "1")))
        self.loaded = True

    def knows(self, movie_id: int) -> bool:
        """Say whether the catalog has this movie."""
        return 1 <= movie_id <= 1682

    def score(self, user_id: int, movie_id: int, age: int, gender: str, occupation: str) -> numpy.float32:
        """Return how much this user will like this movie, from 0 to 1, as the number type of numpy."""
        time.sleep(float(os.environ.get("STUB_BLOCKS_MS", "0")) / 1000)
        inputs = f"{user_id} {movie_id} {age} {gender} {occupation}"
        return numpy.float32(zlib.crc32(inputs.encode()) % 1001 / 1000)
