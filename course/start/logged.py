"""Runs a program into a log file while a step counts the seconds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.start.console import Step, Trouble

TAIL = 12
# A program may say by such a line, its last, how far it is.
HOW_FAR = re.compile(rb"^[\d,]+ of [\d,]+$")
LAST = 200


@dataclass(frozen=True)
class Run:
    """How one program ended, and what it said last."""

    code: int
    log: Path
    offset: int

    @property
    def said(self) -> str:
        with self.log.open("rb") as stream:
            stream.seek(self.offset)
            return stream.read().decode(errors="replace")

    @property
    def tail(self) -> str:
        lines = [line.rstrip() for line in self.said.splitlines() if line.strip()]
        return "\n".join(f"  | {line}" for line in lines[-TAIL:])


def run(argv: Sequence[str | Path], step: Step, *, log: Path, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run to the end, both streams into the log; one that cannot be started counts as ended with 127."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        stream.write(f"$ {' '.join(map(str, argv))}\n".encode())
        stream.flush()
        offset = stream.tell()
        try:
            process = subprocess.Popen(
                list(map(str, argv)), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd=cwd, env=env
            )
        except OSError as problem:
            stream.write(f"{problem}\n".encode())
            return Run(127, log, offset)
        return Run(_wait(process, step, log), log, offset)


def _wait(process: subprocess.Popen[bytes], step: Step, log: Path) -> int:
    doing = step.text
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=0.5)
            far = HOW_FAR.search(_end_of(log))
            step.doing(f"{doing}: {far[0].decode()}" if far else doing)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _end_of(log: Path) -> bytes:
    """Its last complete line."""
    with log.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - LAST))
        return (stream.read().rsplit(b"\n", 2)[:-1] or [b""])[-1]


@contextlib.contextmanager
def alone(lock: Path, step: Step) -> Iterator[None]:
    """Let one process at a time through; a second one waits and says for what."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            step.doing("another run of make is at this; waiting for it")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def writable(folder: Path) -> None:
    """Refuse early, in words, when nothing can be written where the course has to write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise Trouble(
            f"nothing can be written to {str(folder)!r}: {problem.strerror}.",
            "clone the course into a folder of your own, then run make start there.",
        ) from None
