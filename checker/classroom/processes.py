"""Runs jobs on all cores: a grading process per core, each with its jobs in a row; one that is lost is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.classroom.jobs import Job

# Of one job. Checks have limits of their own, of seconds; this is for what no limit of theirs meets.
JOB_SECONDS = 900
TRIES = 2
LOST = "The process that judged it ended {tries} times before it answered. Grade the class again, with --jobs 1."
# Seconds in which an idle process ends with its fork servers.
IN_ORDER = 10


@dataclass(frozen=True)
class Event:
    """A job was begun, or is done: then `result` is its result as JSON, or `error` says why there is none."""

    job: Job
    done: bool
    result: dict[str, Any] | None = None
    error: str = ""


class Lost(Exception):
    """The process ended before it answered."""


class GradingProcess:
    """One process, started when it is first asked. Its temporary files have a folder of their own, and go with it."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root, self.scratch = root, scratch
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, job: Job) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin and process.stdout
        question = {"exercise": job.exercise, "folder": str(job.folder), "seed": job.seed, "profile": job.profile}
        timer = threading.Timer(JOB_SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer
        except (OSError, ValueError):
            self.close()
            raise Lost from None
        finally:
            timer.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        self.scratch.mkdir(parents=True, exist_ok=True)
        with (self.scratch / "stderr").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "checker.classroom.grading_process", str(self.root), str(self.scratch)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=self.root,
                # Ctrl-C ends the grader, which then ends its processes in order.
                start_new_session=True,
                env={**os.environ, "TMPDIR": str(self.scratch), "PYTHONPATH": _path()},
            )  # fmt: skip
        return self._process

    def close(self, wait: float = 0) -> None:
        """End it: within `wait` seconds in order, with its fork servers, else by force."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin and process.stdout
        # What was not sent any more has nowhere to go.
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _path() -> str:
    own = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH", ""))))


class Pool:
    """A number of grading processes that take jobs from one row."""

    def __init__(self, root: Path, jobs: Sequence[Job], count: int) -> None:
        self.waiting, self.left = deque(jobs), len(jobs)
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.stopping = False
        self.scratch = Path(tempfile.mkdtemp(prefix="grade-"))
        count = max(1, min(count, len(jobs)))
        self.processes = [GradingProcess(root, self.scratch / str(number)) for number in range(count)]
        self.threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self.processes]
        for thread in self.threads:
            thread.start()

    def _work(self, process: GradingProcess) -> None:
        while not self.stopping:
            try:
                job = self.waiting.popleft()
            except IndexError:
                break
            self.events.put(Event(job, done=False))
            answer = self._asked(process, job)
            self.events.put(Event(job, True, answer.get("result"), str(answer.get("error", ""))))
        process.close(IN_ORDER)

    def _asked(self, process: GradingProcess, job: Job) -> dict[str, Any]:
        for _ in range(TRIES):
            try:
                return process.ask(job)
            except Lost:
                if self.stopping:
                    break
        return {"error": LOST.format(tries=TRIES)}

    def close(self) -> None:
        self.stopping = True
        for process in self.processes:
            process.close()
        for thread in self.threads:
            thread.join()
        shutil.rmtree(self.scratch, ignore_errors=True)


def run_jobs(root: Path, jobs: Sequence[Job], count: int) -> Iterator[Event]:
    """Run every job once, `count` at a time, in the order given; the caller alone writes anything.

    Ended early (Ctrl-C, disk full), it ends its processes first.
    """
    pool = Pool(root, jobs, count)
    try:
        while pool.left:
            event = pool.events.get()
            pool.left -= event.done
            yield event
        for thread in pool.threads:
            thread.join()
    finally:
        pool.close()
