"""The sample service behind this exercise's four functions: the product passes the checks that trainees pass."""

from pathlib import Path
from typing import Any

from movie_service.errors import ModelUnavailable
from movie_service.predictor import LightGBMPredictor, load_predictor
from movie_service.schemas import PredictionRequest


class ModelRefused(Exception):
    """A file of the bundle is not the one that the manifest describes."""


class UnknownMovie(Exception):
    """The model's tables have no such movie."""


def load(folder: str) -> LightGBMPredictor:
    try:
        return load_predictor(Path(folder))
    except ModelUnavailable as refusal:
        raise ModelRefused(str(refusal)) from None


def predict(model: LightGBMPredictor, request: dict[str, Any]) -> dict[str, float]:
    return _answer(model, model.score(_asked(model, request)))


def predict_batch(model: LightGBMPredictor, requests: list[dict[str, Any]]) -> list[dict[str, float]]:
    scores = model.score_many([_asked(model, request) for request in requests])
    return [_answer(model, score) for score in scores]


def _asked(model: LightGBMPredictor, request: dict[str, Any]) -> PredictionRequest:
    asked = PredictionRequest(**request)
    if not model.knows(asked.movie_id):
        raise UnknownMovie(f"The catalogue has no movie {asked.movie_id}.")
    return asked


def _answer(model: LightGBMPredictor, score: float) -> dict[str, float]:
    return {"prediction": score, "prediction_class": int(score >= model.threshold)}
