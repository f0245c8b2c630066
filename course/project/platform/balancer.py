"""One address before all replicas: picks a ready one, shares traffic by weight, tries another where that is safe.

A request is read whole before a replica sees it, and an answer before the client does: a slow client keeps no replica
busy, and nobody gets half an answer. Each request has a connection of its own to the replica, so none is lost to a
connection that went stale meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable

from course.project.platform.http1 import HOST, MOST_HEAD, Message, Refused, encode, plain, read_answer, read_request
from course.project.platform.replica import Replica
from course.project.platform.telemetry import Telemetry

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0
# Asking twice for these changes nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_CONNECTIONS = ("connection", "keep-alive", "proxy-connection", "upgrade", "te", "expect")


class Balancer:
    """Use it as `async with Balancer(ready) as balancer`; `ready` says which replicas want requests now."""

    def __init__(self, ready: Callable[[], Iterable[Replica]], telemetry: Telemetry | None = None) -> None:
        self._ready = ready
        self.telemetry = telemetry or Telemetry()
        # Of a group without a weight comes nothing; without any weight all replicas are one group.
        self.weights: dict[str, float] = {}
        # What a slow network would add to each request, per group or for "" all of them. Drills set it.
        self.delay: dict[str, float] = {}
        self.port = 0
        self._due: dict[str, float] = {}
        self._turns: dict[str, int] = {}
        self._busy: Counter[str] = Counter()
        self._clients: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Balancer:
        self._server = await asyncio.start_server(self._meet, HOST, 0, limit=MOST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                request = await read_request(reader, writer)
            except Refused as refused:
                # Where the next request begins is not known any more.
                answer = plain(refused.status, str(refused), ("Connection", "close"))
                writer.write(encode(answer.start, answer.headers, answer.body))
                return
            if request is None:
                return
            answer = await self.answer(request)
            stays = request.keeps_alive and answer.get("content-length") is not None
            headers = [*answer.without("connection"), ("Connection", "keep-alive" if stays else "close")]
            writer.write(encode(answer.start, headers, answer.body))
            await writer.drain()
            if not stays:
                return

    async def answer(self, request: Message) -> Message:
        """Let a replica answer; 502, 503 or 504 of our own where none does."""
        began = time.perf_counter()
        group, answer = await self._ask_replicas(request)
        self.telemetry.answered(group, answer.status, time.perf_counter() - began)
        return answer

    async def _ask_replicas(self, request: Message) -> tuple[str, Message]:
        number = request.get("x-request-id") or uuid.uuid4().hex
        own = (("Connection", "close"), ("X-Request-ID", number))
        raw = encode(request.start, [*request.without("x-request-id", *_OF_CONNECTIONS), *own], request.body)
        tried: set[str] = set()
        while (replica := self.choose(tried)) is not None:
            tried.add(replica.name)
            try:
                answer = await self._ask(replica, raw)
            except ConnectionRefusedError:
                # Nothing was sent: another one may be asked, whatever the method.
                self.telemetry.retried()
            except TimeoutError:
                return replica.group, plain("504 Gateway Timeout", f"No answer within {ANSWER_SECONDS:.0f} s.")
            except (OSError, Refused, asyncio.IncompleteReadError):
                # It may have been answered and logged. A second time is for the client to decide.
                if request.method not in SAFE:
                    return replica.group, plain("502 Bad Gateway", "The replica ended before its answer.")
                self.telemetry.retried()
            else:
                return replica.group, Message(
                    answer.start, (*answer.headers, ("X-Served-By", replica.name)), answer.body
                )
        return "", plain("503 Service Unavailable", "No replica is ready.", ("Retry-After", "1"))

    async def _ask(self, replica: Replica, raw: bytes) -> Message:
        delay = self.delay.get(replica.group, self.delay.get("", 0.0))
        if delay:
            await asyncio.sleep(delay)
        self._busy[replica.name] += 1
        try:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    reader, writer = await asyncio.open_connection(HOST, replica.port, limit=MOST_HEAD)
            except (OSError, TimeoutError):
                raise ConnectionRefusedError from None
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    writer.write(raw)
                    return await read_answer(reader)
            finally:
                writer.close()
        finally:
            self._busy[replica.name] -= 1

    def choose(self, tried: set[str]) -> Replica | None:
        """The least busy of the group whose turn it is; of another group when that one has none."""
        groups: dict[str, list[Replica]] = {}
        for one in self._ready():
            if one.name not in tried and (not self.weights or self.weights.get(one.group, 0) > 0):
                groups.setdefault(one.group if self.weights else "", []).append(one)
        if not groups:
            return None
        # Smooth weighted round robin: a weight of 10 of 100 is every tenth request, not one in ten by chance.
        weights = {name: self.weights.get(name, 1.0) for name in groups}
        for name, weight in weights.items():
            self._due[name] = self._due.get(name, 0.0) + weight
        turn = max(weights, key=lambda name: self._due[name])
        self._due[turn] -= sum(weights.values())
        # Among equally busy ones, whoever waits longest: at low load nobody is busy, and all take their turn.
        chosen = min(groups[turn], key=lambda one: (self._busy[one.name], self._turns.get(one.name, 0)))
        self._turns[chosen.name] = max(self._turns.values(), default=0) + 1
        return chosen
