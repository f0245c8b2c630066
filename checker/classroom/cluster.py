"""Runs jobs on a Dask cluster: each by its digest, so that a worker that is lost, or a job done twice, does no harm.

A job travels with its files: workers need the course (checks, data, environment), and no folder of the grader's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.classroom import cluster_worker
from checker.classroom.jobs import Job
from checker.classroom.processes import Event
from checker.errors import CheckerError, Misuse

if TYPE_CHECKING:
    from distributed import Client, Future

# That a scheduler may take to answer.
SECONDS = 15
# Jobs at the scheduler: enough to keep hundreds of workers busy and to tell an autoscaler that more are wanted.
WINDOW = 1000
NOT_INSTALLED = "Dask is not installed in this environment, and --executor dask needs its package distributed."
INSTALL = "make env in a clone of the course, or pip install distributed in this environment"
NO_ANSWER = "No Dask scheduler answers at {address!r}: {why}."
START = "dask scheduler on the machine of that address, and --scheduler tcp://HOST:8786"
NO_WORKERS = "the scheduler at {address} has no worker yet; jobs wait there until one joins"
GONE = "The Dask scheduler at {address!r} went away. What was judged is kept."
GO_ON = "start the scheduler and its workers, then run the same command again: it goes on where it stopped"
KILLED = "The {count} workers that judged it ended before they answered. Grade the class again, on one machine."
NO_COURSE = "A Dask worker cannot judge: {why}."
SAME_COURSE = "start the workers in a clone of this course, with the same packages as here"


class Cluster:
    """A Dask scheduler that has answered; a context manager. `run_jobs` is what `grade_class` takes to execute.

    `allow_weak` lets workers judge that cannot shut a submission off in namespaces.
    Raises Misuse when Dask is not installed or no scheduler answers.
    """

    def __init__(self, address: str, *, allow_weak: bool = False, say: Callable[[str], None] = lambda text: None):
        self.address, self.allow_weak = address, allow_weak
        self.client = _connected(address)
        if not self.client.nthreads():
            say(NO_WORKERS.format(address=address))

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def run_jobs(self, root: Path, jobs: Sequence[Job], count: int) -> Iterator[Event]:
        """Run every job; how many at a time is the workers' number of threads, not `count`.

        Raises CheckerError when the scheduler goes away, Misuse when a worker has another course or a weak sandbox.
        """
        from distributed import as_completed

        waiting, asked = iter(jobs), {}
        running = as_completed()
        try:
            for job in waiting:
                future = self._submit(job)
                asked[future.key] = (job, future)
                running.add(future)
                yield Event(job, done=False)
                while len(asked) >= WINDOW:
                    yield self._next(running, asked)
            while asked:
                yield self._next(running, asked)
        finally:
            # Ended early: nobody waits for what is left.
            self.client.cancel([future for _, future in asked.values()])

    def _submit(self, job: Job) -> Future:
        question = {
            "exercise": job.exercise, "seed": job.seed, "profile": job.profile, "decided_by": dict(job.decided_by),
            "allow_weak": self.allow_weak, "files": cluster_worker.packed(job.folder),
        }  # fmt: skip
        return self.client.submit(cluster_worker.judge, question, key=f"grade-{job.digest}")

    def _next(self, running: Iterator[Future], asked: dict[str, tuple[Job, Future]]) -> Event:
        future = next(running)
        answer = self._answer(future)
        job, _ = asked.pop(future.key)
        return Event(job, True, answer.get("result"), str(answer.get("error", "")))

    def _answer(self, future: Future) -> dict[str, Any]:
        from distributed.scheduler import KilledWorker

        if future.status not in ("finished", "error"):
            raise CheckerError(GONE.format(address=self.address), GO_ON)
        error = future.exception()
        if isinstance(error, KilledWorker):
            return {"error": KILLED.format(count=error.allowed_failures + 1)}
        if error is not None:
            raise CheckerError(NO_COURSE.format(why=f"{type(error).__name__}: {error}"), SAME_COURSE)
        answer: dict[str, Any] = future.result()
        if "misuse" in answer:
            raise Misuse(answer["misuse"], answer["next"])
        return answer


def _connected(address: str) -> Client:
    try:
        import distributed
    except ImportError:
        raise Misuse(NOT_INSTALLED, INSTALL) from None
    # What goes wrong is said once, in our words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return distributed.Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise Misuse(NO_ANSWER.format(address=address, why=_why(error)), START) from None


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"nothing came back within {SECONDS} seconds"
    return str(error).rstrip(".")
