"""What a Dask worker does: it judges a job with a warm grading process, in the same sandbox as on one machine.

Its course is the one that CHECKER_COURSE names, else the one of its current folder. Checks, checker, data and
environment must be the grader's own, since a result is kept under their digests.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import shutil
import socket
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from checker.classroom.jobs import Job, decided_by
from checker.classroom.processes import IN_ORDER, LOST, TRIES, GradingProcess, Lost
from checker.collect import MAX_BYTES
from checker.course import Course, find_course
from checker.errors import CheckerError
from checker.sandbox import required

# A file's bytes; the size of one that is too large to be read; or None, for a folder in a file's place.
Packed = Mapping[str, bytes | int | None]

OTHER = "The Dask worker on {host} does not have the grader's {names} for {exercise}, so its results would be others."
RESTART = "the same commit, data and packages on every worker, and --extra-checks as CHECKER_EXTRA_CHECKS; restart them"
ON_WORKER = "The Dask worker on {host} cannot judge: {why}"


def packed(folder: Path) -> dict[str, bytes | int | None]:
    """A collected hand-in, to be sent."""
    found: dict[str, bytes | int | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            found[name] = None
        else:
            size = path.stat().st_size
            found[name] = path.read_bytes() if size <= MAX_BYTES else size
    return found


def unpack(files: Packed, folder: Path) -> None:
    """Lay what `packed` took, byte for byte but for files that are too large: those have their size alone."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.touch()
            os.truncate(path, content)


def judge(question: Mapping[str, Any]) -> dict[str, Any]:
    """The result as JSON, or `error` on why there is none, or `misuse` when this worker may not judge this class."""
    host = socket.gethostname()
    try:
        course = _course()
        required(allow_weak=question["allow_weak"])
        own = _decisive(course, question["exercise"])
    except CheckerError as error:
        return {"misuse": ON_WORKER.format(host=host, why=error), "next": error.next_step}
    other = sorted(name for name, digest in question["decided_by"].items() if own.get(name) != digest)
    if other:
        said = OTHER.format(host=host, names=", ".join(other), exercise=question["exercise"])
        return {"misuse": said, "next": RESTART}
    return _judged(course, question)


@cache
def _course() -> Course:
    return find_course()


@cache
def _decisive(course: Course, slug: str) -> dict[str, str]:
    return decided_by(course, course.exercise(slug))


# Warm processes that wait for a job: one per thread of this worker.
_IDLE: queue.LifoQueue[GradingProcess] = queue.LifoQueue()


def _judged(course: Course, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        process = _IDLE.get_nowait()
    except queue.Empty:
        process = GradingProcess(course.root, Path(tempfile.mkdtemp(prefix="grade-")) / "0")
    # In the process' own folder: it goes with the process, also when this worker is killed.
    folder = process.scratch / "hand-in" / question["exercise"]
    job = Job(question["exercise"], folder, "", question["profile"], question["seed"], question["decided_by"])
    try:
        for _ in range(TRIES):
            unpack(question["files"], folder)
            with contextlib.suppress(Lost):
                return process.ask(job)
        return {"error": LOST.format(tries=TRIES)}
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
        _IDLE.put(process)


@atexit.register
def _close() -> None:
    while not _IDLE.empty():
        process = _IDLE.get_nowait()
        process.close(IN_ORDER)
        shutil.rmtree(process.scratch.parent, ignore_errors=True)
