"""Leads clients away from a process that is about to end."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from movie_service.service import Service


class DrainMiddleware:
    """Asks clients to open a new connection, elsewhere, while this process is leaving."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.service.draining or scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await self.app(scope, receive, send_and_close)
