"""The end of a process that nobody notices: first not ready, then quiet, then gone."""

import signal
import threading
from types import FrameType
from typing import Any

import uvicorn

from movie_service.express import Express
from movie_service.service import Service
from movie_service.settings import Settings
from movie_service.stream_protocol import websocket_words


def config_of(app: Any, settings: Settings, service: Service) -> uvicorn.Config:
    """How uvicorn runs our application."""
    return uvicorn.Config(
        app,
        # uvloop and httptools, where they exist: half the CPU of asyncio and h11.
        loop="auto",
        http=_protocol(settings, service, app.state.express),
        **websocket_words(settings.stream_limit, settings.max_body_bytes),
        # Ours is written by access_log.py; uvicorn's costs a third more CPU per request.
        access_log=False,
        log_config=None,
        server_header=False,
        # The rate limit alone asks for the client's address, which a proxy on this machine tells in a header.
        proxy_headers=settings.rate_limit > 0,
        timeout_graceful_shutdown=10,
        ssl_certfile=settings.tls_cert_file or None,
        ssl_keyfile=settings.tls_key_file or None,
    )


def _protocol(settings: Settings, service: Service, express: Express | None) -> Any:
    if settings.max_waiting == 0 and express is None:
        return "auto"
    try:
        from movie_service.express_protocol import with_express
        from movie_service.shed import shedding
    except ImportError:
        # httptools is missing: uvicorn takes h11, and requests wait as long as they must.
        return "auto"
    protocol = shedding(settings.max_waiting, service.metrics.shed, service.streams)
    return protocol if express is None else with_express(protocol, express)


class GracefulServer(uvicorn.Server):
    """uvicorn that goes on answering for a while after SIGTERM.

    A load balancer learns that a server is leaving from its readiness, and asks for it every few seconds only. Until
    it knows, it sends requests; a server that closes its port at once loses them.
    """

    def __init__(self, config: uvicorn.Config, service: Service, drain_seconds: float) -> None:
        super().__init__(config)
        self._service = service
        self._drain_seconds = drain_seconds
        self._head_seconds = service.settings.request_seconds

    async def on_tick(self, counter: int) -> bool:
        """uvicorn's own, ten times a second."""
        if counter % 10 == 0:
            for connection in list(self.server_state.connections):
                close_if_slow = getattr(connection, "close_if_slow", None)
                if close_if_slow is not None:
                    close_if_slow(self._head_seconds)
        return await super().on_tick(counter)

    # --8<-- [start:drain]
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On the first SIGTERM stop being ready, and end when the time is over; anything else ends now."""
        if sig != signal.SIGTERM or self._service.draining or self._drain_seconds == 0:
            self._service.draining = True
            super().handle_exit(sig, frame)
            return
        self._service.draining = True
        timer = threading.Timer(self._drain_seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()

    # --8<-- [end:drain]
