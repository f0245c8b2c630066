"""The users of the system: requests at a fixed rate, whether or not earlier ones are answered, and labels that follow.

A day of the simulated world takes seconds here, so labels that take 18 hours are there soon. Some never come.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from course.project.platform.http1 import Refused, ask
from course.training.live import DAY, LiveWorld
from course.training.loader import DataSet
from course.training.scenarios import SCENARIOS, Scenario

RATE = 40.0
# Seconds that stand for a day.
DAY_SECONDS = 2.0
_MOST_UNDER_WAY = 400
_A_DRAW = 500.0

Body = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What one client saw: when it asked (monotonic), what came after how long, from whom. Status 0 is no answer."""

    at: float
    status: int
    seconds: float
    number: str
    replica: str
    version: str


class Clients:
    """Use it as `async with Clients(port, data, world) as clients`; it asks until the block ends.

    With a rate of 0 nobody asks by the clock, and `ask` is for whoever has a time axis of their own.
    """

    def __init__(self, port: int, data: DataSet, world: LiveWorld, *, rate: float = RATE, seed: int = 7) -> None:
        self.port, self.rate = port, rate
        self.seen: list[Seen] = []
        self.labels: Counter[int] = Counter()
        self.unsent = 0
        # What a drill changes: the world that users live in, and what a broken client makes of a request.
        self.scenario: Scenario = SCENARIOS["none"]
        self.spoil: Callable[[Body], Body] | None = None
        self._data, self._world, self._seed = data, world, seed
        self._under_way: set[asyncio.Task[None]] = set()
        self._later: set[asyncio.Task[None]] = set()
        self._sending: asyncio.Task[None] | None = None
        self._numbers = 0
        self._next = self._requests()

    async def __aenter__(self) -> Clients:
        if self.rate:
            self._sending = asyncio.create_task(self._send_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        # What is under way is answered: a request that nobody waits for could be in the log and not in `seen`.
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for task in list(self._later):
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    def since(self, began: float) -> list[Seen]:
        """What was asked from a moment on and has been answered."""
        return [one for one in self.seen if one.at >= began]

    async def ask(self, count: int) -> None:
        """So many requests at the same time; back when each has its answer."""
        await asyncio.gather(*(self._one(*next(self._next)) for _ in range(count)))

    async def _send_for_ever(self) -> None:
        due = time.monotonic()
        while True:
            body, label, days = next(self._next)
            if len(self._under_way) >= _MOST_UNDER_WAY:
                self.unsent += 1
            else:
                self._go(self._under_way, self._one(body, label, days))
            due += 1 / self.rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _requests(self) -> Iterator[tuple[Body, int, float]]:
        """Body, label and the days until the label comes (NaN: never); drawn anew when the scenario changes."""
        draw = 0
        while True:
            scenario, draw = self.scenario, draw + 1
            traffic = self._world.traffic(
                scenario, days=1, per_day=_A_DRAW, change_day=0, seed=self._seed * 1000 + draw
            )  # fmt: skip
            for row in range(len(traffic)):
                if self.scenario is not scenario:
                    break
                days = (traffic.arrives[row] - traffic.time[row]) / DAY
                yield traffic.body(self._data, row), int(traffic.like[row]), float(days)

    async def _one(self, body: Body, label: int, days: float) -> None:
        self._numbers += 1
        number = f"client-{self._seed}-{self._numbers}"
        sent = self.spoil(body) if self.spoil is not None else body
        began = time.monotonic()
        seen = await self._ask("/predict", sent, number, began)
        self.seen.append(seen)
        if seen.status == 200 and not math.isnan(days):
            self._go(self._later, self._tell(number, label, days * DAY_SECONDS))

    async def _ask(self, path: str, body: Body, number: str, began: float) -> Seen:
        raw = json.dumps(body).encode()
        try:
            answer = await ask(self.port, "POST", path, body=raw, headers=[("X-Request-ID", number)])
        except (OSError, TimeoutError, Refused, asyncio.IncompleteReadError):
            return Seen(began, 0, time.monotonic() - began, number, "", "")
        version = json.loads(answer.body).get("model_version", "") if answer.status == 200 else ""
        return Seen(
            began, answer.status, time.monotonic() - began, number, answer.get("x-served-by") or "", version
        )  # fmt: skip

    async def _tell(self, number: str, label: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        told = await self._ask("/feedback", {"request_id": number, "label": label}, f"{number}-label", time.monotonic())
        self.labels[told.status] += 1

    def _go(self, tasks: set[asyncio.Task[None]], work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
