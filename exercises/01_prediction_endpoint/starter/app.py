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
from starlette.exceptions import HTTPException as StarletteHTTPException
from stub_model import THRESHOLD, Occupation, StubModel

BATCH_LIMIT = 1000

model = StubModel()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Run once when the service starts; requests are let in from `yield` on."""
    # BEGIN SOLUTION 5
    # TODO 5: the service is alive at once; it is ready when the model is there.
    model.load()
    # END SOLUTION
    yield


app = FastAPI(docs_url=None, redoc_url=None, lifespan=lifespan)
serve_docs(app)


class PredictRequest(BaseModel):
    """One user and one movie."""

    # BEGIN SOLUTION 1
    # TODO 1: numbers are numbers, and within their limits; the two texts name what they allow;
    # a field that nobody knows is refused. The first field shows the form of a number with a limit.
    model_config = ConfigDict(extra="ignore")

    user_id: int = Field(ge=1)
    movie_id: int
    age: int
    gender: str
    occupation: str
    # END SOLUTION


class PredictResponse(BaseModel):
    """What the model says about them, and which model it was."""

    # BEGIN SOLUTION 2
    # TODO 2: an answer promises the four values that the brief names.
    # END SOLUTION


# BEGIN SOLUTION 3
# TODO 3: every refusal, whoever raises it, is a problem document.
# END SOLUTION


def score_of(request: PredictRequest) -> float:
    """Ask the model. Whatever predicts comes through here."""
    # BEGIN SOLUTION 5
    # END SOLUTION
    # BEGIN SOLUTION 3
    # TODO 3: a movie that the model does not know is not found.
    # END SOLUTION
    # BEGIN SOLUTION 2
    # TODO 2: the score comes from the model.
    return 0.0
    # END SOLUTION


@app.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


# BEGIN SOLUTION 5
# TODO 5: GET /health/ready says whether predictions can be had; without the model nothing is predicted.
# END SOLUTION
@app.post("/predict")
# BEGIN SOLUTION 6
# TODO 6: while one prediction takes its time, GET /health/live is answered.
async def predict(request: PredictRequest) -> PredictResponse:
    # END SOLUTION
    """Score one user and one movie."""
    watch = Stopwatch()
    score = score_of(request)
    # BEGIN SOLUTION 2
    return PredictResponse(
        # TODO 2: hand over what the answer promises; the stopwatch runs since the request came.
    )
    # END SOLUTION


# BEGIN SOLUTION 4
# TODO 4: POST /predict/batch answers many requests in their order, up to the limit.
# END SOLUTION
