"""The ceiling that /predict is measured against: the least an ASGI application can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY = b'{"hello": "world"}'
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())],
}


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer any request with the same bytes, unread. Run with --lifespan off."""
    await send(START)
    await send({"type": "http.response.body", "body": BODY})
