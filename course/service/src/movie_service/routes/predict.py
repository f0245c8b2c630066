"""POST /predict and POST /predict/batch: the reason why the service exists."""

from collections.abc import Sequence
from time import perf_counter
from typing import Final

from fastapi import APIRouter, Request, Response

from movie_service.openapi import body_of, problems_of
from movie_service.prediction_log.journal import Answered
from movie_service.problems import REQUEST_ID, Problem, unknown_movies
from movie_service.routes.direct import DirectRoute, answer, asked_for
from movie_service.schemas import BatchRequest, BatchResponse, PredictionRequest, PredictionResponse
from movie_service.service import Model, Rows, Service
from movie_service.tracing import step

router = APIRouter(route_class=DirectRoute)

_PROBLEMS: Final = problems_of(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)


# --8<-- [start:predict]
@router.post(
    "/predict",
    response_model=PredictionResponse,
    responses=_PROBLEMS,
    openapi_extra=body_of(PredictionRequest),
    tags=["predictions"],
)
async def predict(request: Request) -> Response:
    """Say how likely it is that a user likes a movie."""
    service = Service.of(request)
    model = service.answering
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
    positive = score >= model.threshold
    service.metrics.predictions((score,), int(positive))
    service.metrics.features(model.nullable, len(model.names), row)
    return answer(
        {
            "prediction": score,
            "prediction_class": int(positive),
            "model_version": model.version,
            "inference_time_ms": round(elapsed * 1000, 4),
        }
    )


# --8<-- [end:predict]


@router.post(
    "/predict/batch",
    response_model=BatchResponse,
    responses=_PROBLEMS,
    openapi_extra=body_of(BatchRequest),
    tags=["predictions"],
)
async def predict_batch(request: Request) -> Response:
    """Answer many requests at once, in their order."""
    service = Service.of(request)
    model = service.answering
    asked = (await asked_for(BatchRequest, request, service.settings)).requests
    _refuse_too_many(len(asked), service.settings.batch_limit)
    unknown = [
        (f"body.requests.{index}.movie_id", one.movie_id)
        for index, one in enumerate(asked)
        if not model.predictor.knows(one.movie_id)
    ]
    if unknown:
        raise unknown_movies(unknown)

    started = perf_counter()
    scores, rows = await model.score_many(asked)
    elapsed = perf_counter() - started

    service.journal.predictions(answered(request, model, asked, scores, rows))
    classes = [int(score >= model.threshold) for score in scores]
    service.metrics.predictions(scores, sum(classes))
    service.metrics.features(model.nullable, len(model.names), rows)
    return answer(
        {
            "predictions": [
                {"prediction": score, "prediction_class": label} for score, label in zip(scores, classes, strict=True)
            ],
            "model_version": model.version,
            "inference_time_ms": round(elapsed * 1000, 4),
        }
    )


def answered(
    request: Request, model: Model, asked: Sequence[PredictionRequest], scores: Sequence[float], rows: Rows
) -> Answered:
    """What the journal keeps of one call."""
    return Answered(request.scope[REQUEST_ID], asked, scores, model.threshold, model.version, model.names, rows)


def _refuse_too_many(count: int, limit: int) -> None:
    if count > limit:
        raise Problem(
            413,
            f"The batch has {count} requests, the limit is {limit}. Send it in parts.",
            errors=[("body.requests", f"At most {limit} requests are allowed.")],
        )
