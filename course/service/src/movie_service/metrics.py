"""Prometheus metrics of the service and the middleware that counts requests.

With several workers every process keeps its numbers in files that all of them can read (prometheus-client's
multiprocess mode, PROMETHEUS_MULTIPROC_DIR), and whichever is asked for /metrics adds them up.
"""

import os
from bisect import bisect_left
from collections.abc import Sequence
from math import isnan
from time import perf_counter, time
from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from movie_service.workers import SHARED_FOLDER

# The goal is an answer within 100 ms: close steps around it, and some near a millisecond, the usual case.
DURATION_BUCKETS: Final = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5,
)  # fmt: skip
SCORE_BUCKETS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
UNMATCHED: Final = "unmatched"


class ScoreHistogram(Histogram):
    """A histogram that takes a whole batch at a time.

    `observe` takes locks per value: a tenth of a batch's time for 1,000 scores.
    """

    def observe_many(self, values: Sequence[float]) -> None:
        """Count values; those above the last bound fall into +Inf."""
        counts = [0] * len(self._buckets)
        for value in values:
            counts[bisect_left(SCORE_BUCKETS, value)] += 1
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)
        self._sum.inc(sum(values))


# --8<-- [start:metrics]
class Metrics:
    """The numbers of one application, in a registry of its own."""

    def __init__(self, *others: Collector) -> None:
        # A second series per counter, with the time of its first increment, that no rule here reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._others = others
        self._requests = self._counter("requests_total", "Answered requests.", "method", "route", "status")
        self._durations = Histogram(
            "movie_service_request_duration_seconds",
            "Time from the request's first byte in the application to the answer's last.",
            ["route"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self._in_flight = self._gauge("requests_in_flight", "Requests that are being answered.", "livesum")
        self._waiting = self._gauge("batches_waiting", "Large batches that wait for the scoring thread.", "livesum")
        self._lag = self._gauge("event_loop_lag_seconds", "How late the event loop was, the last second.", "livemax")
        self._predictions = self._counter("predictions_total", "Predictions made, by class.", "prediction_class")
        self._scores = ScoreHistogram(
            "movie_service_prediction_score",
            "Scores that the model gave.",
            buckets=SCORE_BUCKETS,
            registry=self.registry,
        )
        self._missing = self._counter("feature_missing_total", "Feature values that were missing.", "feature")
        self._dropped = self._counter(
            "prediction_log_dropped_total", "Answered predictions that the prediction log could not keep."
        )
        self._cache = self._counter("cache_requests_total", "Questions to the cache, by result.", "result")
        self._shed = self._counter("requests_shed_total", "Requests refused because too many were waiting.")
        self._model = self._gauge("model_info", "1 for the loaded model.", "livemax", "version")
        self._made = self._gauge(
            "model_made_timestamp_seconds", "When the loaded model was made, in Unix time.", "livemax"
        )
        self._classes = (self._predictions.labels("0"), self._predictions.labels("1"))
        # labels() costs three times what inc() does, so the children are kept. Their number is bounded:
        # few methods, route templates instead of paths, and the statuses that we answer.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._version = ""

    # --8<-- [end:metrics]

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"movie_service_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, mode: Any, *labels: str) -> Gauge:
        # How the values of several workers become one.
        return Gauge(f"movie_service_{name}", text, labels, registry=self.registry, multiprocess_mode=mode)

    def model(self, version: str, made: float | None) -> None:
        """Say which model answers from now on."""
        if self._version:
            self._model.labels(self._version).set(0)
        self._version = version
        self._model.labels(version).set(1)
        self._made.set(time() if made is None else made)

    def begin(self) -> None:
        """A request has come."""
        self._in_flight.inc()

    def request(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """The request that has come is answered."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            # Anyone may send a method of their own making; a label must not take it over.
            label = method if method in _METHODS else "other"
            children = (self._requests.labels(label, route, str(status)), self._durations.labels(route))
            if label == method:
                self._children[key] = children
        self._in_flight.dec()
        children[0].inc()
        children[1].observe(seconds)

    def predictions(self, scores: Sequence[float], positives: int) -> None:
        """Count predictions: their scores, and how many are of class 1."""
        self._scores.observe_many(scores)
        if positives:
            self._classes[1].inc(positives)
        if positives < len(scores):
            self._classes[0].inc(len(scores) - positives)

    # --8<-- [start:missing]
    def features(self, names: Sequence[str], rows: "Sequence[float] | None") -> None:
        """Count what is missing in the rows that the model saw."""
        # A sum with NaN in it is NaN: for the usual row, one addition in C per value and no look at each.
        if rows is None or not isnan(sum(rows)):
            return
        for position, value in enumerate(rows):
            if isnan(value):
                self._missing.labels(names[position % len(names)]).inc()

    # --8<-- [end:missing]

    def cache(self, result: str) -> None:
        """Count a question to the cache: "hit", "miss" or "error"."""
        self._cache.labels(result).inc()

    def shed(self) -> None:
        """Count a request that was refused because too many were waiting."""
        self._shed.inc()

    def waiting(self, batches: int) -> None:
        """How many batches wait for the scoring thread."""
        self._waiting.set(batches)

    def lag(self, seconds: float) -> None:
        """How late the event loop was."""
        self._lag.set(seconds)

    def dropped(self, count: int) -> None:
        """Count records that the prediction log could not keep."""
        self._dropped.inc(count)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format, those of the other workers included."""
        shared = os.environ.get(SHARED_FOLDER)
        registry = CollectorRegistry()
        for collector in self._others:
            registry.register(collector)
        PlatformCollector(registry=registry)
        if shared:
            MultiProcessCollector(registry, path=shared)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self.registry) + generate_latest(registry)


class MetricsMiddleware:
    """Counts requests as a plain ASGI application; BaseHTTPMiddleware would triple the CPU of a request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.metrics.begin()
        try:
            await self.app(scope, receive, send_and_see)
        finally:
            self.metrics.request(scope["method"], route_of(scope), status=status, seconds=perf_counter() - started)


def route_of(scope: Scope) -> str:
    """The route's template, never the path: paths are made by clients and have no end."""
    route = scope.get("route")
    return UNMATCHED if route is None else route.path
