"""Spare workers: made while nobody asks, used once, shut off from each other, gone with the fork server."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.submission import worker_env
from checker.worker_sources import ForkServer
from checker.workers import Start, Worker

pytestmark = pytest.mark.slow

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fork server exists on Linux only")
CODE = """import os
def descriptors():
    open_ = [f"/proc/self/fd/{name}" for name in range(64)]
    return sorted(os.readlink(path).partition(":")[0] for path in open_ if os.path.lexists(path))
def place():
    return os.getcwd()
"""


@pytest.fixture
def server() -> Iterator[ForkServer]:
    server = ForkServer(("json",))
    yield server
    server.close()


@pytest.fixture
def start(server, tmp_path) -> Iterator[Callable[[str], Worker]]:
    """Start a worker in a folder of its own."""
    made = []

    def in_folder(name: str) -> Worker:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "work.py").write_text(CODE)
        made.append(server.worker(Start(str(folder), worker_env(folder), ())))
        return made[-1]

    yield in_folder
    for worker in made:
        worker.close()


def ask(worker: Worker, name: str) -> object:
    question = {"op": "call", "target": f"work.{name}", "handle": None, "keep": False, "args": [], "kwargs": {}}
    return worker.ask(question, tried="t", where="w", timeout=10)["ok"]


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def wait_for_spares(server: ForkServer, count: int) -> set[int]:
    deadline = time.monotonic() + 30
    while len(children(server.process.pid)) != count:
        assert time.monotonic() < deadline, f"{len(children(server.process.pid))} children, not {count}"
        time.sleep(0.05)
    return children(server.process.pid)


def test_as_many_spares_wait_as_workers_were_asked_for(server, start):
    for name in ("a", "b"):
        start(name).close()

    spares = wait_for_spares(server, 2)
    worker = start("c")

    assert worker.pid in spares
    assert str(ask(worker, "place")).endswith("/c")


def test_a_worker_cannot_speak_to_spares_or_to_the_fork_server(server, start):
    for name in ("a", "b", "c"):
        start(name).close()
    spares = wait_for_spares(server, 3)

    first, second = start("d"), start("e")

    assert {first.pid, second.pid} <= spares
    assert "socket" not in ask(first, "descriptors") + ask(second, "descriptors")


def test_a_spare_that_ended_while_it_waited_is_passed_over(server, start):
    for name in ("a", "b"):
        start(name).close()
    gone = min(wait_for_spares(server, 2))
    os.kill(gone, signal.SIGKILL)
    while " Z " not in Path(f"/proc/{gone}/stat").read_text():
        time.sleep(0.01)

    workers = [start("c"), start("d"), start("e")]

    assert gone not in [worker.pid for worker in workers]
    assert all(ask(worker, "place") for worker in workers)


def test_no_spare_outlives_the_fork_server(start, server):
    start("a").close()
    spares = wait_for_spares(server, 1)

    server.close()

    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in spares):
        assert time.monotonic() < deadline
        time.sleep(0.05)
