"""Lets an ASGI application answer the events of AWS Lambda: an HTTP API or a function's own address, format 2.0."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from starlette.types import ASGIApp, Message, Scope


# --8<-- [start:function]
class Function:
    """`handler = Function(create_app())` at module level: the model is loaded once, when the function starts cold."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self.state: dict[str, Any] = {}
        try:
            self._life = self.loop.run_until_complete(self._started())
        except RuntimeError:
            self.loop.close()
            raise

    def __call__(self, event: dict[str, Any], context: object = None) -> dict[str, Any]:
        # One event at a time: Lambda gives a second one to another copy of the function.
        return self.loop.run_until_complete(self._answered(event))

    # --8<-- [end:function]

    def close(self) -> None:
        """End the loop, for a test; Lambda freezes a function and ends it without a word."""
        self._life.cancel()
        self.loop.run_until_complete(asyncio.gather(self._life, return_exceptions=True))
        self.loop.close()

    async def _started(self) -> asyncio.Task[None]:
        messages: asyncio.Queue[Message] = asyncio.Queue()
        said: asyncio.Future[str] = self.loop.create_future()
        await messages.put({"type": "lifespan.startup"})

        async def send(message: Message) -> None:
            if not said.done():
                said.set_result(message["type"])

        async def live() -> None:
            await self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}, messages.get, send)

        life = asyncio.create_task(live())
        both: tuple[asyncio.Future[Any], ...] = (life, said)
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not said.done() or said.result() != "lifespan.startup.complete":
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            raise RuntimeError("The application did not start. Its own log says why.")
        return life

    async def _answered(self, event: dict[str, Any]) -> dict[str, Any]:
        body = event.get("body") or ""
        incoming = [base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()]
        answer: dict[str, Any] = {"isBase64Encoded": True}
        parts: list[bytes] = []

        async def receive() -> Message:
            if incoming:
                return {"type": "http.request", "body": incoming.pop(), "more_body": False}
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["statusCode"] = message["status"]
                answer["headers"] = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                parts.append(message.get("body", b""))

        await self.app(self._scope(event), receive, send)
        return answer | {"body": base64.b64encode(b"".join(parts)).decode()}

    def _scope(self, event: dict[str, Any]) -> Scope:
        asked = event["requestContext"]["http"]
        headers = [(name.lower().encode(), value.encode()) for name, value in event["headers"].items()]
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "https", "root_path": "",
            "method": asked["method"], "path": event["rawPath"], "raw_path": event["rawPath"].encode(),
            "query_string": event.get("rawQueryString", "").encode(), "headers": headers,
            "client": (asked["sourceIp"], 0), "server": None, "state": dict(self.state),
        }  # fmt: skip
