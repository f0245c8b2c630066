"""A new model for some of the requests, judged on the labels that come back; worse, and it is gone again by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course.project.monitoring.quality import Verdict
from course.project.system import CANARY, STABLE, System

SHARE = 30.0
# With fewer labels nothing is decided. One look per second is many looks, so worse has to be very clear.
LEAST_LABELS, ENOUGH_LABELS = 100, 300
WORSE_Z = 3.0
# How much worse, in log loss, a model may be that is let through; the newer one is worth that.
MARGIN, SURE_Z = 0.05, 2.0
GUARDS = ("ErrorsForClients", "ServiceSlow")


@dataclass(frozen=True)
class Outcome:
    """What became of the canary, in a sentence, with the last verdict."""

    promoted: bool
    reason: str
    verdict: Verdict | None
    seconds: float


async def try_canary(
    system: System,
    version: str,
    *,
    seconds: float = 90.0,
    share: float = SHARE,
    guards: Sequence[str] = GUARDS,
    on_verdict: Callable[[float, Verdict], None] | None = None,
) -> Outcome:
    """Let a version of the registry answer some requests, then promote it or take it away.

    The champion answers the others all the time, and every answer of both is in the prediction log. An alert of
    `guards` takes the version away before any label comes.
    """
    began, champion = time.monotonic(), system.registry.aliases()[0].champion or ""
    system.registry.challenge(version)
    folder = system.folder / "registry" / "versions" / version
    system.supervisor.group(CANARY, system.release(version, registry_dir="", model_dir=str(folder)), 1)
    try:
        await system.supervisor.settled(CANARY, seconds=seconds)
        system.quality.forget()
        system.balancer.weights = {STABLE: 100.0 - share, CANARY: share}
        promoted, reason, verdict = await _judge(
            system, champion, version, guards, until=began + seconds, tell=on_verdict
        )
        if promoted:
            await _promote(system, version)
    finally:
        # In this order: the balancer sends nothing to a replica that leaves.
        system.balancer.weights = {STABLE: 100.0}
        await system.supervisor.remove(CANARY)
    return Outcome(promoted, reason, verdict, time.monotonic() - began)


async def _judge(
    system: System,
    champion: str,
    version: str,
    guards: Sequence[str],
    *,
    until: float,
    tell: Callable[[float, Verdict], None] | None,
) -> tuple[bool, str, Verdict | None]:
    verdict = None
    while time.monotonic() < until:
        await asyncio.sleep(1.0)
        broken = [name for name in guards if name in system.alerts.firing]
        if broken:
            return False, f"the alert {broken[0]} fires", verdict
        verdict = system.quality.compare(champion, version)
        if verdict is None:
            continue
        if tell is not None:
            tell(time.monotonic(), verdict)
        decided = decide(verdict)
        if decided is not None:
            return *decided, verdict
    return False, "the labels that came in time decide nothing", verdict


def decide(verdict: Verdict) -> tuple[bool, str] | None:
    """Whether to promote, and why; None is to wait for more labels."""
    few = min(verdict.labels)
    worse = verdict.canary - verdict.stable
    if few >= LEAST_LABELS and verdict.z > WORSE_Z:
        return False, f"its log loss is {worse:.3f} higher, {verdict.z:.1f} standard errors"
    if few >= ENOUGH_LABELS and worse + SURE_Z * verdict.error < MARGIN:
        return True, f"its log loss is {abs(worse):.3f} {'higher' if worse > 0 else 'lower'}, within the margin"
    return None


async def _promote(system: System, version: str) -> None:
    """The stable replicas load it beside the requests; nothing restarts."""
    system.registry.promote(version)
    await system.supervisor.until(
        lambda: {one.version for one in system.clients.seen[-30:]} == {version}, f"answers of {version}", seconds=30
    )
