"""uvicorn's WebSocket protocol, with an end to what a client that reads nothing can make it keep."""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


# --8<-- [start:protocol]
class StreamProtocol(WebSocketsSansIOProtocol):
    """uvicorn reads no further while a message waits, and `send` waits while its buffer is full. Two gaps are left."""

    def handle_ping(self) -> None:
        """An answer to every ping of a client that reads none of them would fill the memory; it gets none."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        """close() waits until all is sent. To a client that takes nothing that is never: it is cut off."""
        super().on_task_complete(task)
        self.loop.call_later(self.close_timeout, self.transport.abort)

    def shutdown(self) -> None:
        """The same when the process ends, at once."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()


# --8<-- [end:protocol]


def websocket_words(limit: int, longest: int) -> dict[str, Any]:
    """What uvicorn's Config is told about WebSockets."""
    if limit == 0:
        return {"ws": "none"}
    return {
        "ws": StreamProtocol,
        "ws_max_size": longest,
        # A kilobyte can unpack to a megabyte: limits count what arrives.
        "ws_per_message_deflate": False,
        # Pings keep proxies from closing a quiet stream. Who answers none may be busy: the stream has its own limit.
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": None,
    }
