"""The course's own service behind the contract of this exercise, with the exercise's model in it.

The law lays this folder over the solution, allows `movie_service`, and expects every row to pass: so exercise and
product cannot drift apart.
"""

from collections.abc import Sequence
from threading import Thread
from typing import Any

from movie_service.app import create_app
from movie_service.errors import ModelUnavailable
from movie_service.schemas import PredictionRequest
from movie_service.settings import Settings
from stub_model import THRESHOLD, StubModel


class StubPredictor:
    """The exercise's model in the form that movie_service asks for. It may block: `inline` is not set."""

    threshold = THRESHOLD

    def __init__(self, model: StubModel) -> None:
        self.version = model.version
        self.knows = model.knows
        self._model = model

    def score(self, request: PredictionRequest) -> float:
        """Score one request."""
        return float(self._model.score(**request.model_dump()))

    def score_many(self, requests: Sequence[PredictionRequest]) -> Sequence[float]:
        """Score many, in their order."""
        return [self.score(one) for one in requests]


model = StubModel()
settings = Settings(access_log="off")
loading = create_app(settings=settings, predictor=ModelUnavailable("The model is still loading."))
answering = create_app(settings=settings, predictor=StubPredictor(model))
Thread(target=model.load).start()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Hand every request to the service without a model, and from the moment it is loaded to the one with it."""
    await (answering if model.loaded else loading)(scope, receive, send)
