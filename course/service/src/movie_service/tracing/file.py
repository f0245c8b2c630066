"""Spans as JSON lines in a file: enough to see a trace, with no server to send it to."""

import os
from collections.abc import Sequence
from pathlib import Path

import orjson
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from movie_service.errors import SettingsError


class FileExporter(SpanExporter):
    """Appends a line per span, in the form that waterfall.py reads."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        except OSError as error:
            raise SettingsError(
                f"MOVIE_SERVICE_TRACE_FILE is {str(path)!r}, but that file cannot be opened ({error.strerror}).",
                "set MOVIE_SERVICE_TRACE_FILE to a file that can be written",
            ) from None

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Append the spans; a full disk costs spans and nothing else."""
        try:
            os.write(self._descriptor, b"".join(map(_line, spans)))
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def _line(span: ReadableSpan) -> bytes:
    context = span.get_span_context()
    return orjson.dumps(
        {
            "trace": f"{context.trace_id:032x}" if context else "",
            "span": f"{context.span_id:016x}" if context else "",
            "parent": f"{span.parent.span_id:016x}" if span.parent else None,
            "name": span.name,
            "start": span.start_time,
            "end": span.end_time,
            "attributes": dict(span.attributes or {}),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )
