"""A small movie service. Given; nothing here is to be changed: what it says about itself is made in metrics.py."""

import logging
from contextlib import asynccontextmanager

import metrics
import stub_model
from fastapi import FastAPI, HTTPException, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

THRESHOLD = 0.5
TITLES = 1682


class PredictRequest(BaseModel):
    user_id: int = Field(ge=1)
    movie_id: int = Field(ge=1)


@asynccontextmanager
async def lifespan(app: FastAPI):
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    yield


# The pages under /docs would load from another host; this service has none.
app = FastAPI(title="Movies", lifespan=lifespan, docs_url=None, redoc_url=None)
app.add_middleware(metrics.Middleware)


@app.post("/predict")
def predict(request: PredictRequest) -> dict[str, float | int]:
    score = stub_model.score(request.user_id, request.movie_id)
    prediction_class = int(score >= THRESHOLD)
    metrics.predicted(score, prediction_class)
    return {"prediction": score, "prediction_class": prediction_class}


@app.get("/movies/{movie_id}")
def movie(movie_id: int) -> dict[str, str]:
    if not 1 <= movie_id <= TITLES:
        raise HTTPException(404, "There is no such movie.")
    return {"title": f"Movie {movie_id}"}


@app.get("/users/{user_id}/seen")
def seen(user_id: int) -> list[int]:
    return [1 + (user_id * 7 + step * 31) % TITLES for step in range(3)]


@app.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/metrics")
def exposition() -> Response:
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
