"""`sh("docker build …")` in a notebook: the command, its last lines, how long it took, and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from checker.markup import framed, terminal

SHOWN_LINES = 40


@dataclass(frozen=True)
class Ran:
    """A command that has ended. `output` is stdout and stderr in order."""

    command: str
    output: str
    exit_code: int
    seconds: float
    lines: int = SHOWN_LINES

    def __repr__(self) -> str:
        return f"$ {self.command}\n{self._tail()}\nexit code {self.exit_code}, {self.seconds:.1f} s"

    def _repr_html_(self) -> str:
        return framed(terminal(repr(self)))

    def _tail(self) -> str:
        lines = self.output.rstrip().splitlines()
        cut = [f"… {len(lines) - self.lines} lines above"] if len(lines) > self.lines else []
        return "\n".join([*cut, *lines[-self.lines :]])


def sh(command: str, *, timeout: float = 120.0, lines: int = SHOWN_LINES) -> Ran:
    """Run a command in a shell in the current folder, as a terminal would, and show its last lines.

    Ends it after `timeout` seconds.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        end_group(process)
        output, _ = process.communicate()
        output += f"\nended after {timeout:g} seconds".encode()
    text = output.decode("utf-8", errors="replace")
    return Ran(command, text, process.returncode, time.monotonic() - started, lines)


def environment() -> dict[str, str]:
    """This process's environment with the course's own Python first on PATH."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"}


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started as the head of its group, and what it started."""
    import signal

    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
