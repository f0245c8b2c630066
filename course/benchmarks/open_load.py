"""A load generator that does not wait: requests leave at a fixed rate, whether or not earlier ones are answered.

`python -m course.benchmarks.open_load` reads an OpenLoad as JSON from stdin and writes a Flood as JSON. Users do not
wait for each other either: a generator with a request per connection slows down with the server, and hides a collapse.
"""

from __future__ import annotations

import contextlib
import json
import selectors
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle

from course.benchmarks.load import Connection, Load, connect


@dataclass(frozen=True)
class OpenLoad:
    """What to send where, how many per second, for how long, over at most so many connections."""

    port: int
    path: str
    bodies: Sequence[str]
    per_second: float
    seconds: float
    connections: int = 256


@dataclass
class Flood:
    """Answers by status; how many could not be sent, as every connection was waiting; milliseconds of the 200s.

    `cpu` is the generator's own. Near `seconds` it measures itself.
    """

    statuses: dict[str, int] = field(default_factory=dict)
    unsent: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    milliseconds: list[float] = field(default_factory=list)


def flood(load: OpenLoad) -> Flood:
    """Send for the given time; what is still on its way then is not counted."""
    requests = cycle(Load(load.port, load.path, load.bodies, 1).requests())
    with contextlib.ExitStack() as stack:
        free: deque[Connection] = deque()
        for _ in range(load.connections):
            free.append(connect(load.port))
            stack.callback(free[-1].socket.close)
        with selectors.DefaultSelector() as selector:
            for connection in free:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            found = _send(load, requests, free, selector)
            _wait_for_the_rest(load.connections, free, selector)
            return found


def _send(load: OpenLoad, requests: cycle[bytes], free: deque[Connection], selector: selectors.BaseSelector) -> Flood:
    found, statuses = Flood(), Counter[str]()
    began, cpu = time.monotonic(), time.process_time()
    due = 0
    while (now := time.monotonic() - began) < load.seconds:
        for _ in range(int(now * load.per_second) - due):
            due += 1
            if not free:
                found.unsent += 1
                continue
            free.popleft().send(next(requests))
        for status, connection in _answers(selector, 0.0005):
            statuses[str(status)] += 1
            if status == 200:
                found.milliseconds.append(connection.milliseconds())
            free.append(connection)
    found.seconds, found.cpu = time.monotonic() - began, time.process_time() - cpu
    found.statuses = dict(statuses)
    return found


def _wait_for_the_rest(count: int, free: deque[Connection], selector: selectors.BaseSelector) -> None:
    """A second at most. Requests that nobody waits for any more would be work in what is measured next."""
    until = time.monotonic() + 1
    while len(free) < count and time.monotonic() < until:
        free.extend(connection for _, connection in _answers(selector, 0.05))


def _answers(selector: selectors.BaseSelector, timeout: float) -> Iterator[tuple[int, Connection]]:
    for key, _ in selector.select(timeout):
        connection: Connection = key.data
        if (status := connection.pull()) is not None:
            yield status, connection


def main() -> int:
    found = flood(OpenLoad(**json.load(sys.stdin)))
    json.dump(asdict(found), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
