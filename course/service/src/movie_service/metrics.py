"""Prometheus metrics of the service and the middleware that counts requests.

With several workers every process keeps its numbers in files that all of them can read (prometheus-client's
multiprocess mode, PROMETHEUS_MULTIPROC_DIR), and whichever is asked for /metrics adds them up.
"""

import os
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
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

from movie_service.trace import ANSWER_STARTS, SWITCHED
from movie_service.workers import SHARED_FOLDER

# The goal is an answer within 100 ms: close steps around it, and some near a millisecond, the usual case.
DURATION_BUCKETS: Final = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5,
)  # fmt: skip
SCORE_BUCKETS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_CLOSE_CODES: Final = frozenset({1000, 1001, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013})
UNMATCHED: Final = "unmatched"


class CountedHistogram(Histogram):
    """A histogram that takes what was counted elsewhere."""

    def add(self, counted: "Counted") -> None:
        """Add counts per bucket, and the sum of the values."""
        for bucket, count in zip(self._buckets, counted.buckets, strict=True):
            if count:
                bucket.inc(count)
        self._sum.inc(counted.sum)


class Counted:
    """Values counted into buckets, as plain numbers.

    The event loop alone counts, so nothing has to be locked; prometheus-client's objects lock for each number, and
    those that several workers share also write it to a file. Once a second, and before a scrape, they are handed over.
    """

    __slots__ = ("bounds", "buckets", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value; those above the last bound fall into the last bucket, +Inf."""
        self.buckets[bisect_left(self.bounds, value)] += 1
        self.sum += value

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self.buckets)


# --8<-- [start:metrics]
class Metrics:
    """The numbers of one application, in a registry of its own."""

    def __init__(self, *others: Collector) -> None:
        # A second series per counter, with the time of its first increment, that no rule here reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._others = others
        self._requests = self._counter("requests_total", "Answered requests.", "method", "route", "status")
        self._durations = CountedHistogram(
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
        self._scores = CountedHistogram(
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
        self._streams = self._gauge("streams_open", "Streams that are open.", "livesum")
        self._closed = self._counter("streams_total", "Streams that have ended, by close code.", "code")
        self._model = self._gauge("model_info", "1 for the loaded model.", "livemax", "version")
        self._made = self._gauge(
            "model_made_timestamp_seconds", "When the loaded model was made, in Unix time.", "livemax"
        )
        # Counted since the last hand-over. The number of keys is bounded: few methods, route templates instead of
        # paths, and the statuses that we answer.
        self._counted: dict[tuple[str, str, int], Counted] = {}
        self._scored, self._positives, self._open, self._refused = Counted(SCORE_BUCKETS), 0, 0, 0
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
        self._open += 1

    # --8<-- [start:count]
    def request(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """The request that has come is answered."""
        self._open -= 1
        key = (method, route, status)
        counted = self._counted.get(key)
        if counted is None:
            # Anyone may send a method of their own making; a label must not take it over.
            key = (method if method in _METHODS else "other", route, status)
            counted = self._counted.setdefault(key, Counted(DURATION_BUCKETS))
        counted.add(seconds)

    def predictions(self, scores: Sequence[float], positives: int) -> None:
        """Count predictions: their scores, and how many are of class 1."""
        buckets = self._scored.buckets
        if len(scores) == 1:
            buckets[bisect_left(SCORE_BUCKETS, scores[0])] += 1
        else:
            # Sorted, so that a bucket is found once and not for every score.
            ranked = sorted(scores)
            ends = [0, *(bisect_right(ranked, bound) for bound in SCORE_BUCKETS), len(ranked)]
            for bucket, (first, end) in enumerate(pairwise(ends)):
                buckets[bucket] += end - first
        self._scored.sum += sum(scores)
        self._positives += positives

    def hand_over(self) -> None:
        """Give what was counted to prometheus-client; called in the event loop, each second and before a scrape."""
        for (method, route, status), counted in self._counted.items():
            self._requests.labels(method, route, str(status)).inc(counted.count)
            self._durations.labels(route).add(counted)
        self._counted.clear()
        self._scores.add(self._scored)
        self._predictions.labels("1").inc(self._positives)
        self._predictions.labels("0").inc(self._scored.count - self._positives)
        self._scored, self._positives = Counted(SCORE_BUCKETS), 0
        self._shed.inc(self._refused)
        self._refused = 0
        self._in_flight.set(self._open)

    # --8<-- [end:count]

    # --8<-- [start:missing]
    def features(self, nullable: Mapping[str, int], width: int, rows: "Sequence[float] | None") -> None:
        """Count what is missing in the rows, each of `width` values, that the model saw.

        `nullable` says which features can be missing, and at which place of a row they stand.
        """
        if rows is None:
            return
        for name, place in nullable.items():
            column = rows[place::width]
            # A sum with NaN in it is NaN: one addition in C per value, and no look at each.
            if isnan(sum(column)):
                self._missing.labels(name).inc(sum(map(isnan, column)))

    # --8<-- [end:missing]

    def cache(self, result: str) -> None:
        """Count a question to the cache: "hit", "miss" or "error"."""
        self._cache.labels(result).inc()

    def shed(self) -> None:
        """Count a request that was refused because too many were waiting."""
        self._refused += 1

    def opened(self) -> None:
        """A request has become a stream."""
        self._open -= 1
        self._streams.inc()

    def stream(self, code: int) -> None:
        """A stream has ended. A client may send any code; a label must not take it over."""
        self._streams.dec()
        self._closed.labels(str(code) if code in _CLOSE_CODES else "other").inc()

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
        """All metrics in Prometheus' text format, those of the other workers included; call `hand_over` before."""
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
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] in ANSWER_STARTS:
                status = message.get("status", SWITCHED)
                if status == SWITCHED:
                    # From here on it is a stream: hours of it would be no duration of a request.
                    self.metrics.opened()
            await send(message)

        self.metrics.begin()
        try:
            await self.app(scope, receive, send_and_see)
        finally:
            if status != SWITCHED:
                method = scope.get("method", "GET")
                self.metrics.request(method, route_of(scope), status=status, seconds=perf_counter() - started)


def route_of(scope: Scope) -> str:
    """The route's template, never the path: paths are made by clients and have no end."""
    route = scope.get("route")
    return UNMATCHED if route is None else route.path
