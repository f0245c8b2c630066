"""Spans by OpenTelemetry. A request that is not traced costs one comparison and touches none of it."""

from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from movie_service.errors import SettingsError
from movie_service.metrics import route_of
from movie_service.settings import Settings
from movie_service.trace import Ids, current, within

_NOTHING: Final = nullcontext()
# The tracer of the request that is being answered, None for a request that is not traced.
_tracer: ContextVar[Any] = ContextVar("movie_service.tracer", default=None)


# --8<-- [start:step]
def step(name: str) -> AbstractContextManager[Any]:
    """A part of a request, as a span below the one that is open: `with step("model"): …`."""
    tracer = _tracer.get()
    return _NOTHING if tracer is None else tracer.start_as_current_span(name)


# --8<-- [end:step]


class Tracing:
    """Traces a share of the requests, and all that the caller traces."""

    def __init__(self, exporter: Any, share: float, *, at_once: bool = False) -> None:
        # Here: the SDK costs a tenth of the start, and nothing else needs it.
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        self._share = share
        self._provider = TracerProvider(
            # What comes here is traced already; the SDK's sampler would decide a second time.
            resource=Resource.create({"service.name": "movie_service"}),
            id_generator=cast(Any, _OurIds()),
            shutdown_on_exit=False,
        )
        processor = SimpleSpanProcessor(exporter) if at_once else BatchSpanProcessor(exporter)
        self._provider.add_span_processor(processor)
        self.tracer = self._provider.get_tracer("movie_service")

    # --8<-- [start:wants]
    def wants(self, ids: Ids) -> bool:
        """A caller that traces decides for all services behind it; else the trace id does, the same way everywhere."""
        return ids.sampled or within(ids.trace_id, self._share)

    # --8<-- [end:wants]

    def begin(self, ids: Ids, name: str) -> AbstractContextManager[Any]:
        """The span of a whole request."""
        from opentelemetry import trace

        context = None
        if ids.parent:
            parent = trace.SpanContext(
                int(ids.trace_id, 16), int(ids.parent, 16), is_remote=True, trace_flags=trace.TraceFlags(1)
            )
            context = trace.set_span_in_context(trace.NonRecordingSpan(parent))
        span: AbstractContextManager[Any] = self.tracer.start_as_current_span(
            name, context=context, kind=trace.SpanKind.SERVER, attributes={"request.id": ids.request_id}
        )
        return span

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class _OurIds:
    """New traces take the id that the log lines have."""

    def __init__(self) -> None:
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

        self._random = RandomIdGenerator()

    def generate_span_id(self) -> int:
        """Any."""
        return self._random.generate_span_id()

    def generate_trace_id(self) -> int:
        """The request's."""
        ids = current.get()
        return self._random.generate_trace_id() if ids is None else int(ids.trace_id, 16)

    def is_trace_id_random(self) -> bool:
        """A client may have chosen it."""
        return False


class TracingMiddleware:
    """Puts a span around the requests that are traced."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app = app
        self.tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ids = current.get()
        if scope["type"] != "http" or ids is None or not self.tracing.wants(ids):
            await self.app(scope, receive, send)
            return
        with self.tracing.begin(ids, scope["method"]) as span:
            _tracer.set(self.tracing.tracer)

            async def send_and_note(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self.app(scope, receive, send_and_note)
            route = route_of(scope)
            span.set_attribute("http.route", route)
            span.update_name(f"{scope['method']} {route}")


def open_tracing(settings: Settings) -> Tracing | None:
    """The tracing that the settings ask for."""
    if settings.tracing == "off":
        return None
    try:
        return Tracing(_exporter(settings), settings.trace_share, at_once=settings.tracing == "file")
    except ImportError:
        raise SettingsError(
            f"MOVIE_SERVICE_TRACING is {settings.tracing!r}, but OpenTelemetry's SDK is not installed.",
            "pip install 'movie-service[tracing]'",
        ) from None


def _exporter(settings: Settings) -> Any:
    if settings.tracing == "file":
        from movie_service.tracing.file import FileExporter

        return FileExporter(settings.trace_file)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=settings.otlp_endpoint)
