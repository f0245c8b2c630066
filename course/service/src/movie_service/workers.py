"""Several processes behind one port: the parent only watches over them.

The parent has imported everything before it forks, so that the workers share these pages. The model is loaded by each
worker: LightGBM's OpenMP runtime must not be used before a fork.
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

# prometheus-client's own name for it.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

_log = logging.getLogger(__name__)

# A worker that ends sooner than this after its start did not end by chance.
_TOO_SOON: Final = 2.0
_MISUSE: Final = 2


Handlers = Mapping[signal.Signals, object]


class Workers:
    """Starts workers, replaces those that end, and ends all of them with itself."""

    def __init__(self, count: int, work: Callable[[], int]) -> None:
        self._count = count
        self._work = work
        self._started: dict[int, float] = {}
        self._ending = False

    def run(self, started: Callable[[], None]) -> int:
        """Call `started` once all are there, then watch until SIGTERM or SIGINT.

        The status is 0, or that of a worker whose settings are wrong.
        """
        handlers = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for _ in range(self._count):
                self._start(handlers)
            started()
            return self._watch(handlers)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    # --8<-- [start:watch]
    def _watch(self, handlers: Handlers) -> int:
        status = 0
        while self._started:
            pid, ended = os.wait()
            began = self._started.pop(pid, None)
            if began is None:
                continue
            forget(pid)
            if self._ending:
                continue
            code = os.waitstatus_to_exitcode(ended)
            if code == _MISUSE:
                # A wrong setting: the worker has said which, and the next one would say the same.
                status = code
                self._end(signal.SIGTERM, None)
                continue
            _log.error("worker %d ended with status %d and is replaced", pid, code)
            if time.monotonic() - began < _TOO_SOON:
                time.sleep(_TOO_SOON / 2)
            if not self._ending:
                self._start(handlers)
        return status

    # --8<-- [end:watch]

    def _start(self, handlers: Handlers) -> None:
        # A signal in between would find a worker that nobody knows of, or one that takes itself for the parent.
        signal.pthread_sigmask(signal.SIG_BLOCK, handlers)
        pid = os.fork()
        if pid:
            self._started[pid] = time.monotonic()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handlers)
            return
        status = 1
        try:
            for number in handlers:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handlers)
            status = self._work()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            _log.exception("worker %d failed", os.getpid())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Not sys.exit: the parent's clean-up is the parent's.
            os._exit(status)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._started:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


def end_without(parent: int) -> None:
    """Called every second in a worker: one whose parent was killed would keep the port for ever."""
    if os.getppid() != parent:
        signal.raise_signal(signal.SIGINT)


def forget(pid: int) -> None:
    """Take the gauges of an ended worker out of the metrics; its counts stay."""
    from prometheus_client.multiprocess import mark_process_dead

    if os.environ.get(SHARED_FOLDER):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


class SharedMetrics:
    """The folder in which workers keep their numbers; to be entered before prometheus_client is imported."""

    def __enter__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="movie-service-metrics-")
        os.environ[SHARED_FOLDER] = self._folder

    def __exit__(self, *_: object) -> None:
        os.environ.pop(SHARED_FOLDER, None)
        shutil.rmtree(self._folder, ignore_errors=True)
