"""What the application needs of a model, and the LightGBM model that provides it."""

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, get_args, runtime_checkable

from movie_service.booster import Booster
from movie_service.bundle import ONLINE, Bundle, read_bundle
from movie_service.columns import Asked
from movie_service.errors import ModelUnavailable
from movie_service.features import FeatureRows, read_tables
from movie_service.schemas import Occupation, PredictionRequest


@runtime_checkable
class Predictor(Protocol):
    """All that `create_app(predictor=…)` asks of a model; a stub of ten lines will do.

    Three more attributes are looked for and may be missing:

    - `threshold: float` (0.5 when missing): from which score on the class is 1.
    - `inline: bool` (False when missing): True says that `score` takes microseconds and may run in the event
      loop. Any other predictor runs in a thread, so that a slow model never keeps a health check waiting.
    - `facts: Mapping[str, Any]` (empty when missing): what GET /model says besides version and threshold.
    - `made_at: float` (now when missing): when the model was made, in Unix time.
    - `nullable: Sequence[str]` (all features when missing): those that may be NaN. The metrics look at no others.
    - `feature_names: Sequence[str]`, `row(request)`, `rows(requests)`, `score_row(row)` and `score_rows(rows)` (all or
      none): the numbers that the model sees, one row after the other, for the prediction log and the metrics. Requests
      are any objects with the five fields then, not `PredictionRequest` alone.
    """

    @property
    def version(self) -> str:
        """The model's version, part of every answer."""

    def knows(self, movie_id: int) -> bool:
        """Whether the catalogue has this movie; an unknown one is answered with 404."""

    def score(self, request: PredictionRequest) -> float:
        """The score of one request, from 0 to 1."""

    def score_many(self, requests: Sequence[PredictionRequest]) -> Sequence[float]:
        """The scores of many requests in their order; called from a thread when they are many."""


class LightGBMPredictor:
    """The model of a verified bundle."""

    inline = True

    def __init__(self, bundle: Bundle) -> None:
        manifest = bundle.manifest
        where = str(bundle.folder / ONLINE)
        tables = read_tables(bundle.online, where)
        if tuple(tables.occupations) != get_args(Occupation):
            raise ModelUnavailable(
                f"{where}: the occupations are not the 21 that this service accepts, in their order. "
                "Use a bundle and a service of the same release."
            )
        self.version = manifest.version
        self.made_at = bundle.made_at
        self.threshold = manifest.threshold
        self.feature_names: Sequence[str] = tuple(manifest.features)
        self.facts: Mapping[str, Any] = manifest.model_dump(exclude={"format", "version", "threshold"})
        self._rows = FeatureRows(tables, manifest.features, where)
        self.knows = self._rows.knows
        self.nullable: Sequence[str] = self._rows.nullable
        # One for the event loop, one for the thread that scores batches (Booster says why).
        self._single = Booster(bundle.model)
        self._batch = Booster(bundle.model)
        self._batch_lock = Lock()

    def score(self, request: Asked) -> float:
        """Score one request; call it from one thread only."""
        return self._single.predict_row(self._rows.row(request))

    def score_many(self, requests: Sequence[Asked]) -> list[float]:
        """Score a batch, from any thread."""
        return self.score_rows(self.rows(requests))

    def row(self, request: Asked) -> "array[float]":
        """The features of one request; the movie must be known."""
        return self._rows.row(request)

    def rows(self, requests: Sequence[Asked]) -> "array[float]":
        """The features of many requests; the movies must be known."""
        return self._rows.rows(requests)

    def score_row(self, row: "array[float]") -> float:
        """Score one row; call it from one thread only."""
        return self._single.predict_row(row)

    def score_rows(self, rows: "array[float]") -> list[float]:
        """Score many rows, from any thread."""
        with self._batch_lock:
            return self._batch.predict_rows(rows)


def load_predictor(folder: Path) -> LightGBMPredictor:
    """Load the model of a bundle folder.

    Raises ModelUnavailable when it cannot be used, saying which file and what to do.
    """
    bundle = read_bundle(folder)
    try:
        return LightGBMPredictor(bundle)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"{folder / 'model.txt'}: LightGBM refuses the model ({error}). Train the model anew."
        ) from None
