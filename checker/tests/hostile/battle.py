"""Runs one attack at one level, and says from outside whether it got what it was after."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from checker.collect import collect
from checker.course import find_course
from checker.errors import Verdict
from checker.sandbox import room
from checker.server import _connect
from checker.submission import Submission
from checker.tests.hostile import naive
from checker.tests.hostile.attacks import Attack
from checker.tests.hostile.ground import Ground, alive_with
from checker.worker_sources import ForkServer
from checker.workers import Start
from checker.wrapped import Wrapped

MINI = Path(__file__).parents[1] / "data" / "mini_course"
GIVEN = {"answers.toml": b"length = 3\n"}
# Generous: only an attack that hangs takes it, and an honest step on a busy machine must not.
PATIENCE = 20.0
# Some attacks end what would answer, and take all of it. One that writes 10,000 files takes as long on a busy machine,
# and must not be taken for one that is stopped.
TIME_TO_SUCCEED = 30.0
LONGER = {"resources/many_small_files": 240.0}


class Battle:
    """What starts workers at a level, or in bubblewrap, and the ground."""

    def __init__(self, level: str) -> None:
        self.level = level
        self.ground = Ground()
        self.exercise = find_course(MINI).exercise(1)
        self.server = self._new_server()

    def _new_server(self) -> ForkServer | Wrapped:
        return Wrapped(("json",)) if self.level == "bubblewrap" else ForkServer(("json",), self.level)

    def close(self) -> None:
        self.server.close()
        self.ground.close()

    def hits(self, attack: Attack) -> bool:
        """Whether the attack succeeds. Whatever it breaks of the ground is put right."""
        if attack.naive and self.level == "none":
            return naive.GRADERS[attack.naive](attack.files)
        hit = False
        with self._submission(attack) as submission:
            if attack.evidence == "points":
                return self._earns(submission)
            if self.ground.victim.poll() is not None:
                self.ground.harmed()
            value = self._attempt(submission, LONGER.get(attack.id, TIME_TO_SUCCEED))
            hit = self._while_it_runs(attack, submission, value)
        return self._afterwards(attack) or hit

    @contextlib.contextmanager
    def _submission(self, attack: Attack) -> Iterator[Submission]:
        with tempfile.TemporaryDirectory(prefix="hand-in-") as folder:
            for name, content in (GIVEN | attack.files).items():
                (Path(folder) / name).write_bytes(content)
            made = Submission(
                self.exercise, collect(self.exercise, Path(folder)), self.server, rng=random.Random(1), allowed=(),
                resources={},
            )  # fmt: skip
            self.room = made.room
            try:
                yield made
            finally:
                if attack.then == "leave" and self.level == "none":
                    made._room = None
                    with contextlib.suppress(RecursionError):
                        shutil.rmtree(self.room.base, ignore_errors=True)
                with contextlib.suppress(Exception):
                    made.close()

    def _attempt(self, submission: Submission, timeout: float) -> Any:
        with contextlib.suppress(Verdict):
            return submission.attempt("greeting.attack", self.ground.told(), timeout=timeout).value
        return None

    def _earns(self, submission: Submission) -> bool:
        """Whether the check of the miniature course passes, whose name is drawn anew each time."""
        name = f"Ada{random.SystemRandom().randrange(10**6)}"
        try:
            seen = submission.call("greeting.greet", name, timeout=5)
        except Verdict:
            return False
        return bool(seen == f"Hello {name}")

    def _while_it_runs(self, attack: Attack, submission: Submission, value: Any) -> bool:
        if attack.then and attack.then != "leave":
            return self._then(attack, submission)
        ways: dict[str, Callable[[], bool]] = {
            "says": lambda: self.ground.secret in str(value),
            "listens": lambda: _accepts(self.ground.free),
            "name": lambda: _is_taken(self.ground.told()["free_name"]),
            "log": lambda: _size(submission) > 60 << 20,
            "segment": lambda: _has_segment(self.ground.segment),
            "victim": self.ground.harmed,
        }
        return ways[attack.evidence]() if attack.evidence in ways else False

    def _afterwards(self, attack: Attack) -> bool:
        if attack.evidence == "stopped":
            return self._is_stopped()
        if attack.evidence == "process":
            return self._left_processes()
        if attack.evidence == "file":
            return self.ground.changed()
        if attack.evidence == "planted":
            there = [path for path in self.ground.planted if path.exists()]
            for path in there:
                path.unlink()
            return bool(there)
        if attack.evidence == "left":
            left = self.room.base.exists()
            room.remove(self.room.base)
            return left
        return False

    def _is_stopped(self) -> bool:
        if isinstance(self.server, Wrapped):
            # It starts a process for each submission: whether the next one gets its own.
            return not self._next_gets_a_worker(self.server)
        deadline = time.monotonic() + 2
        while self.server.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.server.process.poll() is None:
            return False
        self.server.close()
        self.server = self._new_server()
        return True

    @staticmethod
    def _next_gets_a_worker(server: Wrapped) -> bool:
        try:
            place = server.room()
            worker = server.worker(Start(place.inside, {}, (), room=place.number))
            worker.see_it_shut_off(PATIENCE)
        except Verdict:
            return False
        worker.close()
        server.leave(place)
        return True

    def _left_processes(self) -> bool:
        left = alive_with(self.server.scratch.name)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(left)

    def _then(self, attack: Attack, submission: Submission) -> bool:
        """What a grader does next in the folder: ours, or at level none one that trusts it."""
        folder, result = submission.folder, []
        trusting: dict[str, Callable[[], object]] = {
            "lay": lambda: (folder / "given.py").write_text("laid"),
            "lay-deep": lambda: (folder / "deep/laid").write_text("laid"),
            "read": (folder / "given.py").read_text,
            "gate": (folder / "door.entered").read_text,
            "connect": lambda: _said(self.room.base / "run/s0", lambda sock, path: sock.connect(str(path))),
        }
        careful: dict[str, Callable[[], object]] = {
            "lay": lambda: submission.replace("given.py", "laid"),
            "lay-deep": lambda: submission.replace("deep/laid", "laid"),
            "read": lambda: submission.text("given.py"),
            "gate": lambda: submission.gate("door").entered(),
            "connect": lambda: _said(self.room.base / "run/s0", _connect),
        }
        step = (trusting if self.level == "none" else careful)[attack.then]

        def do() -> None:
            with contextlib.suppress(Verdict, OSError):
                result.append(step())

        thread = threading.Thread(target=do, daemon=True)
        thread.start()
        thread.join(2 if self.level == "none" else PATIENCE)
        if attack.evidence == "hangs":
            return thread.is_alive()
        return attack.evidence in ("read", "says") and self.ground.secret in str(result)


def _said(path: Path, connect: Callable[[socket.socket, Path], None]) -> str:
    with socket.socket(socket.AF_UNIX) as there:
        there.settimeout(5)
        connect(there, path)
        return there.recv(100).decode()


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def _is_taken(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as mine:
        try:
            mine.bind(f"\0{name}")
        except OSError:
            return True
    return False


def _size(submission: Submission) -> int:
    return submission._worker.log.stat().st_size if submission._worker else 0


def _has_segment(key: int) -> bool:
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return any(int(line.split()[0]) == key for line in lines)
