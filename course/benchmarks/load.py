"""A load generator: N connections, one request at a time on each, bounded in count and time, loopback only.

`python -m course.benchmarks.load` reads a Load as JSON from stdin and writes an Outcome as JSON. It is a process of its
own, so that its work is not counted as the server's. It is no `wrk`: what it costs itself stands in the Outcome.
"""

from __future__ import annotations

import contextlib
import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle

HOST = "127.0.0.1"
# From 128 KiB on the C library asks the kernel for pages, for each answer anew: six times the CPU of this call.
MOST = 65536
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What to send where. It ends after `count` answers or after `seconds`, whatever comes first."""

    port: int
    path: str
    bodies: Sequence[str]
    count: int
    connections: int = 16
    seconds: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict)

    def requests(self) -> list[bytes]:
        head = f"POST {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nContent-Type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return [f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode() for body in self.bodies]


@dataclass(frozen=True)
class Outcome:
    """Answers by status, how long it took, the generator's own CPU, and the milliseconds that each 200 took."""

    statuses: dict[str, int]
    seconds: float
    cpu: float
    milliseconds: list[float] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return sum(self.statuses.values())


@dataclass
class Connection:
    """One keep-alive connection with at most one request under way."""

    socket: socket.socket
    left: bytes = b""
    got: bytearray = field(default_factory=bytearray)
    since: float = 0.0

    def send(self, request: bytes) -> None:
        self.left, self.since = request, time.monotonic()
        self.push()

    def milliseconds(self) -> float:
        """How long the request on it has been under way."""
        return (time.monotonic() - self.since) * 1e3

    def push(self) -> None:
        """Send what the socket takes; a batch does not fit at once."""
        while self.left:
            try:
                self.left = self.left[self.socket.send(self.left) :]
            except BlockingIOError:
                return

    def pull(self) -> int | None:
        """The status, once a whole answer is here. A server that hangs up in between is an error."""
        data = self.socket.recv(MOST)
        if not data:
            raise ConnectionError("The server closed a connection before it answered.")
        self.got += data
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = LENGTH.search(self.got, 0, end)
        if length is None:
            raise ConnectionError("The server sent an answer without Content-Length.")
        if len(self.got) < end + 4 + int(length[1]):
            return None
        status = int(self.got[9:12])
        self.got.clear()
        return status


def drive(load: Load) -> Outcome:
    """Send until a bound is reached. Answers that are under way at the time bound are not counted."""
    began, cpu = time.monotonic(), time.process_time()
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(min(load.connections, load.count)):
            connections.append(connect(load.port))
            stack.callback(connections[-1].socket.close)
        statuses, waited = _exchange(load, connections, until=began + load.seconds)
    return Outcome(dict(statuses), time.monotonic() - began, time.process_time() - cpu, waited)


def _exchange(load: Load, connections: Sequence[Connection], *, until: float) -> tuple[Counter[str], list[float]]:
    statuses: Counter[str] = Counter()
    waited: list[float] = []
    requests, sent = cycle(load.requests()), len(connections)
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            _send(selector, connection, next(requests))
        while statuses.total() < load.count and (rest := until - time.monotonic()) > 0:
            for status, connection in _answers(selector, rest):
                statuses[str(status)] += 1
                if status == 200:
                    waited.append(connection.milliseconds())
                if sent < load.count:
                    sent += 1
                    _send(selector, connection, next(requests))
    return statuses, waited


def connect(port: int) -> Connection:
    """A connection that does not block."""
    stream = socket.create_connection((HOST, port), timeout=10)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.setblocking(False)
    return Connection(stream)


def _send(selector: selectors.BaseSelector, connection: Connection, request: bytes) -> None:
    connection.send(request)
    if connection.left:
        selector.modify(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)


def _answers(selector: selectors.BaseSelector, timeout: float) -> Iterator[tuple[int, Connection]]:
    for key, events in selector.select(timeout):
        connection: Connection = key.data
        if events & selectors.EVENT_WRITE:
            connection.push()
            if not connection.left:
                selector.modify(connection.socket, selectors.EVENT_READ, connection)
        if events & selectors.EVENT_READ and (status := connection.pull()) is not None:
            yield status, connection


def main() -> int:
    outcome = drive(Load(**json.load(sys.stdin)))
    json.dump(asdict(outcome), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
