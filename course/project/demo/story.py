"""The story in its order: deploy, traffic, a dead replica, an update, a worse model, an incident, the count."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.project.canary import try_canary
from course.project.clients import Seen
from course.project.demo.told import Telling
from course.project.incidents.catalog import INCIDENTS
from course.project.monitoring.quality import Verdict
from course.project.system import STABLE, Audit, System

WORSE = "1.1.0"


@dataclass(frozen=True)
class Pace:
    """How long the quiet parts last, in seconds, and which incident is shown."""

    traffic: float = 15.0
    canary_share: float = 40.0
    rate: float = 40.0
    incident: str = "tastes-flip"


QUICK = Pace(traffic=5.0, canary_share=50.0, rate=50.0, incident="feature-drift")


class Story:
    """Tells what happens to one system."""

    def __init__(self, system: System, telling: Telling, pace: Pace) -> None:
        self.system, self.telling, self.pace = system, telling, pace
        self.verdicts: list[tuple[float, Verdict]] = []
        self._training: asyncio.Task[dict[str, Any]] | None = None

    async def run(self) -> None:
        """All stages but the last, while the system runs."""
        # Somebody trains it while the service runs; with it done early, nobody has to watch that.
        self._training = asyncio.create_task(self.system.train("worse", WORSE))
        try:
            for stage in (self.traffic, self.dashboard, self.killed, self.update, self.canary, self.incident):
                await self._guarded(stage)
        finally:
            self._training.cancel()
            await asyncio.gather(self._training, return_exceptions=True)

    async def _guarded(self, stage: Callable[[], Awaitable[None]]) -> None:
        """A stage that does not see what it waits for says so, and the story goes on."""
        try:
            await stage()
        except TimeoutError as error:
            self.telling.failed(f"{error} This machine may be too busy just now.")
            self.system.balancer.delay.clear()
        self.telling.end()

    async def traffic(self) -> None:
        rate = self.pace.rate
        self.telling.begin(
            "Traffic",
            f"Simulated users ask {rate:.0f} times a second, whether or not the last answer has come. "
            "What they think of a movie comes back later, as labels; some never do.",
        )
        began = time.monotonic()
        await asyncio.sleep(self.pace.traffic)
        seen = self.system.clients.since(began)
        self.telling.figure(f"{_answers(seen)}; half within {_ms(seen, 0.5)}, 95 % within {_ms(seen, 0.95)}.")
        self.telling.figure(f"{self.system.clients.labels.total():,} labels have come back so far.")

    async def dashboard(self) -> None:
        system = self.system
        self.telling.begin(
            "What the monitoring sees",
            f"Every second all /metrics are read into memory, and {len(system.alerts.rules)} alert rules in "
            "Prometheus' language are evaluated over them. The four golden signals and the model:",
        )
        await system.supervisor.until(lambda: (system.value("model_window_labels") or 0) >= 50, "50 labels", seconds=30)
        for text in dashboard(system):
            self.telling.figure(text)

    async def killed(self) -> None:
        system = self.system
        victim = next(system.ready())
        self.telling.begin("A replica is killed", f"kill -9 on {victim.name}, as when its machine is lost.")
        began, incident = time.monotonic(), INCIDENTS["killed-replica"]
        await incident.inject(system)
        await system.firing(incident.signal, seconds=30)
        alarmed = time.monotonic() - began
        await system.supervisor.settled(STABLE)
        ready = max(one.time for one in system.supervisor.events if one.what == "ready") - began
        await asyncio.sleep(1.0)
        self.telling.figure(
            f"The alert {incident.signal} fired after {alarmed:.1f} s. A new replica was ready after {ready:.1f} s; "
            "nobody had to do anything."
        )
        self.telling.figure(
            f"{_answers(system.clients.since(began))}. What had not been sent yet went to the replica that was left; "
            "what had been sent cannot be repeated safely, and is answered 502."
        )

    async def update(self) -> None:
        system = self.system
        self.telling.begin(
            "A rolling update",
            "A new release, one replica at a time: a new one becomes ready before an old one is asked to leave.",
        )
        began = time.monotonic()
        await system.supervisor.update(STABLE, system.release("v2", log_successes="0.5"))
        self.telling.figure(
            f"All replicas exchanged in {time.monotonic() - began:.1f} s. Meanwhile: "
            f"{_answers(system.clients.since(began))}."
        )

    async def canary(self) -> None:
        system, share = self.system, self.pace.canary_share
        self.telling.begin(
            "A worse model goes out as a canary",
            "Somebody trained a new model that takes a rating of 3 for a like. Nothing in its own test part shows it. "
            f"It answers {share:.0f} % of the requests and is judged on the labels that come back.",
        )
        assert self._training is not None
        facts = await self._training
        self.telling.figure(f"Trained. Its AUC on its own test part is {facts['auc']:.3f}: that looks fine.")
        began = time.monotonic()
        outcome = await try_canary(
            system, WORSE, share=share, seconds=60, on_verdict=lambda at, one: self.verdicts.append((at, one))
        )
        given = sum(one.version == WORSE for one in system.clients.since(began))
        word = "promoted" if outcome.promoted else "taken back by itself"
        self.telling.figure(f"After {given:,} answers it was {word}: {outcome.reason}.")
        if outcome.promoted:
            self.telling.failed("That is the wrong way round: too few labels came in time.")
        self.telling.figure(f"Version {system.registry.aliases()[0].champion} answered all others, and still does.")

    async def incident(self) -> None:
        system, incident = self.system, INCIDENTS[self.pace.incident]
        self.telling.begin(f"An incident: {incident.title.lower()}", f"Unannounced: {incident.happens}.")
        system.quality.forget()
        await system.quiet(incident.signal, seconds=30)
        began = time.monotonic()
        await incident.inject(system)
        signal = await system.firing(incident.signal, seconds=60)
        found = time.monotonic()
        self.telling.figure(
            f"First signal after {found - began:.0f} s: {incident.signal}. {system.alerts.summary(signal)}"
        )
        self.telling.figure(f"Evidence: {incident.evidence}.")
        before = system.value("model_window_auc") or 0.0
        self.telling.figure(f"Repair: {incident.repair}.")
        await incident.mend(system)
        await system.quiet(incident.signal, seconds=60)
        self.telling.figure(f"The alert was over {time.monotonic() - found:.0f} s after it began.")
        now = system.value("model_window_auc")
        if incident.signal == "ModelWorse" and now is not None:
            self.telling.figure(f"AUC {now:.2f} on the first labels of the new version, {before:.2f} before it.")


def deployed(system: System, telling: Telling, bundle: Path) -> None:
    """What the first stage says once the system runs."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    telling.figure(
        f"{len(list(system.ready()))} replicas are ready behind one address. Model {system.version}, "
        f"AUC {manifest['metrics']['auc']:.3f} on ratings that it had not seen."
    )
    telling.figure(f"While this runs, http://127.0.0.1:{system.balancer.port}/docs answers.")


def counted(telling: Telling, audit: Audit) -> None:
    """The last stage: the log against what clients saw."""
    telling.begin("The count", "Every answer that a client has seen must stand in the prediction log, once.")
    lost = "none is missing" if not audit.lost else f"{audit.lost} are missing"
    twice = "none is there twice" if not audit.twice else f"{audit.twice} are there twice"
    telling.figure(f"{audit.answered:,} answers: {lost}, {twice}.")
    telling.stages[-1].failed = bool(audit.lost or audit.twice)
    telling.end()


def dashboard(system: System) -> list[str]:
    """The four golden signals, and one of the model, as sentences."""
    quantile = "histogram_quantile(0.95, sum by (le) (rate(balancer_request_duration_seconds_bucket[10s])))"
    errors = 'sum(rate(balancer_requests_total{status=~"5.."}[10s])) / sum(rate(balancer_requests_total[10s]))'
    rows = [
        ("Traffic: {:.0f} requests a second, labels included.", "sum(rate(balancer_requests_total[10s]))", 1),
        ("Errors: {:.1f} % of the answers.", errors, 100),
        ("Latency: 95 % of the answers within {:.1f} ms, at the balancer.", quantile, 1000),
        (
            "Saturation: {:.0f} % of one processor, by both replicas together.",
            'sum(rate(process_cpu_seconds_total{job="movie-service"}[10s]))',
            100,
        ),
        ("Model: AUC {:.2f} on the newest labels.", "model_window_auc", 1),
    ]
    # Without any error the first side of a quotient has no series, and so no value.
    return [text.format((system.value(query) or 0.0) * factor) for text, query, factor in rows]


def _answers(seen: list[Seen]) -> str:
    failed = [one for one in seen if one.status != 200]
    if not failed:
        return f"{len(seen):,} requests, none failed"
    kinds = sorted({str(one.status) if one.status else "no answer" for one in failed})
    return f"{len(seen):,} requests, {len(failed)} failed ({', '.join(kinds)})"


def _ms(seen: list[Seen], share: float) -> str:
    times = sorted(one.seconds for one in seen)
    return f"{times[int(share * (len(times) - 1))] * 1000:.0f} ms" if times else "no time"
