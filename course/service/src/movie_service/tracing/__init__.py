"""What a request was waiting for: spans of some requests, for a trace viewer or for a page made here."""

from movie_service.tracing.spans import Tracing, TracingMiddleware, open_tracing, step

__all__ = ["Tracing", "TracingMiddleware", "open_tracing", "step"]
