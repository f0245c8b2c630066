"""One JSON line per request, written straight to its file descriptor.

The logging package is not on this path: formatting a record with it costs more than the prediction. What the
service says rarely (start, faults) goes through logging as usual, see log_format.py.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from movie_service.errors import SettingsError
from movie_service.metrics import route_of
from movie_service.problems import REQUEST_ID
from movie_service.trace import ANSWER_STARTS, SWITCHED, TOLD, Ids, current, ids_of, within

_LONGEST_PATH: Final = 200
_STDOUT: Final = 1
# What a pipe takes in one piece; POSIX asks for 512 at least.
PIPE_BUF: Final = 4096 if sys.platform == "linux" else 512


class AccessLog:
    """Writes lines to a file descriptor, or nowhere."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self.on = descriptor is not None
        self.lost = 0

    @classmethod
    def to(cls, destination: str) -> "AccessLog":
        """Open the destination that the setting ACCESS_LOG names: `-`, `off` or a file."""
        if destination == "off":
            return cls(None)
        if destination == "-":
            return cls(_STDOUT)
        try:
            return cls(os.open(destination, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
        except OSError as error:
            raise SettingsError(
                f"MOVIE_SERVICE_ACCESS_LOG is {destination!r}, but that file cannot be opened ({error.strerror}).",
                "unset MOVIE_SERVICE_ACCESS_LOG to log to stdout",
            ) from None

    def write(self, *entries: Mapping[str, object]) -> None:
        """Append lines; a log that cannot be written never costs an answer."""
        if self._descriptor is None:
            return
        # orjson escapes quotes and control characters, so no value can end a line or forge a second one.
        lines = [orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z) for entry in entries]
        for whole in [lines[0]] if len(lines) == 1 else _together(lines):
            try:
                os.write(self._descriptor, whole)
            except OSError as error:
                if self.lost == 0:
                    print(f"access log: lines are being lost ({error.strerror})", file=sys.stderr, flush=True)
                self.lost += whole.count(b"\n")


def _together(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Whole lines in one write call each: lines of several processes that share a file or a pipe do not mix."""
    taken: list[bytes] = []
    size = 0
    for line in lines:
        if taken and size + len(line) > PIPE_BUF:
            yield b"".join(taken)
            taken, size = [], 0
        taken.append(line)
        size += len(line)
    if taken:
        yield b"".join(taken)


class AccessLogMiddleware:
    """Gives every request an id, sends it back as X-Request-ID and writes the request's line."""

    def __init__(
        self, app: ASGIApp, log: AccessLog, successes: float = 1.0, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        self.app = app
        # Sent with every answer; here, because the answer's start passes here anyway.
        self.headers = headers
        self.log = log
        self.successes = successes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        ids = ids_of(scope["headers"])
        current.set(ids)
        scope[REQUEST_ID] = ids.request_id
        sent_id = (b"x-request-id", ids.request_id.encode("ascii"))
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] in ANSWER_STARTS:
                status = message.get("status", SWITCHED)
                message["headers"] = [*message.get("headers", ()), sent_id, *self.headers]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            # --8<-- [start:sampled]
            # What failed is always told; of what went well, the share that the setting asks for.
            if self.log.on and (status >= 400 or self.successes >= 1 or within(ids.trace_id, self.successes)):
                self.log.write(entry_of(_told(scope), ids, status, perf_counter() - started))
            # --8<-- [end:sampled]


def entry_of(told: Mapping[str, str], ids: Ids, status: int, seconds: float) -> dict[str, object]:
    """The line of one request; `told` has its method, path and route."""
    return {
        "time": datetime.now(UTC),
        "event": "request",
        "request_id": ids.request_id,
        "trace_id": ids.trace_id,
        **told,
        "status": status,
        "duration_ms": round(seconds * 1000, 3),
    }


def _told(scope: Scope) -> dict[str, str]:
    # A WebSocket begins as a GET.
    method = _plain(scope.get("method", "GET"))
    return {"method": method, "path": _path(scope), "route": route_of(scope), **scope.get(TOLD, {})}


def _path(scope: Scope) -> str:
    """The path as it was sent: still percent-encoded, so that it is ASCII and shows what was meant to hide.

    The query is left out: what people put there (tokens, names) does not belong in a log.
    """
    raw = scope.get("raw_path")
    text = scope["path"] if raw is None else raw.split(b"?", 1)[0].decode("latin-1")
    return _plain(text)


def _plain(text: str) -> str:
    # Almost every path takes this branch, which costs nothing to speak of.
    if len(text) <= _LONGEST_PATH and text.isascii() and text.isprintable():
        return text
    return text[:_LONGEST_PATH].encode("unicode_escape").decode("ascii")
