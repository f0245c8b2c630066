"""The endpoint as slides and blog posts show it: joblib, pandas, scikit-learn's interface, one row at a time.

    python -m course.benchmarks.naive_model
    python -m uvicorn course.benchmarks.naive_app:app

It has the same request, the same features and a model of the same size as the sample service, and neither metrics nor
problem documents. In two points it is better than what it copies, so that the comparison is not made too easy: it
asks the model once per request, and uploads nothing within it.
"""

from __future__ import annotations

import os
from typing import Literal

import boto3
import joblib  # type: ignore[import-untyped]
import pandas as pd
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from course.benchmarks.naive_row import features

STORED = joblib.load(os.environ.get("NAIVE_MODEL", "build/bench/naive.joblib"))
MODEL, TABLES = STORED["model"], STORED["tables"]

# Such endpoints store every prediction with it. This one only makes the client, as they do when they start: an upload
# within each request would make any comparison easy.
S3 = boto3.client("s3", region_name="us-east-1")

app = FastAPI()


class PredictionRequest(BaseModel):
    user_id: int = Field(ge=1)
    movie_id: int = Field(ge=1)
    age: int = Field(ge=1, le=120)
    gender: Literal["F", "M"]
    occupation: str


class PredictionResponse(BaseModel):
    prediction: float
    prediction_class: int
    model_version: str


@app.post("/predict", response_model=PredictionResponse)
async def predict(request: PredictionRequest) -> PredictionResponse:
    if str(request.movie_id) not in TABLES["items"]:
        raise HTTPException(404, "unknown movie")
    frame = pd.DataFrame([features(TABLES, STORED["features"], request.model_dump())])
    prediction = float(MODEL.predict_proba(frame)[0, 1])
    return PredictionResponse(prediction=prediction, prediction_class=int(prediction >= 0.5), model_version="1.0.0")
