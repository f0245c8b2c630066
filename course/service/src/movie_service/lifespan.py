"""What happens around all requests of one process: things due every second, and the end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

_log = logging.getLogger(__name__)

_PERIOD = 1.0


class Lifespan:
    """Calls every `tick` each second while the application runs, then every `close` once.

    Made with the application and started by the server, so a test without a server has neither.
    """

    def __init__(self, ticks: Sequence[Callable[[], None]], closes: Sequence[Callable[[], None]]) -> None:
        self._ticks = ticks
        self._closes = closes

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
            for close in self._closes:
                close()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_PERIOD)
            for tick in self._ticks:
                try:
                    tick()
                except Exception:
                    # One of them failing must not stop the others, nor itself the next time.
                    _log.exception("a periodic task failed")
