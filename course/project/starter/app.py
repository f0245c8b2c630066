"""The service of the final project: your model, your metrics, your prediction log, behind one address. Given."""

import os
import uuid
from contextlib import asynccontextmanager
from typing import Literal

import inference
import metrics
import prediction_log
from fastapi import FastAPI, Header, HTTPException, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field

VERSION = os.environ.get("MODEL_VERSION", "v1")


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    user_id: int = Field(ge=1)
    movie_id: int = Field(ge=1)
    age: int = Field(gt=0, lt=130)
    gender: Literal["M", "F"]
    occupation: str


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.model = inference.load(os.environ.get("MODEL_FOLDER", "model"))
    yield


# The pages under /docs would load from another host; this service has none.
app = FastAPI(title="Movies", lifespan=lifespan, docs_url=None, redoc_url=None)
app.add_middleware(metrics.Middleware)


@app.post("/predict")
def predict(request: Request, x_request_id: str | None = Header(default=None)) -> dict[str, float | int | str]:
    try:
        answer = inference.predict(app.state.model, request.model_dump())
    except inference.UnknownMovie as unknown:
        raise HTTPException(404, str(unknown)) from None
    metrics.predicted(answer["prediction"], answer["prediction_class"])
    number = x_request_id or uuid.uuid4().hex
    prediction_log.record(number, VERSION, answer)
    return {**answer, "model_version": VERSION, "request_id": number}


@app.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/health/ready", summary="Is the model loaded?")
def ready() -> dict[str, str]:
    if getattr(app.state, "model", None) is None:
        raise HTTPException(503, "The model is not loaded.")
    return {"status": "ready"}


@app.get("/metrics")
def exposition() -> Response:
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
