"""Answers over HTTP whether a user will like a movie."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from threading import Thread
from typing import Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from given import Stopwatch, serve_docs
from pydantic import BaseModel, ConfigDict, Field
from stub_model import THRESHOLD, Occupation, StubModel

BATCH_LIMIT = 1000

model = StubModel()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Run once when the service starts; requests are let in from `yield` on."""
    Thread(target=model.load).start()
    yield


app = FastAPI(docs_url=None, redoc_url=None, lifespan=lifespan)
serve_docs(app)


class PredictRequest(BaseModel):
    """One user and one movie."""

    model_config = ConfigDict(strict=True, extra="forbid")

    user_id: int = Field(ge=1)
    movie_id: int = Field(ge=1)
    age: int = Field(ge=1, le=120)
    gender: Literal["F", "M"]
    occupation: Occupation


class PredictResponse(BaseModel):
    """What the model says about them, and which model it was."""

    prediction: float
    prediction_class: int
    model_version: str
    inference_time_ms: float


def problem(
    status: int, detail: str, errors: Sequence[object] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A refusal in the form of RFC 9457."""
    return JSONResponse(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "errors": errors,
        },
        status,
        headers,
        "application/problem+json",
    )


@app.exception_handler(HTTPException)
async def refused(request: Request, error: HTTPException) -> JSONResponse:
    """Everything that was raised with a status: 404, 405, 413, 503."""
    return problem(error.status_code, error.detail, headers=error.headers)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """What a schema refused, field by field."""
    errors = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    return problem(422, "The request does not fit the schema; errors says where.", errors)


def score_of(request: PredictRequest) -> float:
    """Ask the model. Whatever predicts comes through here."""
    require_model()
    if not model.knows(request.movie_id):
        raise HTTPException(404, f"There is no movie {request.movie_id}.")
    return float(model.score(**request.model_dump()))


@app.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


def require_model() -> None:
    """Refuse what needs the model while it is still loading."""
    if not model.loaded:
        raise HTTPException(503, "The model is not loaded yet.")


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    """Say that predictions can be had."""
    require_model()
    return {"status": "ready", "model_version": model.version}


@app.post("/predict")
def predict(request: PredictRequest) -> PredictResponse:
    """Score one user and one movie."""
    watch = Stopwatch()
    score = score_of(request)
    return PredictResponse(
        prediction=score,
        prediction_class=int(score >= THRESHOLD),
        model_version=model.version,
        inference_time_ms=watch.ms(),
    )


class BatchRequest(BaseModel):
    """Many of the same; the answer keeps their order."""

    model_config = ConfigDict(extra="forbid")

    requests: list[PredictRequest] = Field(min_length=1)


class Prediction(BaseModel):
    """What the model says about one of them."""

    prediction: float
    prediction_class: int


class BatchResponse(BaseModel):
    """The answers, in the order of the requests."""

    predictions: list[Prediction]
    model_version: str
    inference_time_ms: float


@app.post("/predict/batch")
def predict_batch(batch: BatchRequest) -> BatchResponse:
    """Score many at once."""
    watch = Stopwatch()
    if len(batch.requests) > BATCH_LIMIT:
        raise HTTPException(413, f"A batch holds at most {BATCH_LIMIT} requests, not {len(batch.requests)}.")
    scores = [score_of(one) for one in batch.requests]
    return BatchResponse(
        predictions=[Prediction(prediction=s, prediction_class=int(s >= THRESHOLD)) for s in scores],
        model_version=model.version,
        inference_time_ms=watch.ms(),
    )
