"""Python with one thread, as a browser gives it: an event loop without sockets, and threads that run where they start.

A thread that runs to its end before `start()` returns is one of the orders in which threads may run. What depends on
another order, a server that answers while it works, is not to be seen here.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import sys
import threading
import time
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class NothingToWaitFor(Exception):
    """Everything in the loop waits, and nothing that could happen would wake it."""


class _Time:
    """What a loop asks for news of its sockets. It has none; only time passes."""

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise NothingToWaitFor("the app waits for something that never comes")
        time.sleep(timeout)
        return []

    def close(self) -> None:
        """Nothing is open."""


class Loop(asyncio.BaseEventLoop):
    """Runs until what it was given is done, also within a loop that runs already: a browser's always does."""

    def __init__(self) -> None:
        super().__init__()
        # The names are those that BaseEventLoop asks a loop of its own kind for.
        self._selector = _Time()

    def _process_events(self, events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could wake it."""

    def run_until_complete(self, future: Any) -> Any:
        outer = _get_running_loop()
        _set_running_loop(None)
        try:
            return super().run_until_complete(future)
        finally:
            _set_running_loop(outer)


@contextlib.contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """An attribute of a class, another one for a while."""
    kept = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextlib.contextmanager
def threads_at_once() -> Iterator[None]:
    """Every way into a thread leads to the same place: the work is done at once, by whoever asks for it."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(replaced(threading.Thread, "start", _start))
        stack.enter_context(replaced(ThreadPoolExecutor, "submit", _submit))
        with contextlib.suppress(ImportError):
            # Threads of Starlette and FastAPI are anyio's.
            from anyio._backends._asyncio import AsyncIOBackend

            stack.enter_context(replaced(AsyncIOBackend, "run_sync_in_worker_thread", classmethod(_in_worker_thread)))
        yield


def _start(thread: threading.Thread) -> None:
    ended: dict[str, Any] = {"join": lambda timeout=None: None, "is_alive": lambda: False}
    vars(thread).update(ended)
    try:
        thread.run()
    except SystemExit:
        return
    except BaseException:
        threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))


def _submit(pool: ThreadPoolExecutor, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
    future: Future[Any] = Future()
    try:
        future.set_result(function(*given, **named))
    except BaseException as error:
        future.set_exception(error)
    return future


async def _in_worker_thread(
    backend: type, function: Callable[..., Any], given: tuple[Any, ...], abandon_on_cancel: bool = False,
    limiter: Any = None,
) -> Any:  # fmt: skip
    await asyncio.sleep(0)
    return contextvars.copy_context().run(function, *given)
