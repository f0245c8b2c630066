"""An HTTP server for a room of people: a thread per connection, and so many connections at once."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6, socket
from typing import Any


class BoundedServer(ThreadingHTTPServer):
    """A context manager. What comes beyond `most` waits `patience` seconds for a place, then is refused.

    Raises OSError or OverflowError when it cannot be opened there.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: str, port: int, handler: type[BaseHTTPRequestHandler], *, most: int, patience: float = 0
    ) -> None:
        self._free, self._patience = threading.BoundedSemaphore(most), patience
        if ":" in address:
            self.address_family = AF_INET6
        super().__init__((address, port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(timeout=self._patience):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket, client_address: Any) -> None:  # type: ignore[override]
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke off is nobody's business."""


def reason_of(error: Exception) -> str:
    """Why a server could not be opened, in a few words without a full stop."""
    return getattr(error, "strerror", None) or str(error).rstrip(".")


def in_address(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
