"""All incidents: what happens, which alert is the first to say so, where to look then, and what repairs it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from course.project.incidents import builds, disk
from course.project.incidents.cache import StandInCache
from course.project.incidents.repairs import REPAIRS
from course.project.models import another, broken_tables
from course.project.platform.supervisor import RolloutStuck
from course.project.system import LOOK_SECONDS, STABLE, System
from course.training.scenarios import SCENARIOS
from course.training.traffic import MALFORMED

DELAY_SECONDS = 0.6
# A platform says after ten minutes that an update does not go on, and leaves it at that.
TRIED_SECONDS = 600.0
Step = Callable[[System], Awaitable[None]]


@dataclass(frozen=True)
class Incident:
    """`inject` and `mend` do what `happens` and `repair` say; `signal` is the alert that fires first."""

    title: str
    happens: str
    signal: str
    evidence: str
    repair: str
    inject: Step
    mend: Step
    # It is over before anybody acts.
    heals: bool = False
    # What belongs to the system before it breaks.
    prepare: Step | None = None


def _build(fault: str) -> Step:
    async def inject(system: System) -> None:
        program = (str(Path(builds.__file__)), fault)
        await system.supervisor.update(STABLE, system.release(f"v2-{fault}", program=program))

    return inject


async def _kill(system: System) -> None:
    next(system.ready()).send(signal.SIGKILL)


async def _bad_deploy(system: System) -> None:
    # A setting that was renamed; it is tried again and again, so it runs beside the drill.
    async def deploy() -> None:
        with contextlib.suppress(RolloutStuck):
            await system.supervisor.update(
                STABLE, system.release("v2-misspelled", modell_dir="build/model"), seconds=TRIED_SECONDS
            )

    system.deploying = asyncio.create_task(deploy())


async def _break_client(system: System) -> None:
    system.clients.spoil = MALFORMED["number-as-text"].spoil


async def _delay(system: System) -> None:
    system.balancer.delay[""] = DELAY_SECONDS


async def _fill_disk(system: System) -> None:
    system.disk_full = True
    for one in system.replicas():
        disk.fill(one.process.pid)


async def _use_cache(system: System) -> None:
    system.cache = StandInCache()
    await system.cache.start()
    address = f"redis://127.0.0.1:{system.cache.port}/0"
    # With the cache all was well: a rollback goes no further.
    system.good = system.release("v1-cache", cache="redis", redis_url=address)
    await system.supervisor.update(STABLE, system.good)


async def _lose_cache(system: System) -> None:
    if system.cache is None:
        await _use_cache(system)
    assert system.cache is not None
    await system.cache.stop()


async def _break_tables(system: System) -> None:
    folder = another(system.bundle, system.folder / "broken", f"{system.version}-nightly",
                     online=broken_tables(system.bundle))  # fmt: skip
    system.registry.promote(system.registry.add(folder))


async def _flip_tastes(system: System) -> None:
    system.quality.forget()
    system.clients.scenario = SCENARIOS["tastes-flip"]


def _by(repair: str, enough: str = "") -> Step:
    """Carry a repair out and wait until it can be judged: until the platform has settled, and enough is known."""

    async def mend(system: System) -> None:
        await REPAIRS[repair](system)
        await system.supervisor.settled(STABLE)
        if enough:
            await _judged_anew(system, enough)

    return mend


async def _judged_anew(system: System, enough: str) -> None:
    """Wait until the champion answers everything, and until so much of it is known that an alert could fire again."""
    champion = {system.champion}
    await system.supervisor.until(
        lambda: {one.version for one in system.clients.seen[-30:]} == champion, f"answers of {champion}", seconds=30
    )
    system.quality.forget()
    await asyncio.sleep(2 * LOOK_SECONDS)
    await system.supervisor.until(lambda: system.value(enough) is not None, "enough answers to judge", seconds=60)


INCIDENTS: dict[str, Incident] = {
    "killed-replica": Incident(
        "A replica is killed",
        "one process of the service ends without a word",
        "ReplicaDied",
        "the supervisor's events name the replica and the signal; the other one answers meanwhile",
        "nothing to do: the supervisor starts another",
        _kill,
        _by("nothing"),
        heals=True,
    ),
    "slow-model": Incident(
        "A slow model",
        "a release whose model takes 150 ms for each score",
        "ServiceSlow",
        "the duration inside the service grows as much as the clients', on all replicas since the release",
        "roll back to the release before",
        _build("slow"),
        _by("roll_back_release"),
    ),
    "memory-leak": Incident(
        "A memory leak",
        "a release that keeps 4 MB of every request",
        "MemoryGrows",
        "resident memory climbs with the requests; each restart begins low and climbs again",
        "roll back before the system kills the process",
        _build("leaking"),
        _by("roll_back_release"),
    ),
    "error-burst": Incident(
        "A burst of errors",
        "a release that fails on every third request",
        "ErrorsForClients",
        "status 500 on /predict since the release; the log has the traceback",
        "roll back to the release before",
        _build("failing"),
        _by("roll_back_release"),
    ),
    "bad-deploy": Incident(
        "A release that does not start",
        "an update with a misspelled setting",
        "RolloutStuck",
        "new replicas end with exit code 2, and their last line names the setting; the old ones answer",
        "end the update and correct the setting",
        _bad_deploy,
        _by("end_rollout"),
    ),
    "broken-schema": Incident(
        "A client that sends another schema",
        "a new version of the web site sends ages as text",
        "RequestsRefused",
        "status 422, and the problem document names body.age; the service itself has not changed",
        "have the client rolled back; tell its team which field",
        _break_client,
        _by("roll_back_client"),
    ),
    "network-delay": Incident(
        "A slow network",
        "600 ms are added between the balancer and the replicas",
        "NetworkSlow",
        "clients wait, and the duration inside the service stays as it was",
        "find what lies between; no release helps",
        _delay,
        _by("mend_network"),
    ),
    "full-disk": Incident(
        "A full disk",
        "the files of the prediction log cannot grow any more",
        "AnswersWithheld",
        "status 503 with the type log-unavailable; readiness stays 200, because the model is fine",
        "make room: ship the log, remove what is shipped",
        _fill_disk,
        _by("make_room"),
    ),
    "cache-away": Incident(
        "The cache is away",
        "the machine with the shared cache disappears",
        "CacheAway",
        "the cache's errors grow, answers stay right and get a little slower",
        "bring the cache back; nothing is lost, it fills again",
        _lose_cache,
        _by("restart_cache"),
        prepare=_use_cache,
    ),
    "feature-drift": Incident(
        "A feature that breaks upstream",
        "a nightly job rewrites the movie table after a join that found nothing",
        "FeatureMoved",
        "item_like is the same for every movie since the job ran; no request failed",
        "go back to the tables before, then repair the job",
        _break_tables,
        _by("roll_back_tables", "model_feature_psi >= 0"),
    ),
    "tastes-flip": Incident(
        "Tastes turn",
        "people begin to like what they disliked; their requests look as before",
        "ModelWorse",
        "no feature and no score moves; only the late labels say that the model is wrong",
        "retrain on new labels, and let the new version answer",
        _flip_tastes,
        _by("retrain", "model_window_labels >= 300"),
    ),
}
