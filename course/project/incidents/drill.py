"""A repair is carried out on the running system, and what the system does afterwards says whether it was one.

`python -m course.project.incidents.drill INCIDENT REPAIR DATA MODEL` breaks the reference system as the trainee's
incident did, waits for its alert, does what the trainee named, and prints as JSON what came of it. The grade of row 6
reads that. What is right is so by its effect: a rollback that ends a stuck update counts as the end of that update
does, and what follows an incident that was over by itself repaired nothing.

The replicas, their requests, kills and releases are real. Time is not: the monitoring's axis goes on by a second with
each step of a few requests, so a slow machine needs longer and sees the same. An alert looks back 15 seconds at most,
so after 20 steps it knows nothing of what was before the repair. Three things live by the clock: how long an answer
takes, when the service asks a lost cache again, and when a label comes. Where one of them counts, steps go on to 60.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from course.project.demo.command import sources
from course.project.incidents.catalog import INCIDENTS, Incident
from course.project.incidents.repairs import REPAIRS
from course.project.platform.supervisor import RolloutStuck
from course.project.system import STABLE, System
from course.start.console import Console
from course.training.errors import TrainingError

# Steps: a calm beginning, until an alert is seen, after a repair at least, and where the clock counts at most.
CALM, SEEN, LEAST, MOST = 4, 90, 20, 60
# No step is shorter: a cache that came back is asked again after 5 s, and 60 steps have to be longer.
PACE_SECONDS = 0.15
USUAL = 4
# Requests of a step where more answers are needed before anything can be said.
REQUESTS = {"feature-drift": 12, "tastes-flip": 40}
# What the monitoring must know, for longer than the rule's `for`, before the silence of an alert says anything.
ENOUGH = {"FeatureMoved": "model_feature_psi >= 0", "ModelWorse": "model_window_labels >= 300"}
HOLD = 5
SLOW = {"ServiceSlow", "NetworkSlow"}
BY_THE_CLOCK = {*SLOW, "CacheAway"}


@dataclass(frozen=True)
class Effect:
    """What came of a repair: was the incident seen before it, is it over, what was done, what stays wrong."""

    seen: bool
    over: bool = False
    did: str = ""
    stays: str = ""


class Stepped(System):
    """The system on a time axis of its own."""

    def __init__(self, folder: Path, data_folder: Path, bundle: Path, *, seed: int = 7) -> None:
        super().__init__(folder, data_folder, bundle, rate=0.0, seed=seed)
        self.steps = 0

    @property
    def now(self) -> int:
        return self.steps * 1000

    async def step(self, requests: int) -> None:
        """A second of the axis: requests and their answers, a scrape, a look at the rules."""
        began = time.monotonic()
        if self.steps % 4 == 0:
            await self._next_try()
        await self.clients.ask(requests)
        self.steps += 1
        await self.look()
        await asyncio.sleep(max(0.0, PACE_SECONDS - (time.monotonic() - began)))

    async def steps_until(self, true: Callable[[], object], requests: int, *, most: int) -> bool:
        """Step until it holds; False when it does not after so many."""
        for _ in range(most):
            if true():
                return True
            await self.step(requests)
        return bool(true())

    async def _next_try(self) -> None:
        """A rollout that is stuck tries again by the clock: this axis waits for it, and so sees each try."""
        group = self.supervisor.groups[STABLE]
        if group.rolling:
            before = group.restarts
            await self.supervisor.until(
                lambda: group.restarts > before or not group.rolling, "the next try of the rollout", seconds=120
            )


async def play(system: Stepped, name: str, repair: str) -> Effect:
    """Break a system that runs, see it, carry the repair out."""
    incident = INCIDENTS[name]
    requests = REQUESTS.get(name, USUAL)
    if not await begin(system, incident, requests):
        return Effect(seen=False)
    if incident.heals:
        alone = await system.steps_until(lambda: incident.signal not in system.alerts.firing, requests, most=MOST)
        if alone and repair != "nothing":
            return Effect(True, did="it was over before: the supervisor had started another replica")
    return await carry_out(system, incident, repair, requests)


async def begin(system: Stepped, incident: Incident, requests: int) -> bool:
    """Break it; whether its alert fires."""
    for _ in range(CALM):
        await system.step(requests)
    system.quality.forget()
    await incident.inject(system)
    return await system.steps_until(lambda: incident.signal in system.alerts.firing, requests, most=SEEN)


async def carry_out(system: Stepped, incident: Incident, repair: str, requests: int) -> Effect:
    """Do what a repair says, and see what the system does then."""
    before = system.champion
    did = await REPAIRS[repair](system)
    if system.champion != before:
        # Replicas look for a new champion each second, by the clock.
        await system.steps_until(lambda: _answers_of(system, requests) <= {system.champion}, requests, most=MOST)
    # Old answers say nothing of the repair.
    system.quality.forget()
    began = len(system.clients.seen)
    over = await _is_over(system, incident.signal, requests)
    return Effect(True, over, did, "" if over else _stays(system, incident.signal, began))


async def _is_over(system: Stepped, signal: str, requests: int) -> bool:
    query = ENOUGH.get(signal)
    known = 0
    for count in range(1, MOST + 1):
        await system.step(requests)
        known += query is None or system.value(query) is not None
        if count < LEAST or known < HOLD:
            continue
        if signal not in system.alerts.firing:
            return True
        if signal not in BY_THE_CLOCK:
            break
    return False


def _answers_of(system: Stepped, requests: int) -> set[str]:
    return {one.version for one in system.clients.seen[-2 * requests :] if one.status == 200}


def _stays(system: Stepped, signal: str, began: int) -> str:
    """What is still wrong after it, as users see it."""
    seen = system.clients.seen[began:]
    failed = Counter(one.status for one in seen if one.status != 200)
    if failed:
        status, count = failed.most_common(1)[0]
        # In tens: which replica gets one request more is chance.
        share = 10 * round(10 * count / len(seen))
        whom = "all requests" if share == 100 else f"about {share or 1} % of the requests"
        return f"{whom} are still answered {status}"
    if signal in SLOW:
        return "users still wait as long for each answer"
    return "users are answered as before, and the plot that moved stays where it was"


async def _drill(name: str, repair: str, folder: Path, data: Path, model: Path) -> Effect:
    async with Stepped(folder, data, model) as system:
        return await play(system, name, repair)


def main(argv: list[str]) -> int:
    name, repair, data, model = argv
    with tempfile.TemporaryDirectory() as scratch:
        found = sources(Path(data), Path(model), Path(scratch), Console(sys.stderr))
        try:
            effect = asyncio.run(_drill(name, repair, Path(scratch) / "system", *found))
        except (TimeoutError, RolloutStuck, TrainingError) as trouble:
            effect = Effect(seen=False, did=str(trouble))
    print(json.dumps(asdict(effect)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
