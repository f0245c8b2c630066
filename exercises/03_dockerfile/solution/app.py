"""Scores rows of features with the trained model. It listens on port 8000, on every address of its machine."""

import json
import math
import os
from contextlib import asynccontextmanager
from pathlib import Path

import lightgbm
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

MODEL = Path(__file__).with_name("model")
LIVE, READY = "/health/live", "/health/ready"
STATE = {}


class Row(BaseModel):
    """Values by the name of the feature; one that is left out is not known."""

    values: dict[str, float]


@asynccontextmanager
async def lifespan(app):
    STATE["manifest"] = json.loads((MODEL / "manifest.json").read_text("utf-8"))
    STATE["trees"] = lightgbm.Booster(model_file=MODEL / "model.txt")
    yield
    # Printed only when the process was asked to stop, and not when it was killed.
    print("stopped in good order", flush=True)


app = FastAPI(title="Scores", lifespan=lifespan)


@app.get(LIVE)
def live():
    return {"status": "live"}


@app.get(READY)
def ready():
    tracker = "configured" if os.environ.get("TRACKER_TOKEN") else "none"
    return {"status": "ready", "model": STATE["manifest"]["version"], "tracker": tracker}


@app.post("/score")
def score(row: Row):
    values = [row.values.get(name, math.nan) for name in STATE["manifest"]["features"]]
    return {"score": float(STATE["trees"].predict([values], num_threads=1)[0])}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)
