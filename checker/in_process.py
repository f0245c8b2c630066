"""Workers in the process that asks them: for a page in a browser, where Python can start no other process.

Nothing is shut off, so this is for one's own practice and never for a grade. Questions and answers are those of any
other worker, as JSON. A check that needs a second process or a thread of its own could not be checked.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from checker import messages as m
from checker import worker
from checker.at_once import Loop, replaced, threads_at_once
from checker.errors import CouldNotCheck, Finding
from checker.exercise import Exercise
from checker.grade import Grader
from checker.result import Result
from checker.worker_sources import OnDisk
from checker.workers import MAX_ANSWER, Ended, Start, Worker, WorkerSource


class InProcessGrader(Grader):
    """Judges folders without starting a process. What is given is as for a Grader."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.workers = InProcess()

    def grade(self, *given: Any, **named: Any) -> Result:
        # A check with threads of its own asks a server from two sides, and there is no server.
        with replaced(threading.Thread, "start", _refuse), replaced(ThreadPoolExecutor, "submit", _refuse):
            return super().grade(*given, **named)

    def close(self) -> None:
        super().close()
        self.workers.close()

    def _source(self, exercise: Exercise) -> WorkerSource:
        return self.workers


def _refuse(*given: Any, **named: Any) -> None:
    raise CouldNotCheck(Finding(seen=m.ONE_AT_A_TIME))


class InProcess(OnDisk):
    """Where workers come from when there is one process."""

    isolation = "none"

    def worker(self, start: Start) -> Worker:
        if start.mode != "answer":
            _refuse()
        return InProcessWorker(start, self._next_log())


class InProcessWorker(Worker):
    """Answers while it is asked. Between two questions nothing of the submission is in sight."""

    def __init__(self, start: Start, log: Path) -> None:
        super().__init__(-1, -1, log, None, os.getpid())
        log.touch()
        self.shut_off = True
        self._start = start
        self._modules: dict[str, ModuleType] = {}
        self._answers = worker.Worker(start.app, Loop)

    def say(self, question: dict[str, Any]) -> None:
        # Through JSON there and back: what could not travel to another process must not travel here.
        heard = json.loads(json.dumps(question))
        with self._inside():
            answer = self._answers.answer(heard)
        self.buffer += json.dumps(answer, default=str).encode() + b"\n"

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        if self._answers.client:
            with self._inside():
                self._answers.client.close()

    def _line(self, deadline: float) -> bytes:
        if not self.buffer:
            raise Ended
        if len(self.buffer) > MAX_ANSWER:
            raise ValueError("too long")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        """What the submission finds while it runs: its folder, its own modules, no thread and nothing of ours."""
        folder, ours = self._start.folder, worker.loaded_of_ours()
        hidden = {name: sys.modules[name] for name in ours}
        with _put_back(), threads_at_once(), self.log.open("a", encoding="utf-8") as log:
            worker.prepare(folder, self._start.env, self._start.allowed, ours)
            known = set(sys.modules)
            sys.modules.update(self._modules)
            try:
                with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
                    yield
            finally:
                self._modules |= {name: sys.modules[name] for name in set(sys.modules) - known if _of(folder, name)}
                for name in self._modules:
                    sys.modules.pop(name, None)
                sys.modules.update(hidden)


@contextlib.contextmanager
def _put_back() -> Iterator[None]:
    """Whatever happens within: the working folder, the environment and the ways to import are as they were."""
    folder, environment, quiet = Path.cwd(), dict(os.environ), sys.dont_write_bytecode
    path, finders, arguments = sys.path[:], sys.meta_path[:], sys.argv[:]
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:], sys.meta_path[:], sys.argv[:] = path, finders, arguments
        sys.dont_write_bytecode = quiet


def _of(folder: str, name: str) -> bool:
    """Whether a module was read from the submission's folder."""
    module = sys.modules[name]
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    return Path(file).is_relative_to(folder)
