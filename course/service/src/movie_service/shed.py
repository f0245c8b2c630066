"""Refuses requests while too many are waiting, before they cost anything.

A server that takes in more than it can answer answers all of them late, and soon too late for every client. The queue
must have an end. It stands in the event loop: every request that uvicorn has read is a task, and the tasks wait.

An answer of 503 through all layers costs a quarter of a prediction: at three times the capacity, refusing alone would
take most of the processor. So it is written here, where the bytes arrive, before HTTP is parsed. A request of another
form than the usual one is parsed, and gets the same answer from an application of two lines.
"""

import sys
from collections import deque
from collections.abc import Sized
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RETRY_SECONDS: Final = 1
# As long as an answer may take.
REST_SECONDS: Final = 0.1

_BODY: Final = orjson.dumps(
    {
        "type": "urn:movie-service:overload",
        "title": "Service Unavailable",
        "status": 503,
        "detail": f"Too many requests are waiting. Try again in {RETRY_SECONDS} s.",
        "errors": [],
    }
)
_HEADERS: Final = (
    (b"retry-after", b"%d" % RETRY_SECONDS),
    (b"content-type", b"application/problem+json"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-length", b"%d" % len(_BODY)),
)
REFUSAL: Final = b"HTTP/1.1 503 Service Unavailable\r\n%b\r\n%b" % (
    b"".join([b"%b: %b\r\n" % header for header in _HEADERS]), _BODY,
)  # fmt: skip
_MOST_HEAD_BYTES: Final = 65_536
_TOO_MUCH_HEAD: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
BETWEEN, _IN_HEAD, _IN_BODY = "between", "head", "body"
_LENGTH: Final = b"content-length:"
# No request has as many bytes before its body: this length fits none.
_UNKNOWN: Final = -(2**62)


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The refusal as an application."""
    await send({"type": "http.response.start", "status": 503, "headers": list(_HEADERS)})
    await send({"type": "http.response.body", "body": _BODY})


# --8<-- [start:rest]
class Rest:
    """Connections that were refused, and are not read until there is room or some time has passed.

    Four fifths of a refusal are the kernel's work: a read and a write. Whoever is told to wait and asks again at once
    waits in the socket, where it costs nothing. Kafka mutes clients beyond their quota in the same way.
    """

    def __init__(self) -> None:
        self.resting: deque[tuple[float, HttpToolsProtocol]] = deque()
        self._timed = False

    def begin(self, protocol: HttpToolsProtocol, now: float) -> None:
        """Read no further from this one, unless more rest than are answered in half of the time."""
        if self.resting and self.resting[0][0] - now < REST_SECONDS / 2:
            return
        protocol.flow.pause_reading()
        self.resting.append((now + REST_SECONDS, protocol))
        if not self._timed:
            self._timed = True
            protocol.loop.call_later(REST_SECONDS, self._end_old, protocol.loop)

    def end_one(self) -> None:
        """A place is free: read the one that has rested longest."""
        if self.resting:
            _, protocol = self.resting.popleft()
            if not protocol.transport.is_closing():
                protocol.flow.resume_reading()

    def _end_old(self, loop: Any) -> None:
        now = loop.time()
        while self.resting and self.resting[0][0] <= now:
            self.end_one()
        self._timed = bool(self.resting)
        if self._timed:
            loop.call_later(self.resting[0][0] - now, self._end_old, loop)


# --8<-- [end:rest]


class SheddingProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a bound on the tasks that wait. `limit`, `refused` and `rest` are set by the server."""

    limit = 0
    refused: Any = None
    rest: Rest
    # Answers of this turn of the event loop: uvicorn forgets their tasks in the next one, and they wait for nothing.
    answered: list[Any]
    # What waits outside of uvicorn's tasks, and whether this connection's answer is among it (express_protocol.py).
    elsewhere: Sized = ()
    # A stream is a task as long as it is open; most of the time it has nothing to do.
    streams: Sized = ()
    owed = False
    # Whether as many requests waited as may when the last bytes came.
    full = False
    # Where the parser stands, when something last began here, and how many bytes of headers came after the first ones.
    phase = BETWEEN
    since = 0.0
    head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """A connection that says nothing is as slow as one that says too little."""
        super().connection_made(transport)
        self.since = self.loop.time()

    # --8<-- [start:shed]
    def data_received(self, data: bytes) -> None:
        """Refuse a whole request that comes too many, unread."""
        waiting = len(self.tasks) - len(self.answered) + len(self.elsewhere) - len(self.streams)
        self.full = waiting >= self.limit
        if self.full and self._may_refuse(data):
            self.refused()
            self.transport.write(REFUSAL)
            self.since = self.loop.time()
            self.rest.begin(self, self.since)
            return
        if self.phase is _IN_HEAD and not self._headers_fit(len(data)):
            return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """A request in pieces, or of another form, that comes too many: uvicorn has it answered by `refuse`."""
        self.phase = _IN_BODY
        if not self.full or self.url.startswith(b"/health/") or self._should_upgrade():
            super().on_headers_complete()
            return
        self.refused()
        app, self.app = self.app, refuse
        super().on_headers_complete()
        self.app = app

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

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self.phase = BETWEEN
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The last byte of an answer."""
        if not self.answered:
            self.loop.call_soon(self.answered.clear)
        self.answered.append(self)
        if self.rest.resting:
            # TLS hands over what it has kept in the turn after this call: by then the task must be forgotten.
            self.loop.call_soon(self.rest.end_one)
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn's timer runs from its own last answer; a connection that was refused since then is not quiet."""
        rest = self.since + self.timeout_keep_alive - self.loop.time()
        if rest > 0:
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def close_if_slow(self, seconds: float) -> None:
        """Called about every second: headers that do not come to an end keep a connection from others.

        So does a body that nobody waits for, as its request was refused when the headers were there.
        """
        # uvicorn's type says that there is always one; before the first request there is none.
        cycle: Any = self.cycle
        if cycle is None:
            waiting = self.phase is not _IN_BODY
        else:
            waiting = self.phase is _IN_HEAD or (self.phase is _IN_BODY and cycle.response_complete)
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
    """The length of the body; one that fits no request when the head, in lower case, is not of the one plain form."""
    first = head.partition(b"\r\n")[0]
    plain = (
        first.endswith(b" http/1.1")
        # Its answer has no body.
        and not first.startswith(b"head ")
        and b"transfer-encoding" not in head
        and head.count(b"content-length") < 2
        and head.count(b"\n") == head.count(b"\r\n")
        and not _closes(head)
    )
    at = head.find(_LENGTH)
    if not plain or at < 0:
        return 0 if plain else _UNKNOWN
    digits = head[at + len(_LENGTH) :].split(b"\r", 1)[0].strip()
    return int(digits) if digits.isdigit() else _UNKNOWN


def _closes(head: bytes) -> bool:
    """Whether the client waits for the end of the connection."""
    return b"close" in head.partition(b"\r\nconnection:")[2].partition(b"\r\n")[0]


def shedding(limit: int, refused: Any, streams: Sized = ()) -> type[SheddingProtocol]:
    """The protocol for one server; a limit of 0 is none."""
    words: dict[str, Any] = {"limit": limit or sys.maxsize, "refused": staticmethod(refused), "streams": streams}
    return type("BoundedProtocol", (SheddingProtocol,), {**words, "rest": Rest(), "answered": []})
