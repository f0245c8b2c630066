"""Prometheus metrics of the service and the middleware that counts requests."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from time import perf_counter
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The goal is an answer within 100 ms: close steps around it, and some near a millisecond, the usual case.
DURATION_BUCKETS: Final = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5,
)  # fmt: skip
SCORE_BUCKETS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
UNMATCHED: Final = "unmatched"


# --8<-- [start:metrics]
class Metrics:
    """The numbers of one application, in a registry of its own."""

    def __init__(self, model_version: str | None = None) -> None:
        # A second series per counter, with the time of its first increment, that no rule here reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "movie_service_requests_total",
            "Answered requests.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._durations = Histogram(
            "movie_service_request_duration_seconds",
            "Time from the request's first byte in the application to the answer's last.",
            ["route"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self._predictions = Counter(
            "movie_service_predictions_total",
            "Predictions made, by class.",
            ["prediction_class"],
            registry=self.registry,
        )
        self._dropped = Counter(
            "movie_service_prediction_log_dropped_total",
            "Answered predictions that the prediction log could not keep.",
            registry=self.registry,
        )
        self._scores = ScoreHistogram()
        self.registry.register(self._scores)
        self._classes = (self._predictions.labels("0"), self._predictions.labels("1"))
        # labels() costs three times what inc() does, so the children are kept. Their number is bounded:
        # few methods, route templates instead of paths, and the statuses that we answer.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._describe_process(model_version)

    # --8<-- [end:metrics]

    def _describe_process(self, model_version: str | None) -> None:
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        if model_version is not None:
            info = Gauge("movie_service_model_info", "1 for the loaded model.", ["version"], registry=self.registry)
            info.labels(model_version).set(1)

    def request(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            # Anyone may send a method of their own making; a label must not take it over.
            label = method if method in _METHODS else "other"
            children = (self._requests.labels(label, route, str(status)), self._durations.labels(route))
            if label == method:
                self._children[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def predictions(self, scores: Sequence[float], positives: int) -> None:
        """Count predictions: their scores, and how many are of class 1."""
        self._scores.observe(scores)
        if positives:
            self._classes[1].inc(positives)
        if positives < len(scores):
            self._classes[0].inc(len(scores) - positives)

    def dropped(self, count: int) -> None:
        """Count records that the prediction log could not keep."""
        self._dropped.inc(count)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class ScoreHistogram(Collector):
    """The distribution of scores; takes a whole batch at a time.

    prometheus-client's Histogram takes a lock several times per value: a tenth of a batch's time for 1,000 scores.
    """

    def __init__(self) -> None:
        self._counts = [0] * (len(SCORE_BUCKETS) + 1)
        self._sum = 0.0

    def observe(self, scores: Sequence[float]) -> None:
        """Count scores; called from the event loop only, so it needs no lock."""
        for score in scores:
            self._counts[bisect_left(SCORE_BUCKETS, score)] += 1
        self._sum += sum(scores)

    def collect(self) -> Iterator[Metric]:
        """The histogram as Prometheus wants it: each bucket counts all scores up to its bound."""
        totals = accumulate(self._counts)
        bounds = [*map(floatToGoString, SCORE_BUCKETS), "+Inf"]
        yield HistogramMetricFamily(
            "movie_service_prediction_score",
            "Scores that the model gave.",
            buckets=list(zip(bounds, totals, strict=True)),
            sum_value=self._sum,
        )


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

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            self.metrics.request(scope["method"], route_of(scope), status=status, seconds=perf_counter() - started)


def route_of(scope: Scope) -> str:
    """The route's template, never the path: paths are made by clients and have no end."""
    route = scope.get("route")
    return UNMATCHED if route is None else route.path
