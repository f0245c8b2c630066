"""Keeps as many replicas running as are wanted: starts, probes, replaces, updates one by one.

It stands in for what a Deployment's controller and a node's kubelet do; the words are theirs.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from course.project.platform.replica import Release, Replica, State

TICK_SECONDS = 0.1
# A replica that did not answer so many probes in a row gets no requests, as by a readinessProbe's failureThreshold; one
# late answer is a busy machine. After more of them it is killed, so that a new one can take its place.
UNREADY_MISSED, MOST_MISSED = 3, 5
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
# After so long a readiness, earlier failures are forgotten.
STEADY_SECONDS = 10.0
GRACE_SECONDS = 15.0


class RolloutStuck(Exception):
    """A release whose replica did not become ready in time; the old replicas still answer."""


@dataclass(frozen=True)
class Event:
    """Something that happened, in seconds of the monotonic clock."""

    time: float
    what: str
    text: str


@dataclass
class Group:
    """Replicas that are the same: the stable ones, the canary."""

    name: str
    release: Release
    wanted: int
    replicas: list[Replica] = field(default_factory=list)
    failures: int = 0
    not_before: float = 0.0
    restarts: int = 0
    rolling: bool = False

    @property
    def present(self) -> list[Replica]:
        return [one for one in self.replicas if one.state is not State.ENDING]

    @property
    def ready(self) -> list[Replica]:
        return [one for one in self.replicas if one.state is State.READY]

    @property
    def waits(self) -> float:
        """For how many seconds the oldest replica that was never ready lives; 0 where there is none."""
        born = [one.born for one in self.replicas if one.state is State.STARTING]
        return time.monotonic() - min(born) if born else 0.0


class Supervisor:
    """Use it as `async with Supervisor(folder) as supervisor`; at the end no replica is left."""

    def __init__(self, folder: Path, *, on_event: Callable[[Event], None] | None = None) -> None:
        self.folder = folder
        self.groups: dict[str, Group] = {}
        self.events: list[Event] = []
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Supervisor:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._spawn(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        replicas = [one for group in self.groups.values() for one in group.replicas]
        for one in replicas:
            one.end()
        await asyncio.gather(*(self._see_off(one) for one in replicas))

    def group(self, name: str, release: Release, wanted: int) -> Group:
        """Want so many replicas of a release under this name; they start at the next look."""
        self.groups[name] = Group(name, release, wanted)
        return self.groups[name]

    async def settled(self, name: str, *, seconds: float = 60.0) -> None:
        """Wait until all wanted replicas are ready."""
        group = self.groups[name]
        await self.until(
            lambda: len(group.ready) == group.wanted == len(group.replicas),
            f"{group.wanted} ready replicas of {group.release.name}",
            seconds=seconds,
        )

    async def until(self, true: Callable[[], object], what: str, *, seconds: float) -> None:
        """Look again until it holds. TimeoutError says what was waited for."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise TimeoutError(f"Not within {seconds:.0f} seconds: {what}.")
            await asyncio.sleep(TICK_SECONDS / 2)

    async def update(self, name: str, release: Release, *, seconds: float = 30.0) -> None:
        """Exchange the replicas one by one: a new one becomes ready before an old one is asked to leave.

        Raises RolloutStuck, with the old replicas as they were, when the first new one does not become ready.
        """
        group = self.groups[name]
        group.rolling = True
        self._tell("rollout", f"{name}: {group.release.name} becomes {release.name}")
        try:
            for old in list(group.present):
                await self._first_ready(group, release, seconds=seconds)
                group.release = release
                old.end()
                await self.until(lambda old=old: old not in group.replicas, f"{old.name} gone", seconds=GRACE_SECONDS)  # type: ignore[misc]
        finally:
            group.rolling = False
        self._tell("rollout", f"{name}: all replicas run {release.name}")

    async def remove(self, name: str) -> None:
        """End all replicas of a group and forget it."""
        group = self.groups[name]
        group.wanted = 0
        for one in group.replicas:
            one.end()
        await self.until(lambda: not group.replicas, f"{name} gone", seconds=GRACE_SECONDS * 2)
        del self.groups[name]

    def replica(self, name: str) -> Replica:
        """A replica by name."""
        return next(one for group in self.groups.values() for one in group.replicas if one.name == name)

    async def _first_ready(self, group: Group, release: Release, *, seconds: float) -> None:
        """Start one more until it is ready, with longer and longer pauses between the tries."""
        end, pause, reason = time.monotonic() + seconds, FIRST_PAUSE, "it did not become ready"
        while True:
            new = await self._start(group, release)
            try:
                while time.monotonic() < end and new in group.replicas and new.state is not State.READY:
                    await asyncio.sleep(TICK_SECONDS / 2)
            except asyncio.CancelledError:
                # Whoever ends an update wants no replica of it.
                new.end()
                raise
            if new.state is State.READY and new in group.replicas:
                return
            # The last try is cut off at the end of the time: what an earlier one said is still the reason.
            reason = new.last_words or reason
            if time.monotonic() + pause >= end:
                new.end()
                self._tell("stuck", f"{group.name}: {release.name} does not become ready: {reason}")
                raise RolloutStuck(f"{release.name} does not become ready: {reason}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _watch(self) -> None:
        while True:
            groups = list(self.groups.values())
            await asyncio.gather(*(self._look_at(one, group) for group in groups for one in list(group.replicas)))
            for group in groups:
                await self._fill(group)
            await asyncio.sleep(TICK_SECONDS)

    async def _look_at(self, one: Replica, group: Group) -> None:
        if one.code is not None:
            self._bury(one, group)
            return
        status = await one.probe()
        if one.state is State.ENDING:
            return
        if status == 200:
            if one.state is not State.READY:
                self._tell("ready", f"{one.name} ({one.release.name}) is ready")
            one.state, one.missed = State.READY, 0
            if time.monotonic() - one.born > STEADY_SECONDS:
                group.failures = 0
            return
        one.missed = 0 if status or not one.port else one.missed + 1
        if one.state is State.READY and (status or one.missed >= UNREADY_MISSED):
            one.state = State.UNREADY
            self._tell("unready", f"{one.name} is not ready")
        if one.missed >= MOST_MISSED:
            self._tell("hung", f"{one.name} does not answer; it is killed")
            one.send(signal.SIGKILL)
            one.missed = 0

    def _bury(self, one: Replica, group: Group) -> None:
        group.replicas.remove(one)
        if one.state is State.ENDING:
            self._tell("ended", f"{one.name} has ended")
            return
        group.failures += 1
        group.restarts += 1
        pause = min(FIRST_PAUSE * 2 ** (group.failures - 1), LONGEST_PAUSE)
        group.not_before = time.monotonic() + pause
        code = one.code or 0
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        words = f": {one.last_words}" if code > 0 and one.last_words else ""
        self._tell("died", f"{one.name} ended {how}{words}")

    async def _fill(self, group: Group) -> None:
        if group.name in self.groups and len(group.present) < group.wanted and time.monotonic() >= group.not_before:
            await self._start(group, group.release)

    async def _start(self, group: Group, release: Release) -> Replica:
        name = f"{group.name}-{next(self._numbers)}"
        one = await Replica.start(name, group.name, release, self.folder)
        group.replicas.append(one)
        self._tell("started", f"{name} ({release.name}) has started")
        return one

    async def _see_off(self, one: Replica) -> None:
        """Wait for a replica that was asked to leave; what does not go is killed."""
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await one.gone()
        except TimeoutError:
            one.send(signal.SIGKILL)
            await one.gone()

    def _tell(self, what: str, text: str) -> None:
        event = Event(time.monotonic(), what, text)
        self.events.append(event)
        if self._on_event is not None:
            self._on_event(event)

    def _spawn(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if task.exception() is not None:
                self._tell("fault", f"the supervisor itself failed: {task.exception()!r}")
