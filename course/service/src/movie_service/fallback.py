"""An answer for when no model can answer: how much everybody likes the movie. Marked, so that nobody mistakes it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from movie_service.bundle import ONLINE
from movie_service.errors import ModelUnavailable
from movie_service.features import read_tables
from movie_service.schemas import PredictionRequest

VERSION: Final = "fallback-popularity"


# --8<-- [start:fallback]
class Popularity:
    """Takes the place of the model. Unlike the model it needs one file, and knows nothing of the user."""

    version = VERSION
    threshold = 0.5
    inline = True

    def __init__(self, likes: dict[int, float], prior: float) -> None:
        self._likes = likes
        self._prior = prior

    def knows(self, movie_id: int) -> bool:
        """Without the model's catalogue nobody can say which movies there are."""
        return True

    def score(self, request: PredictionRequest) -> float:
        """The share of users who like the movie; of an unknown one, the share over all."""
        return self._likes.get(request.movie_id, self._prior)

    def score_many(self, requests: Sequence[PredictionRequest]) -> list[float]:
        """The same for many."""
        return [self.score(one) for one in requests]


# --8<-- [end:fallback]


def read_popularity(folder: Path) -> Popularity | None:
    """From the tables of a bundle whose model cannot be used; None when they cannot be read either."""
    try:
        tables = read_tables((folder / ONLINE).read_bytes(), str(folder / ONLINE))
    except (OSError, ModelUnavailable):
        return None
    # Movies that few have rated lean towards the average: one like of one is not 100 %.
    likes = {movie: (one.like * one.n + 5 * tables.prior_like) / (one.n + 5) for movie, one in tables.items.items()}
    return Popularity(likes, tables.prior_like)
