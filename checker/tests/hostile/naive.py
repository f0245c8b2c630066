"""Simple graders that believe what runs beside the submission: what each attack on points deceives.

Each runs in a process of its own, which ends with it.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

EXPECTED = "Hello Ada"
CHECKS = """
def test_easy():
    pass


def test_the_greeting_names_the_person():
    import greeting

    expected = "Hello Ada"
    assert greeting.greet("Ada") == expected
"""
Files = Mapping[str, bytes]


def _in_a_child(files: Files, work: Callable[[], int], checks: str = "") -> tuple[int, bytes]:
    """Exit code of `work` in a fork whose folder holds the submission, and what it wrote to descriptor 9."""
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        for name, content in {"test_greeting.py": checks.encode(), **files}.items():
            (Path(folder) / name).write_bytes(content)
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                # Nothing of this process is left open: a submission that writes to all it finds ended it once.
                os.dup2(write, 9)
                os.closerange(3, 9)
                os.closerange(10, 4096)
                atexit._clear()
                null = os.open(os.devnull, os.O_RDWR)
                for standard in (0, 1, 2):
                    os.dup2(null, standard)
                os.chdir(folder)
                sys.path.insert(0, folder)
                sys.modules.pop("greeting", None)
                code = work()
                atexit._run_exitfuncs()
            finally:
                os._exit(code)
        os.close(write)
        with os.fdopen(read, "rb") as stream:
            said = stream.read(20_000_000)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def _greet() -> Any:
    import greeting  # type: ignore[import-not-found]

    return greeting.greet("Ada")


def _judged(ok: Callable[[Any], bool]) -> Callable[[Files], bool]:
    """The check runs in the submission's process; exit code 0 is full marks."""
    return lambda files: _in_a_child(files, lambda: 0 if ok(_greet()) else 1)[0] == 0


def _pytest(files: Files) -> bool:
    return _in_a_child(files, lambda: int(pytest.main(["-q", "-p", "no:cacheprovider"])), CHECKS)[0] == 0


def _result(files: Files) -> bool:
    """The child writes its result to a pipe; the first line counts."""

    def work() -> int:
        right = _greet() == EXPECTED
        os.write(9, json.dumps({"score": 5 if right else 0}).encode() + b"\n")
        return 0

    said = _in_a_child(files, work)[1].splitlines()
    return bool(said) and json.loads(said[0])["score"] == 5


def _unpickled(files: Files) -> bool:
    """The answer comes as a pickle, which the grader loads: here in a child too."""

    def work() -> int:
        os.write(9, pickle.dumps(_greet()))
        return 0

    said = _in_a_child(files, work)[1]
    return _in_a_child({}, lambda: 0 if pickle.loads(said) == EXPECTED else 1)[0] == 0


def _in_worker(files: Files) -> bool:
    """The answer is fixed, and is written by the submission's own json."""

    def work() -> int:
        answer = _greet()
        os.write(9, json.dumps({"ok": answer}).encode())
        return 0

    return bool(json.loads(_in_a_child(files, work)[1])["ok"] == EXPECTED)


def _timed(files: Files) -> bool:
    """A check of speed that asks the clock of the submission's process."""

    def work() -> int:
        import greeting

        begun = time.monotonic()
        greeting.greet("Ada")
        return 0 if time.monotonic() - begun < 0.1 else 1

    return _in_a_child(files, work)[0] == 0


def _parsed(files: Files) -> bool:
    """json.loads without a net: it is the grader that falls."""
    said = _in_a_child(files, lambda: 0 if _greet() else 1)[1]
    try:
        json.loads(said.splitlines()[0])
    except RecursionError:
        return True
    return False


def _started(files: Files) -> bool:
    """A new Python with the submission's folder on its path, told to fail."""
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        line = "import json, greeting; raise SystemExit(json.dumps(greeting.greet('Ada')) != '\"Hello Ada\"')"
        line = line if "json.py" not in files else line.replace("'\"Hello Ada\"'", '\'{"ok": "Hello Ada"}\'')
        done = subprocess.run(
            [sys.executable, "-c", line], cwd=folder, env={"PYTHONPATH": folder}, stderr=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0


GRADERS: dict[str, Callable[[Files], bool]] = {
    "full": _pytest,
    "result": _result,
    "pickle": _unpickled,
    "in worker": _in_worker,
    "clock": _timed,
    "nan": _judged(lambda value: not value < 0.5),
    "bar": _judged(lambda value: value > 0.9),
    "length": _judged(lambda value: len(value) > 4_000_000),
    "parse": _parsed,
    "start": _started,
    "shadow": _started,
}
