"""POST /predict and POST /predict/batch: the reason why the service exists."""

from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from movie_service.openapi import body_of, problems_of
from movie_service.problems import Problem, invalid_body, shown, unknown_movies
from movie_service.schemas import BatchRequest, BatchResponse, PredictionRequest, PredictionResponse, parse_body
from movie_service.service import Service


# The usual form is `async def predict(body: PredictionRequest) -> PredictionResponse`, and it is right almost
# everywhere. Here FastAPI would solve dependencies that we do not have, parse the body into a dict, validate the
# dict, validate the answer and encode it: more than half as much CPU again as pydantic reading the bytes and orjson
# writing them. `response_model` and `openapi_extra` only describe; /docs shows the same as for the usual form.
class DirectRoute(APIRoute):
    """A route whose function takes the request and gives the response, with nothing of FastAPI's in between."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What FastAPI documents as the place to change how a route is handled: here it is the function itself."""
        return self.endpoint


router = APIRouter(route_class=DirectRoute)

_PROBLEMS: Final = problems_of(400, 404, 413, 415, 422, 503)


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
    predictor = service.predictor
    body = await read_body(request, service.settings.max_body_bytes)
    try:
        asked = parse_body(PredictionRequest, body)
    except ValidationError as error:
        raise invalid_body(error) from None
    if not predictor.knows(asked.movie_id):
        raise unknown_movies([("body.movie_id", asked.movie_id)])

    started = perf_counter()
    # 10 microseconds of work: a thread would cost more than it frees. A slow model does go to a thread.
    score = float(predictor.score(asked)) if service.inline else await service.score(asked)
    elapsed = perf_counter() - started

    positive = score >= service.threshold
    service.metrics.predictions((score,), int(positive))
    return answer(
        {
            "prediction": score,
            "prediction_class": int(positive),
            "model_version": predictor.version,
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
    predictor = service.predictor
    body = await read_body(request, service.settings.max_body_bytes)
    try:
        asked = parse_body(BatchRequest, body).requests
    except ValidationError as error:
        raise invalid_body(error) from None
    _refuse_too_many(len(asked), service.settings.batch_limit)
    unknown = [
        (f"body.requests.{index}.movie_id", one.movie_id)
        for index, one in enumerate(asked)
        if not predictor.knows(one.movie_id)
    ]
    if unknown:
        raise unknown_movies(unknown)

    started = perf_counter()
    scores = await service.score_many(asked)
    elapsed = perf_counter() - started

    classes = [int(score >= service.threshold) for score in scores]
    service.metrics.predictions(scores, sum(classes))
    return answer(
        {
            "predictions": [
                {"prediction": score, "prediction_class": label} for score, label in zip(scores, classes, strict=True)
            ],
            "model_version": predictor.version,
            "inference_time_ms": round(elapsed * 1000, 4),
        }
    )


def answer(content: dict[str, object]) -> Response:
    """A JSON answer; orjson writes every double so that reading it gives the same double."""
    return Response(orjson.dumps(content), media_type="application/json")


async def read_body(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is known to be too long: Content-Length may be missing.

    FastAPI's own `max_body_size` is not used: it answers some of these cases in plain text.
    """
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            _refuse_other_than_json(value)
        elif name == b"content-length" and value.isdigit() and int(value) > limit:
            raise _too_large(limit)
    body = bytearray()
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    return bytes(body)


def _refuse_other_than_json(content_type: bytes) -> None:
    # Without the header we read the body as JSON. With another one the client means something else, and a
    # browser may send a form to any host without asking, but not JSON.
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type != b"application/json" and not media_type.endswith(b"+json"):
        raise Problem(
            415,
            f"The body is sent as {shown(content_type.decode('latin-1'))}. "
            "Send JSON with the header 'Content-Type: application/json'.",
        )


def _refuse_too_many(count: int, limit: int) -> None:
    if count > limit:
        raise Problem(
            413,
            f"The batch has {count} requests, the limit is {limit}. Send it in parts.",
            errors=[("body.requests", f"At most {limit} requests are allowed.")],
        )


def _too_large(limit: int) -> Problem:
    return Problem(413, f"The body is longer than {limit} bytes. Send less at once.")
