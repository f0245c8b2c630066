"""What happens around all requests of one process: things due every second, and the end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Any

_log = logging.getLogger(__name__)

_PERIOD = 1.0


def _ignore(_seconds: float) -> None:
    """Nobody wants to know."""


class Lifespan:
    """Calls every `tick` each second while the application runs, then every `close` once.

    Made with the application and started by the server, so a test without a server has neither.
    """

    def __init__(self) -> None:
        self.ticks: list[Callable[[], None]] = []
        self.closes: list[Callable[[], None]] = []
        self.disconnects: list[Callable[[], Awaitable[None]]] = []
        # How late the event loop was: what a request waits before anything of ours runs.
        self.on_lag: Callable[[float], None] = _ignore

    @contextlib.asynccontextmanager
    async def __call__(self, _app: Any) -> AsyncIterator[None]:
        """The form that Starlette asks for."""
        ticking = asyncio.create_task(self._tick_for_ever())
        try:
            yield
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
            for close in self.closes:
                close()
            for disconnect in self.disconnects:
                await disconnect()

    async def _tick_for_ever(self) -> None:
        while True:
            began = monotonic()
            await asyncio.sleep(_PERIOD)
            self.on_lag(max(0.0, monotonic() - began - _PERIOD))
            for tick in self.ticks:
                try:
                    tick()
                except Exception:
                    # One of them failing must not stop the others, nor itself the next time.
                    _log.exception("a periodic task failed")
