"""Refuses requests while too many are waiting, before they cost anything.

A server that takes in more than it can answer answers all of them late, and soon too late for every client. The queue
must have an end. It stands in the event loop: every request that uvicorn has read is a task, and the tasks wait.

An answer of 503 through all layers costs a quarter of a prediction: at three times the capacity, refusing alone would
take most of the processor. So it is written here, where the bytes arrive, before HTTP is parsed.
"""

import sys
from collections.abc import Sized
from typing import Any, Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RETRY_SECONDS: Final = 1

_BODY: Final = orjson.dumps(
    {
        "type": "urn:movie-service:overload",
        "title": "Service Unavailable",
        "status": 503,
        "detail": f"Too many requests are waiting. Try again in {RETRY_SECONDS} s.",
        "errors": [],
    }
)
REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: %d\r\ncontent-type: application/problem+json\r\n"
    b"x-content-type-options: nosniff\r\ncontent-length: %d\r\n\r\n%s" % (RETRY_SECONDS, len(_BODY), _BODY)
)
_MOST_HEAD_BYTES: Final = 65_536
_TOO_MUCH_HEAD: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
BETWEEN, _IN_HEAD, _IN_BODY = "between", "head", "body"
_LENGTH: Final = b"content-length:"
# No request has as many bytes before its body: this length fits none.
_UNKNOWN: Final = -(2**62)


class SheddingProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a bound on the tasks that wait. `limit` and `refused` are set by the server."""

    limit = 0
    refused: Any = None
    # What waits outside of uvicorn's tasks, and whether this connection's answer is among it (express_protocol.py).
    elsewhere: Sized = ()
    # A stream is a task as long as it is open; most of the time it has nothing to do.
    streams: Sized = ()
    owed = False
    # Where the parser stands, since when, and how many bytes of headers came after the first ones.
    phase = BETWEEN
    since = 0.0
    head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """A connection that says nothing is as slow as one that says too little."""
        super().connection_made(transport)
        self.since = self.loop.time()

    # --8<-- [start:shed]
    def data_received(self, data: bytes) -> None:
        """Refuse a whole request that comes too many; anything else is uvicorn's."""
        if len(self.tasks) + len(self.elsewhere) - len(self.streams) >= self.limit and self._may_refuse(data):
            self.refused()
            self.transport.write(REFUSAL)
            return
        if self.phase is _IN_HEAD and not self._headers_fit(len(data)):
            return
        super().data_received(data)

    def _may_refuse(self, data: bytes) -> bool:
        # Only between two requests: the parser must not lose its place. Health checks are let through, because an
        # instance that is busy is not one to be restarted.
        idle = self.phase is BETWEEN and not self._busy()
        return idle and b" /health/" not in data[:32] and _is_whole(data)

    def _busy(self) -> bool:
        """Whether an answer of this connection is outstanding."""
        return self.owed or bool(self.pipeline) or not (self.cycle is None or self.cycle.response_complete)

    # --8<-- [end:shed]

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self.phase, self.since, self.head_bytes = _IN_HEAD, self.loop.time(), 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """From here on the route reads the body, and knows its own limits."""
        self.phase = _IN_BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self.phase = BETWEEN
        super().on_message_complete()

    def close_if_slow(self, seconds: float) -> None:
        """Called about every second: headers that do not come to an end keep a connection from others."""
        waiting = self.phase is _IN_HEAD or (self.phase is BETWEEN and self.cycle is None)
        if waiting and self.loop.time() - self.since > seconds:
            self.transport.close()

    def _headers_fit(self, count: int) -> bool:
        self.head_bytes += count
        if self.head_bytes <= _MOST_HEAD_BYTES:
            return True
        self.transport.write(_TOO_MUCH_HEAD)
        self.transport.close()
        return False


# How long the body is that follows a head. Clients send few different ones, and send them again and again.
_lengths: Final[dict[bytes, int]] = {}
_MOST_LENGTHS: Final = 1000


def _is_whole(data: bytes) -> bool:
    """Whether these bytes are one request and nothing else; only then the next bytes begin another."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[:end]
    length = _lengths.get(head)
    if length is None:
        if len(_lengths) >= _MOST_LENGTHS:
            _lengths.clear()
        length = _lengths[head] = _length_after(head.lower())
    return len(data) == end + 4 + length


def _length_after(head: bytes) -> int:
    """The length of the body; one that fits no request when the head does not say it in the one plain way."""
    if b"\r\ntransfer-encoding:" in head or head.count(_LENGTH) > 1:
        return _UNKNOWN
    at = head.find(_LENGTH)
    if at < 0:
        return 0
    digits = head[at + len(_LENGTH) :].split(b"\r", 1)[0].strip()
    return int(digits) if digits.isdigit() else _UNKNOWN


def shedding(limit: int, refused: Any, streams: Sized = ()) -> type[SheddingProtocol]:
    """The protocol for one server; a limit of 0 is none."""
    limit = limit or sys.maxsize
    return type(
        "BoundedProtocol", (SheddingProtocol,), {"limit": limit, "refused": staticmethod(refused), "streams": streams}
    )
