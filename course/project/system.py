"""The complete system on one machine: replicas, balancer, registry, prediction log, monitoring, and its users."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from movie_service.prediction_log import records
from movie_service.registry.catalog import Registry
from movie_service.registry.places import Folder

from checker.promql import Database
from course.project.clients import RATE, Clients
from course.project.incidents.cache import StandInCache
from course.project.models import reference_of
from course.project.monitoring.alerts import Alerts, Change, read_rules
from course.project.monitoring.log import PredictionLog
from course.project.monitoring.quality import WATCHED, Quality
from course.project.monitoring.scrape import Scraper, Target
from course.project.platform.balancer import Balancer
from course.project.platform.replica import Release, Replica
from course.project.platform.supervisor import Event, Supervisor
from course.project.platform.telemetry import Page
from course.project.training_job import trained
from course.training.fit import Prepared, prepare
from course.training.live import LiveWorld
from course.training.loader import DataSet, load

STABLE, CANARY = "stable", "canary"
REPLICAS = 2
LOOK_SECONDS = 1.0
DRAIN_SECONDS = 0.5


@dataclass(frozen=True)
class Audit:
    """How many answers clients have, how many of them the log has not, and how many it has twice."""

    answered: int
    lost: int
    twice: int


class System:
    """Use it as `async with System(folder, data, bundle) as system`; at the end nothing of it runs."""

    def __init__(
        self, folder: Path, data_folder: Path, bundle: Path, *, rate: float = RATE, seed: int = 7,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.data_folder, self.bundle = folder, data_folder, bundle
        self.data: DataSet = load(data_folder)
        self.world = LiveWorld(self.data)
        self.prepared: Prepared = prepare(self.data)
        self.registry = Registry(Folder(folder / "registry"))
        self.database = Database()
        self.supervisor = Supervisor(folder / "logs", on_event=on_event)
        self.balancer = Balancer(self.ready)
        self.log = PredictionLog(folder / "spool")
        self.quality = Quality(self.log, reference_of(self.data, self.prepared, self.world, WATCHED))
        self.alerts = Alerts(read_rules(), self.database)
        self._scraper = Scraper(self._targets, self.database)
        # What a drill started and ends itself.
        self.cache: StandInCache | None = None
        self.deploying: asyncio.Task[None] | None = None
        self.disk_full = False
        self._rate, self._seed = rate, seed
        self._began = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("registry", "spool", "logs"):
            (self.folder / name).mkdir(parents=True)
        # One key for all replicas, made before they start: the pseudonyms of one user must be the same everywhere.
        records.read_key(self.folder / "spool" / "pseudonym.key")
        self.version = self.registry.add(self.bundle)
        self.registry.promote(self.version)
        self._began = time.monotonic()
        try:
            await self._stack.enter_async_context(self.supervisor)
            await self._stack.enter_async_context(self.balancer)
            self._pages = [
                ("balancer", await self._stack.enter_async_context(Page(self._of_platform))),
                ("quality", await self._stack.enter_async_context(Page(self.quality.exposition))),
            ]
            # The release that a rollback goes to.
            self.good = self.release("v1")
            self.supervisor.group(STABLE, self.good, REPLICAS)
            self._stack.push_async_callback(self.end_rollout)
            await self.supervisor.settled(STABLE)
            self.clients = await self._stack.enter_async_context(
                Clients(self.balancer.port, self.data, self.world, rate=self._rate, seed=self._seed)
            )
            if self._rate:
                self._looking = asyncio.create_task(self._look_for_ever())
                self._stack.push_async_callback(self._stop_looking)
            self._stack.push_async_callback(self._stop_cache)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def train(self, kind: str, version: str) -> dict[str, Any]:
        """Train another model in a process of its own and put it into the registry; nothing answers with it yet.

        Its tables are those of the champion, also when they are what is wrong.
        """
        folder = self.folder / "trained" / version
        champion = self.folder / "registry" / "versions" / str(self.champion)
        facts = await trained(kind, version, data=self.data_folder, bundle=champion, folder=folder)
        self.registry.add(folder)
        return facts

    def release(self, name: str, *, program: tuple[str, ...] | None = None, **settings: str) -> Release:
        """The service as it is deployed here; settings and program may differ."""
        usual = {
            "registry_dir": str(self.folder / "registry"),
            "access_log": str(self.folder / "logs" / "access.jsonl"),
            "prediction_log": "required",
            "spool_dir": str(self.folder / "spool"),
            "drain_seconds": str(DRAIN_SECONDS),
        }
        return Release(name, usual | settings, program or Release.program)

    @property
    def champion(self) -> str | None:
        """The version that the registry names to all replicas."""
        return self.registry.aliases()[0].champion

    async def end_rollout(self) -> bool:
        """End the update that a drill has begun; whether one was under way."""
        if self.deploying is None or self.deploying.done():
            return False
        self.deploying.cancel()
        await asyncio.gather(self.deploying, return_exceptions=True)
        return True

    def ready(self) -> Iterator[Replica]:
        """All replicas that want requests."""
        for group in self.supervisor.groups.values():
            yield from group.ready

    def replicas(self) -> list[Replica]:
        """All replicas that run."""
        return [one for group in self.supervisor.groups.values() for one in group.replicas]

    @property
    def now(self) -> int:
        """Milliseconds since the start: the time axis of all series."""
        return int((time.monotonic() - self._began) * 1000)

    def at(self, monotonic: float) -> float:
        """A moment of the monotonic clock as seconds since the start."""
        return monotonic - self._began

    async def firing(self, name: str, *, seconds: float = 60.0) -> Change:
        """Wait until an alert fires."""
        begun = len(self.alerts.changes)
        await self.supervisor.until(
            lambda: name in self.alerts.firing or any(one.name == name for one in self.alerts.changes[begun:]),
            f"the alert {name}",
            seconds=seconds,
        )
        return next(one for one in reversed(self.alerts.changes) if one.name == name and one.firing)

    async def quiet(self, *names: str, seconds: float = 60.0) -> None:
        """Wait until these alerts are over; without names, all."""
        await self.supervisor.until(
            lambda: not (set(names or self.alerts.firing) & set(self.alerts.firing)),
            f"the end of {', '.join(names) or 'all alerts'}",
            seconds=seconds,
        )

    def value(self, query: str) -> float | None:
        """What a PromQL query gives now, of its first series."""
        found = self.alerts.query(query, self.now)
        return found[0].value if found else None

    def audit(self) -> Audit:
        """Compare what clients saw answered with the prediction log; call it when nothing is under way."""
        self.log.follow()
        kept = self.log.count()
        answered = {one.number for one in self.clients.seen if one.status == 200}
        return Audit(len(answered), len(answered - set(kept)), sum(times > 1 for times in kept.values()))

    async def look(self) -> None:
        """Judge the log, scrape every target, evaluate the rules."""
        self.quality.look()
        await self._scraper.scrape(self.now)
        self.alerts.look(self.now)

    async def _look_for_ever(self) -> None:
        while True:
            began = time.monotonic()
            await self.look()
            await asyncio.sleep(max(0.05, LOOK_SECONDS - (time.monotonic() - began)))

    async def _stop_looking(self) -> None:
        assert self._looking is not None
        self._looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._looking

    async def _stop_cache(self) -> None:
        if self.cache is not None:
            await self.cache.stop()

    def _targets(self) -> Iterator[Target]:
        for one in self.replicas():
            if one.port and one.code is None:
                yield Target("movie-service", one.name, one.port)
        for name, page in self._pages:
            yield Target(name, name, page.port)

    def _of_platform(self) -> bytes:
        telemetry = self.balancer.telemetry
        for group in self.supervisor.groups.values():
            telemetry.platform(
                group.name, wanted=group.wanted, ready=len(group.ready), deaths=group.restarts, waits=group.waits,
                rolling=group.rolling,
            )  # fmt: skip
        return telemetry.exposition()
