"""Which request is being answered: its id and its trace, from the client's headers or new."""

import os
import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final, NamedTuple

# Where a handler leaves what the request's line in the log shall say besides.
TOLD: Final = "movie_service.told"
# The messages that begin an answer: a response, the refusal of a WebSocket, its acceptance (which has no status: 101).
ANSWER_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
SWITCHED: Final = 101

# What we take over from a client goes into logs of other systems too, so it is kept to plain characters.
_ACCEPTED_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
# W3C Trace Context; version 00, which later ones must stay readable as.
_TRACEPARENT: Final = re.compile(rb"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED: Final = 1


class Ids(NamedTuple):
    """A request and its place in a trace. `parent` is empty when the trace begins here."""

    request_id: str
    trace_id: str
    parent: str = ""
    sampled: bool = False


current: ContextVar[Ids | None] = ContextVar("movie_service.ids", default=None)


# --8<-- [start:ids]
def ids_of(headers: Iterable[tuple[bytes, bytes]]) -> Ids:
    """The client's X-Request-ID when it is a plain short word, else a new one; the trace of `traceparent`, else new."""
    request_id = trace_id = parent = ""
    sampled = False
    for name, value in headers:
        if name == b"x-request-id" and _ACCEPTED_ID.fullmatch(value):
            request_id = str(value, "ascii")
        elif name == b"traceparent" and (found := _TRACEPARENT.fullmatch(value)) and value[:2] != b"ff":
            trace_id, parent = str(found[1], "ascii"), str(found[2], "ascii")
            sampled = bool(int(found[3], 16) & _SAMPLED)
    new = "" if request_id and trace_id else new_id()
    # Without the client's words both are the same 32 digits: one thing less to look up.
    return Ids(request_id or new, trace_id or new, parent, sampled)


# --8<-- [end:ids]


_LENGTH: Final = 32
_spare: list[str] = []
# Two workers with the same spare ones would give two requests the same id.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_spare.clear)


def new_id() -> str:
    """128 random bits in hexadecimal digits. The system is asked for many at once: each question is a system call."""
    try:
        return _spare.pop()
    except IndexError:
        digits = os.urandom(2048).hex()
        _spare.extend(digits[at : at + _LENGTH] for at in range(0, len(digits), _LENGTH))
        return _spare.pop()


def within(trace_id: str, share: float) -> bool:
    """Whether this trace is in the share that is kept. All services that decide so keep the same traces."""
    return int(trace_id[-8:], 16) < share * 2**32
