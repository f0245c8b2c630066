"""Commands that end, and processes that stay: started in namespaces of their own, known by id and start time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from course.engines.found import EngineTrouble
from course.engines.places import STATE

# In a mount and process namespace of its own: ending the outer process ends all that it started and its mounts.
WRAPPED = (
    "unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL", "--propagation", "private",
)  # fmt: skip


# How long one may take to answer: seconds on an idle machine, minutes on one where thirty programs want two cores.
PATIENCE = 600.0
# Stands in the environment of what we start: found again when the tool was ended before it wrote down the id.
MARK = "COURSE_ENGINE"


def output(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, timeout: float = 20.0, cwd: Path | None = None
) -> str | None:
    """What a command says on stdout, stripped; None when it is not there, fails or does not end."""
    try:
        done = subprocess.run(
            list(argv), env=os.environ | dict(env or {}), capture_output=True, text=True, errors="replace",
            timeout=timeout, check=False, cwd=cwd, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def must(
    argv: Sequence[str], *, what: str, env: Mapping[str, str] | None = None, timeout: float = 900.0,
    cwd: Path | None = None, stdin: bytes = b"",
) -> str:  # fmt: skip
    """Run a command that has to succeed; EngineTrouble with its last lines when it does not."""
    try:
        done = subprocess.run(
            list(argv), env=os.environ | dict(env or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=timeout, check=False, cwd=cwd, input=stdin,
        )  # fmt: skip
    except FileNotFoundError:
        raise EngineTrouble(f"{what}: the program {argv[0]!r} is not there.") from None
    except subprocess.TimeoutExpired:
        raise EngineTrouble(f"{what}: no end within {timeout:.0f} seconds.") from None
    text = done.stdout.decode("utf-8", errors="replace")
    if done.returncode != 0:
        last = "\n".join(f"  {line}" for line in text.strip().splitlines()[-8:])
        raise EngineTrouble(f"{what} ended with exit code {done.returncode}:\n{last}")
    return text


def start(
    name: str, argv: Sequence[str], *, env: Mapping[str, str] | None = None, wrap: Sequence[str] = WRAPPED
) -> None:
    """Start a process that stays, with its output in a log beside its id."""
    folder = STATE / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*wrap, *argv], env=os.environ | dict(env or {}) | {MARK: name}, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True, cwd="/",
        )  # fmt: skip
    # It outlives this program; nobody here waits for it.
    process.returncode = 0
    (folder / "pid").write_text(f"{process.pid} {_started(process.pid)}\n")


def alive(name: str) -> bool:
    """Say whether the process of that name runs; a process that got its id later is not it."""
    return _pid(name) is not None


def kill(name: str) -> None:
    """End it and all that it started. `unshare` ignores SIGTERM, so SIGKILL; `--kill-child` takes the rest along."""
    while (pid := _pid(name)) is not None:
        os.kill(pid, signal.SIGKILL)
        wait_until(partial(_gone, pid), what=f"ending {name}", seconds=20)


def wait_until(true: Callable[[], object], *, what: str, seconds: float, pause: float = 0.1) -> None:
    """Ask again until it holds. EngineTrouble when it does not within `seconds`."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            raise EngineTrouble(f"{what}: not within {seconds:.0f} seconds.")
        time.sleep(pause)


def log_tail(name: str, lines: int = 8) -> str:
    path = STATE / name / "log"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])


def _pid(name: str) -> int | None:
    try:
        pid, started = (STATE / name / "pid").read_text().split()
    except (OSError, ValueError):
        return _stray(name)
    same = _started(int(pid)) == started and not _is_zombie(int(pid))
    return int(pid) if same else _stray(name)


def _stray(name: str) -> int | None:
    """A process with our mark that no file names, in this very process namespace."""
    here, mark = os.stat("/proc/self/ns/pid").st_ino, f"{MARK}={name}".encode()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes().split(b"\0") and (path / "ns" / "pid").stat().st_ino == here:
                return int(path.name)
        except OSError:
            # It ended meanwhile, or is another user's.
            continue
    return None


def _started(pid: int) -> str | None:
    """When a process started, in ticks since boot: with the id it names one process for ever."""
    fields = _stat(pid)
    return fields[19] if fields else None


def _gone(pid: int) -> bool:
    return _started(pid) is None or _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and fields[0] == "Z"


def _stat(pid: int) -> list[str]:
    try:
        # The name stands in brackets and may hold blanks.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
