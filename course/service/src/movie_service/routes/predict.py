"""POST /predict and POST /predict/batch: the reason why the service exists."""

from collections.abc import Sequence
from time import perf_counter
from typing import Final

import msgspec
import orjson
from fastapi import APIRouter, Request, Response

from movie_service.columns import Asked, Columns, columns_of
from movie_service.openapi import body_of, problems_of
from movie_service.prediction_log.journal import Answered
from movie_service.problems import REQUEST_ID, Problem, unknown_movies
from movie_service.routes.direct import DirectRoute, JsonResponse, asked_for, body_for, parsed
from movie_service.schemas import BatchRequest, BatchResponse, PredictionRequest, PredictionResponse
from movie_service.service import Model, Rows, Service
from movie_service.tracing import step

router = APIRouter(route_class=DirectRoute)

PROBLEMS: Final = problems_of(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)


# --8<-- [start:predict]
@router.post(
    "/predict",
    response_model=PredictionResponse,
    responses=PROBLEMS,
    openapi_extra=body_of(PredictionRequest),
    tags=["predictions"],
)
async def predict(request: Request) -> Response:
    """Say how likely it is that a user likes a movie."""
    service = Service.of(request)
    return await answer_one(request, service, service.answering)


async def answer_one(request: Request, service: Service, model: Model) -> Response:
    """The answer of this model to the request."""
    with step("validate"):
        asked = await asked_for(PredictionRequest, request, service.settings)
    if not model.predictor.knows(asked.movie_id):
        raise unknown_movies([("body.movie_id", asked.movie_id)])

    started = perf_counter()
    score, row = await service.score(model, asked)
    elapsed = perf_counter() - started

    # Before the answer goes out: what a client has seen answered is in the log.
    with step("log"):
        service.journal.predictions(answered(request, model, (asked,), (score,), row))
    service.metrics.predictions((score,), int(score >= model.threshold))
    service.metrics.features(model.nullable, len(model.names), row)
    return JsonResponse(encoded(score, model, elapsed))


# --8<-- [end:predict]


@router.post(
    "/predict/batch",
    response_model=BatchResponse,
    responses=PROBLEMS,
    openapi_extra=body_of(BatchRequest),
    tags=["predictions"],
)
async def predict_batch(request: Request) -> Response:
    """Answer many requests at once, in their order."""
    service = Service.of(request)
    return await answer_batch(request, service, service.answering)


async def answer_batch(request: Request, service: Service, model: Model) -> Response:
    """The answers of this model to a batch."""
    asked = batch_of(await body_for(request, service.settings), model, service.settings.batch_limit)

    started = perf_counter()
    scores, rows = await model.score_many(asked)
    elapsed = perf_counter() - started

    service.journal.predictions(answered(request, model, asked, scores, rows))
    classes = classes_of(scores, model)
    service.metrics.predictions(scores, sum(classes))
    service.metrics.features(model.nullable, len(model.names), rows)
    return JsonResponse(batch_encoded(scores, classes, model, elapsed))


def classes_of(scores: Sequence[float], model: Model) -> list[int]:
    """1 where the score reaches the model's threshold, else 0."""
    threshold = model.threshold
    return [1 if score >= threshold else 0 for score in scores]


# --8<-- [start:encoded]
class _Prediction(msgspec.Struct, gc=False):
    prediction: float
    prediction_class: int


class _Batch(msgspec.Struct, gc=False):
    predictions: list[_Prediction]
    model_version: str
    inference_time_ms: float


_encode: Final = msgspec.json.Encoder().encode


def batch_encoded(scores: Sequence[float], classes: Sequence[int], model: Model, elapsed: float) -> bytes:
    """A BatchResponse. A struct per score costs half of what a dict does."""
    return _encode(_Batch(list(map(_Prediction, scores, classes)), model.version, round(elapsed * 1000, 4)))


# --8<-- [end:encoded]


def encoded(score: float, model: Model, elapsed: float) -> bytes:
    """A PredictionResponse; orjson writes every double so that reading it gives the same double."""
    return orjson.dumps(
        {
            "prediction": score,
            "prediction_class": int(score >= model.threshold),
            "model_version": model.version,
            "inference_time_ms": round(elapsed * 1000, 4),
        }
    )


def answered(request: Request, model: Model, asked: Sequence[Asked], scores: Sequence[float], rows: Rows) -> Answered:
    """What the journal keeps of one call."""
    return Answered(request.scope[REQUEST_ID], asked, scores, model.threshold, model.version, model.names, rows)


def batch_of(body: bytes, model: Model, limit: int) -> Sequence[Asked]:
    """The requests of a batch; anything but right ones, about movies that exist, ends the request."""
    asked = _quickly(body, model) or parsed(BatchRequest, body).requests
    _refuse_too_many(len(asked), limit)
    _refuse_unknown(asked, model)
    return asked


def _quickly(body: bytes, model: Model) -> Columns | None:
    """The batch without an object per request, where nothing is wrong with it and the model can do without."""
    return columns_of(body) if model.takes_columns else None


def _refuse_unknown(asked: Sequence[Asked], model: Model) -> None:
    knows = model.predictor.knows
    movies = asked.movie_id if isinstance(asked, Columns) else [one.movie_id for one in asked]
    if not all(map(knows, movies)):
        raise unknown_movies(
            [(f"body.requests.{index}.movie_id", movie) for index, movie in enumerate(movies) if not knows(movie)]
        )


def _refuse_too_many(count: int, limit: int) -> None:
    if count > limit:
        raise Problem(
            413,
            f"The batch has {count} requests, the limit is {limit}. Send it in parts.",
            errors=[("body.requests", f"At most {limit} requests are allowed.")],
        )
