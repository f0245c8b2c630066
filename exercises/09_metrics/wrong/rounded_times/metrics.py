"""What the service says about itself: how many requests, how long they took, what the model answered.

app.py uses three things of this file: the class Middleware, predicted() and exposition(). Their names stay.
"""

import logging
import os
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# No second series for each metric, with the time at which it was made.
disable_created_metrics()
REGISTRY = CollectorRegistry()
log = logging.getLogger("movies")

REQUESTS = Counter("http_requests_total", "Answered requests.", ["route", "status"], registry=REGISTRY)
BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5]
SECONDS = Histogram(
    "http_request_duration_seconds", "Time to the end of the answer.", ["route"], buckets=BUCKETS, registry=REGISTRY
)

PREDICTIONS = Counter("model_predictions_total", "Predictions made.", ["prediction_class"], registry=REGISTRY)
SCORES = Histogram(
    "model_prediction_score", "Scores of the model.", buckets=[step / 10 for step in range(1, 11)], registry=REGISTRY
)


class Middleware:
    """Stands around the app: sees each request on its way in and each answer on its way out."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        # What a client gets when the app raises before it has answered.
        status = 500

        async def send_and_look(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_look)
        finally:
            route = route_of(scope)
            REQUESTS.labels(route, status).inc()
            SECONDS.labels(route).observe(int(100 * (perf_counter() - started)) / 100)


def route_of(scope):
    """Return the value of the label `route`."""
    found = scope.get("route")
    return found.path if found else "unmatched"


def predicted(score, prediction_class):
    """app.py calls this after each prediction."""
    PREDICTIONS.labels(prediction_class).inc()
    SCORES.observe(score)


def exposition():
    """Return the page /metrics as bytes."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return generate_latest(registry)
