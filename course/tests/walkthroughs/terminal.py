"""A terminal for tests: bash without a screen, given one command after the other as a reader types them."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# For the slowest command on a machine that does much else; the same for a server's line that says it is ready.
SECONDS = 600.0
# How a program ends that Ctrl-C ended: by itself, or as bash counts it.
BY_CTRL_C = (0, 128 + signal.SIGINT)
# A shell starts what runs in the background with SIGINT ignored, tests too, and no trap of a bash below undoes that.
HEED_CTRL_C = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
)


@dataclass(frozen=True)
class Said:
    """What a command printed, stdout and stderr in order, and its exit code; None while it still runs."""

    text: str
    code: int | None
    ready: bool = False


def never(_: str) -> bool:
    return False


class Terminal:
    """One bash. A command that stays has it for itself, until `interrupt`."""

    def __init__(self, folder: Path, env: Mapping[str, str], words: Sequence[str] = ()) -> None:
        argv = [sys.executable, "-SEc", HEED_CTRL_C, *words, "bash", "--noprofile", "--norc"]
        self.process = subprocess.Popen(
            argv, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self._mark = f"--{uuid.uuid4().hex}--"
        self._said, self._changed = "", threading.Condition()
        self._last = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        # Job control: each command gets a process group of its own, which is what Ctrl-C reaches. Without the trap
        # bash would end with a program that Ctrl-C has killed.
        self.type("set -m; trap : INT")

    def type(self, command: str, *, ready: Callable[[str], bool] = never, seconds: float = SECONDS) -> Said:
        """Type a command and wait for its end, or, when it stays, until it is ready by what it said so far."""
        with self._changed:
            self._said = ""
        # `$?` is that of the command before, and nobody answers a question.
        line = f"(exit {self._last}); {{ {command}\n}} </dev/null\nprintf '\\n%s %d\\n' '{self._mark}' $?\n"
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        return self._wait(ready, seconds)

    def interrupt(self, seconds: float = SECONDS) -> Said:
        """Ctrl-C for the command that stays, and wait for its end."""
        for group in self._groups():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGINT)
        return self._wait(never, seconds)

    def close(self) -> None:
        """End bash and whatever was started from here and is still there."""
        for group in {*self._groups(), self.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self._reader.join(SECONDS)
        self.process.stdout.close()

    def _groups(self) -> set[int]:
        """The process groups of this bash's session, its own left out."""
        return {group for group, session in _groups_and_sessions() if session == self.process.pid} - {self.process.pid}

    def _wait(self, ready: Callable[[str], bool], seconds: float) -> Said:
        limit = time.monotonic() + seconds
        ended = re.compile(rf"\n{self._mark} (\d+)\n")
        while True:
            with self._changed:
                self._changed.wait_for(lambda: ended.search(self._said), timeout=0.1)
                text = self._said
            found = ended.search(text)
            if found:
                self._last = int(found[1])
                return Said(text[: found.start()], self._last)
            if ready(text):
                return Said(text, None, ready=True)
            if time.monotonic() > limit or not self._reader.is_alive():
                return Said(text, None)

    def _read(self) -> None:
        assert self.process.stdout is not None
        # A sign of several bytes may be cut by the end of what was read.
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            with self._changed:
                self._said += decoder.decode(chunk)
                self._changed.notify_all()


def _groups_and_sessions() -> Iterator[tuple[int, int]]:
    """(process group, session) of every process, as `ps` gives them on Linux and on a Mac."""
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,sess=,pid="], capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        group, _, pid = line.split()
        with contextlib.suppress(OSError):
            # What ps calls a session is an address on a Mac.
            yield int(group), os.getsid(int(pid))
