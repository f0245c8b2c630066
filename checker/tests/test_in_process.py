"""Workers in one process: the same answers as any other worker, nothing left behind, and what cannot be asked there."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Iterator

import pytest

from checker.at_once import Loop, NothingToWaitFor, threads_at_once
from checker.errors import CouldNotCheck
from checker.in_process import InProcessGrader
from checker.tests.conftest import MINI
from checker.workers import Start

SAID = (
    "It asks a running service while that is busy, and here one thing runs at a time: `checker check` on a machine of "
    "your own asks it."
)


@pytest.fixture
def in_process() -> Iterator[InProcessGrader]:
    with InProcessGrader(MINI) as grader:
        yield grader


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"greeting__py": "def greet(name):\n    return 'Hello'\n"},
        {"greeting__py": "def greet(name)\n"},
        {"greeting__py": "import checker\n"},
        {"greeting__py": "def greet(name):\n    raise SystemExit(3)\n"},
        {"greeting__py": None},
    ],
)
def test_rows_are_those_of_a_worker_in_a_process_of_its_own(files, grader, in_process, hand_in):
    folder = hand_in(**files)

    here, there = in_process.grade(1, folder, seed=3), grader.grade(1, folder, seed=3)

    assert here.rows == there.rows
    assert here.isolation == "none"


def test_nothing_of_a_submission_is_left_in_the_process(in_process, hand_in):
    before = os.getcwd(), sys.path[:], sys.meta_path[:], threading.Thread.start
    code = "import os, sys\nos.environ['LEFT'] = '1'\nsys.path.append('left')\ndef greet(name): return name\n"

    in_process.grade(1, hand_in(greeting__py=code), seed=3)

    assert before == (os.getcwd(), sys.path[:], sys.meta_path[:], threading.Thread.start)
    assert "LEFT" not in os.environ
    assert "greeting" not in sys.modules
    assert "checker.grade" in sys.modules


def test_a_server_cannot_be_asked_for(in_process):
    with pytest.raises(CouldNotCheck) as refused:
        in_process.workers.worker(Start("", {}, (), mode="serve"))

    assert refused.value.finding.seen == SAID


def test_a_thread_runs_where_it_starts():
    done: list[int] = []
    with threads_at_once():
        thread = threading.Thread(target=done.append, args=(1,))
        thread.start()
        assert done == [1]
        thread.join()

    assert not thread.is_alive()


def test_a_loop_runs_within_one_that_runs_already():
    """A browser's loop always does."""
    outer, loop = object(), Loop()
    _set_running_loop(outer)
    try:
        done = loop.run_until_complete(asyncio.sleep(0, "done"))
        kept = _get_running_loop()
    finally:
        _set_running_loop(None)
    loop.close()

    assert (done, kept) == ("done", outer)


def test_an_app_is_asked_and_closed_within_a_loop_that_runs_already(in_process, hand_in):
    worker = in_process.workers.worker(Start(str(hand_in()), {}, (), "greeting:app"))
    request = {"method": "GET", "path": "/Ada", "headers": [], "body": ""}
    _set_running_loop(object())
    try:
        answer = worker.ask({"op": "http", "request": request}, tried="", where="", timeout=10)
        worker.close()
    finally:
        _set_running_loop(None)

    assert answer["ok"]["status"] == 200


def test_a_loop_says_that_nothing_will_wake_it():
    loop = Loop()
    with pytest.raises(NothingToWaitFor) as told:
        loop.run_until_complete(loop.create_future())
    loop.close()

    assert str(told.value) == "the app waits for something that never comes"
