"""What whoever is called can do, by the words of the brief. Each works on any system and says what it has changed.

What finds nothing to change changes nothing and says so: a rollback to the release that runs, a cache that was never
away. Whether it was the right thing, `drill` says from what the system does afterwards.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from movie_service.errors import ServiceError

from course.project.incidents import disk
from course.project.platform.supervisor import RolloutStuck
from course.project.system import STABLE, System
from course.training.scenarios import SCENARIOS

WELL_BEFORE = "no release was to blame: all replicas run the one that was well before"
Repair = Callable[[System], Awaitable[str]]


async def _nothing(system: System) -> str:
    return "nothing was done"


async def _roll_back_release(system: System) -> str:
    # A new wish ends the update that is under way, as it does on a platform.
    ended = await system.end_rollout()
    running = {one.release.name for one in system.supervisor.groups[STABLE].present}
    if running == {system.good.name}:
        return "the update was ended" if ended else WELL_BEFORE
    try:
        await system.supervisor.update(STABLE, system.good)
    except RolloutStuck as stuck:
        return f"the release before does not start: {stuck}"
    return "all replicas run the release before"


async def _end_rollout(system: System) -> str:
    return "the update was ended" if await system.end_rollout() else "no update was under way"


async def _roll_back_client(system: System) -> str:
    if system.clients.spoil is None:
        return "no client had a new version"
    system.clients.spoil = None
    return "the client's version before asks again"


async def _mend_network(system: System) -> str:
    if not system.balancer.delay:
        return "nothing lay between the balancer and the service"
    system.balancer.delay.clear()
    return "nothing lies between the balancer and the service any more"


async def _make_room(system: System) -> str:
    if not system.disk_full:
        return "the log had room already"
    system.disk_full = False
    for one in system.replicas():
        disk.free(one.process.pid)
    return "the log can grow again"


async def _restart_cache(system: System) -> str:
    if system.cache is None:
        return "no cache was away"
    await system.cache.stop()
    await system.cache.start()
    return "the cache is there again"


async def _roll_back_tables(system: System) -> str:
    try:
        system.registry.rollback()
    except ServiceError:
        return "the tables before are those of today"
    return "the tables before are in use again"


async def _retrain(system: System) -> str:
    # What is learned from are the labels of the world as it is now.
    scenario = next(name for name, one in SCENARIOS.items() if one is system.clients.scenario)
    version = f"{system.version}-retrained"
    await system.train(scenario, version)
    system.registry.promote(version)
    return "a model that has learned from the newest labels was promoted"


REPAIRS: dict[str, Repair] = {
    "nothing": _nothing,
    "roll_back_release": _roll_back_release,
    "end_rollout": _end_rollout,
    "roll_back_client": _roll_back_client,
    "mend_network": _mend_network,
    "make_room": _make_room,
    "restart_cache": _restart_cache,
    "roll_back_tables": _roll_back_tables,
    "retrain": _retrain,
}
