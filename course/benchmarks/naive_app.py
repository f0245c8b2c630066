"""The endpoint as slides and blog posts show it: joblib, pandas, scikit-learn's interface, one row at a time.

    python -m course.benchmarks.naive_model
    python -m uvicorn course.benchmarks.naive_app:app

It has the same request, the same features and a model of the same size as the sample service, and neither metrics nor
problem documents. In two points it is better than what it copies, so that the comparison is not made too easy: it
asks the model once per request, and uploads nothing within it.
"""

from __future__ import annotations

import math
import os
from typing import Any, Literal

import boto3
import joblib  # type: ignore[import-untyped]
import pandas as pd
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

STORED = joblib.load(os.environ.get("NAIVE_MODEL", "build/bench/naive.joblib"))
MODEL, TABLES = STORED["model"], STORED["tables"]
STRANGER = {"n": 0, "like": TABLES["prior_like"], "genre_affinity": [0.0] * len(TABLES["genres"])}

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
    frame = pd.DataFrame([features(request)])
    prediction = float(MODEL.predict_proba(frame)[0, 1])
    return PredictionResponse(prediction=prediction, prediction_class=int(prediction >= 0.5), model_version="1.0.0")


def features(request: PredictionRequest) -> dict[str, Any]:
    """The row by name, in the order of the model's columns."""
    user = TABLES["users"].get(str(request.user_id), STRANGER)
    item = TABLES["items"][str(request.movie_id)]
    liked = [value for value, flag in zip(user["genre_affinity"], item["genres"], strict=True) if flag]
    found = {
        "age": request.age,
        "gender_m": int(request.gender == "M"),
        "occupation": TABLES["occupations"].index(request.occupation),
        "year": math.nan if item["year"] is None else item["year"],
        "user_n": user["n"],
        "user_like": user["like"],
        "item_n": item["n"],
        "item_like": item["like"],
        "user_genre_affinity": sum(liked) / len(liked) if liked else 0.0,
        **dict(zip(STORED["genre_features"], item["genres"], strict=True)),
    }
    return {name: found[name] for name in STORED["features"]}
