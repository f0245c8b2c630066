"""A small ASGI client for the worker: one app, its lifespan, one request at a time."""

from __future__ import annotations

import asyncio
import base64
import re
from pathlib import Path
from typing import Any

# A frame of a traceback that came as text.
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


class StartUpFailed(Exception):
    """The app's start-up raised. `where` is the last line of a file in the current folder that it passed through."""

    def __init__(self, told: str) -> None:
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        super().__init__(lines[-1] if lines else told)
        here = f"{Path.cwd().resolve()}/"
        own = [found for found in FRAME.finditer(told) if found["file"].startswith(here)]
        self.where = f"{own[-1]['file'].removeprefix(here)}:{own[-1]['line']}" if own else ""


class Client:
    """Keeps one event loop and the app's lifespan alive between requests."""

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.app, self.loop = app, loop or asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.state: dict[str, Any] = {}
        self.loop.run_until_complete(self._start())

    async def _start(self) -> None:
        """Run the app's start-up. An app without lifespan support raises or returns; both are fine by the spec."""
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._started: asyncio.Future[str] = self.loop.create_future()
        await self._messages.put({"type": "lifespan.startup"})
        self._lifespan = self.loop.create_task(self._run_lifespan())
        failure = await self._started
        if failure:
            raise StartUpFailed(failure)

    async def _run_lifespan(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
        try:
            await self.app(scope, self._messages.get, self._lifespan_sent)
        except Exception as error:
            if not self._started.done() and not _is_unsupported(error):
                self._started.set_exception(error)
        if not self._started.done():
            self._started.set_result("")

    async def _lifespan_sent(self, message: dict[str, Any]) -> None:
        if not self._started.done():
            failed = message["type"] == "lifespan.startup.failed"
            self._started.set_result(message.get("message", "") or "the app's start-up failed" if failed else "")

    def close(self) -> None:
        """End the app's lifespan where it stands, and the loop; no shutdown event is sent."""
        self.loop.run_until_complete(self._end())
        self.loop.close()
        asyncio.set_event_loop(None)

    async def _end(self) -> None:
        self._lifespan.cancel()
        await asyncio.gather(self._lifespan, return_exceptions=True)

    def send(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.loop.run_until_complete(self._send(request))

    async def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"status": None, "headers": [], "raised": None}
        body = bytearray()
        incoming = [{"type": "http.request", "body": base64.b64decode(request["body"]), "more_body": False}]

        async def receive() -> dict[str, Any]:
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["headers"] = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in message["headers"]]
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        try:
            await self.app(self._scope(request), receive, send)
        except Exception as error:
            # Starlette answers 500 first and raises afterwards, so that servers can log it.
            answer["raised"] = error
        answer["body"] = base64.b64encode(bytes(body)).decode()
        return answer

    def _scope(self, request: dict[str, Any]) -> dict[str, Any]:
        path, _, query = request["path"].partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request["method"],
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [[k.lower().encode("latin-1"), v.encode("latin-1")] for k, v in request["headers"]],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
            "state": dict(self.state),
        }


def _is_unsupported(error: Exception) -> bool:
    # A bare ASGI function commonly asserts scope["type"] == "http"; the spec calls that "not supported".
    return isinstance(error, AssertionError | KeyError | NotImplementedError)
