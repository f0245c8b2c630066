"""What the routes work with: settings, model and metrics of one application."""

from collections.abc import Sequence
from typing import Final

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from movie_service.errors import ModelUnavailable
from movie_service.metrics import Metrics
from movie_service.predictor import Predictor
from movie_service.problems import Problem
from movie_service.schemas import PredictionRequest
from movie_service.settings import Settings

# A batch of this size takes about a millisecond. Larger ones go to a thread: LightGBM releases the GIL, and
# the event loop answers others meanwhile. One thread: more would take the processor from the single requests.
INLINE_BATCH: Final = 100


class Service:
    """The parts of one application; `of(request)` finds them from a route."""

    def __init__(self, settings: Settings, predictor: Predictor | ModelUnavailable, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        self._predictor = predictor
        self.inline = bool(getattr(predictor, "inline", False))
        self.threshold = float(getattr(predictor, "threshold", 0.5))
        self._batches = CapacityLimiter(1)

    @classmethod
    def of(cls, request: Request) -> "Service":
        """The service that this request was sent to."""
        service: Service = request.app.state.service
        return service

    @property
    def predictor(self) -> Predictor:
        """The model; without one the request ends with 503."""
        if isinstance(self._predictor, ModelUnavailable):
            raise Problem(503, f"No model is loaded. {self._predictor}")
        return self._predictor

    async def score(self, request: PredictionRequest) -> float:
        """Score one request in a thread, for a predictor that does not promise to be quick."""
        return float(await to_thread.run_sync(self.predictor.score, request))

    async def score_many(self, requests: Sequence[PredictionRequest]) -> list[float]:
        """Score a batch where it disturbs least."""
        if self.inline and len(requests) <= INLINE_BATCH:
            scores = self.predictor.score_many(requests)
        else:
            scores = await to_thread.run_sync(self.predictor.score_many, requests, limiter=self._batches)
        return [float(score) for score in scores]
