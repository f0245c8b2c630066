"""What balancer and supervisor say of themselves, in Prometheus' text format, at an address of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from course.project.platform.http1 import HOST, Message, Refused, encode, read_request

# As the service's own, so that the two can be laid beside each other.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)


class Telemetry:
    """The numbers of one balancer and one supervisor."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "balancer_requests_total", "Answers to clients.", ["group", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "balancer_request_duration_seconds",
            "From the whole request to the whole answer, as a client sees it.",
            ["group"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._retries = Counter("balancer_retries_total", "Requests tried at another replica.", registry=self.registry)
        self._replicas = Gauge(
            "supervisor_replicas", "Replicas, wanted and ready.", ["group", "state"], registry=self.registry
        )
        self._deaths = Counter(
            "supervisor_replica_deaths_total", "Replicas that ended unasked.", ["group"], registry=self.registry
        )
        self._waits = Gauge(
            "supervisor_replica_waits_seconds",
            "For how long the oldest replica that was never ready lives.",
            ["group"],
            registry=self.registry,
        )
        self._rolling = Gauge("supervisor_rollout_running", "1 during an update.", ["group"], registry=self.registry)
        self._counted: dict[str, int] = {}

    def answered(self, group: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(group or "none", str(status)).inc()
        self._seconds.labels(group or "none").observe(seconds)

    def retried(self) -> None:
        """Count a second try."""
        self._retries.inc()

    def platform(self, group: str, *, wanted: int, ready: int, deaths: int, waits: float, rolling: bool) -> None:
        """Say how a group of replicas stands."""
        self._replicas.labels(group, "wanted").set(wanted)
        self._replicas.labels(group, "ready").set(ready)
        # A counter is told what was added; a group that is made anew counts from 0 again.
        before = self._counted.get(group, 0)
        self._deaths.labels(group).inc(deaths - before if deaths >= before else deaths)
        self._counted[group] = deaths
        self._waits.labels(group).set(waits)
        self._rolling.labels(group).set(int(rolling))

    def exposition(self) -> bytes:
        """All of it as text."""
        return generate_latest(self.registry)


class Page:
    """Serves GET /metrics from a function; use it as `async with Page(text) as page`."""

    def __init__(self, text: Callable[[], bytes]) -> None:
        self._text = text
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Page:
        self._server = await asyncio.start_server(self._answer, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await read_request(reader, writer)
            if request is not None:
                answer = self._page(request)
                writer.write(encode(answer.start, answer.headers, answer.body))
                await writer.drain()
        except (OSError, Refused, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _page(self, request: Message) -> Message:
        found = request.start.startswith("GET /metrics ")
        body = self._text() if found else b""
        kind = ("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        status = "200 OK" if found else "404 Not Found"
        own = (kind, ("Content-Length", str(len(body))), ("Connection", "close"))
        return Message(f"HTTP/1.1 {status}", own, body)
