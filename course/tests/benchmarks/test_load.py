"""The load generator against servers of a few lines: it counts right, stops at its bounds, and says what is wrong."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from course.benchmarks.load import HOST, MOST, Load, drive
from course.benchmarks.open_load import OpenLoad, flood

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


class Answering:
    """A server in a thread; `answer` makes the bytes for a request, None leaves it without one."""

    def __init__(self, answer: Callable[[bytes], bytes | None], *, piece: int = 65536) -> None:
        self.answer, self.piece = answer, piece
        self.bodies: list[bytes] = []
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(asyncio.start_server(self._serve, HOST, 0))
        self.port: int = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                self.bodies.append(body := await reader.readexactly(length))
                if (answer := self.answer(body)) is not None:
                    for start in range(0, len(answer), self.piece):
                        writer.write(answer[start : start + self.piece])
                        await writer.drain()
                if answer == b"":
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _stop(self) -> None:
        self.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def serving():
    started: list[Answering] = []

    def start(answer: Callable[[bytes], bytes | None], **more: int) -> Answering:
        started.append(Answering(answer, **more))
        return started[-1]

    yield start
    for server in started:
        server.close()


def test_every_answer_is_counted_and_no_more_than_asked_for(serving):
    server = serving(lambda _: OK)

    outcome = drive(Load(server.port, "/predict", ["{}"], 250, connections=16))

    assert (outcome.statuses, outcome.answers) == ({"200": 250}, 250)
    assert (len(server.bodies), server.connections) == (250, 16)


def test_bodies_rotate(serving):
    server = serving(lambda _: OK)

    drive(Load(server.port, "/", ["a", "bb", "ccc"], 7, connections=1))

    assert server.bodies == [b"a", b"bb", b"ccc", b"a", b"bb", b"ccc", b"a"]


def test_statuses_are_told_apart(serving):
    server = serving(lambda body: OK if body == b"good" else BUSY)

    assert drive(Load(server.port, "/", ["good", "bad", "bad"], 9, connections=1)).statuses == {"200": 3, "503": 6}


def test_more_connections_than_requests_are_not_opened(serving):
    server = serving(lambda _: OK)

    assert drive(Load(server.port, "/", ["x"], 3, connections=16)).answers == 3
    assert server.connections == 3


def test_large_bodies_and_answers_in_pieces_arrive_whole(serving):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"y" * 300_000
    server = serving(lambda _: answer, piece=7777)

    outcome = drive(Load(server.port, "/", ["x" * 3_000_000], 3, connections=2))

    assert outcome.statuses == {"200": 3}
    assert {len(body) for body in server.bodies} == {3_000_000}


def test_it_stops_at_the_bound_in_time_when_no_answer_comes(serving):
    server = serving(lambda _: None)

    assert drive(Load(server.port, "/", ["x"], 5, connections=2, seconds=0.2)).statuses == {}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"", "The server closed a connection before it answered."),
        (b"HTTP/1.1 200 OK\r\n\r\n", "The server sent an answer without Content-Length."),
    ],
)
def test_an_answer_that_cannot_be_counted_is_an_error(serving, answer, message):
    server = serving(lambda _: answer)

    with pytest.raises(ConnectionError) as error:
        drive(Load(server.port, "/", ["x"], 1))

    assert str(error.value) == message


def test_the_program_reads_a_load_and_writes_an_outcome(serving):
    server = serving(lambda _: OK)
    load = {"port": server.port, "path": "/", "bodies": ["{}"], "count": 20}

    command = [sys.executable, "-m", "course.benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(load), capture_output=True, text=True, check=True)

    outcome = json.loads(done.stdout)
    assert outcome["statuses"] == {"200": 20}
    assert set(outcome) == {"statuses", "seconds", "cpu", "milliseconds"}
    assert len(outcome["milliseconds"]) == 20 and min(outcome["milliseconds"]) > 0


@pytest.mark.slow
def test_a_flood_does_not_wait_for_answers(serving):
    server = serving(lambda _: None)

    found = flood(OpenLoad(server.port, "/", ["x"], per_second=500, seconds=0.5, connections=4))

    assert (found.statuses, found.milliseconds) == ({}, [])
    assert found.unsent > 0


@pytest.mark.slow
def test_a_flood_tells_good_answers_from_refusals(serving):
    server = serving(lambda body: OK if body == b"good" else BUSY)

    found = flood(OpenLoad(server.port, "/", ["good", "bad", "bad"], per_second=500, seconds=1.0, connections=4))

    assert set(found.statuses) == {"200", "503"}
    # What came after the time was waited for, so that the server is done, and is not counted.
    assert len(server.bodies) >= sum(found.statuses.values())
    assert len(found.milliseconds) == found.statuses["200"] > 0
    assert 0 < found.cpu <= found.seconds


@pytest.mark.skipif(sys.platform != "linux", reason="the C library's limit is that of glibc")
def test_an_answer_is_read_without_asking_the_kernel_for_pages():
    """glibc maps and unmaps pages for each piece of memory from 128 KiB on."""
    assert MOST + sys.getsizeof(b"") < 128 * 1024
