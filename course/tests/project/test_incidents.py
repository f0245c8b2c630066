"""Each incident is injected into a running system, its first signal is seen, its repair ends all alerts."""

import asyncio
import re

import pytest

from course.project.incidents.cache import StandInCache
from course.project.incidents.catalog import INCIDENTS
from course.project.monitoring.alerts import read_rules

# One of them before each merge, and one more in the short demo; all of them in `make test-full`.
SOON = ("broken-schema",)
# With these, clients see errors of ours; with all others every answer stays right.
HARMS = {"error-burst": {500}, "full-disk": {503}, "broken-schema": {422}, "killed-replica": {502}}
# A machine that is busy with other things is slow, and these two are right to say so.
BUSY = {"NetworkSlow", "ServiceSlow"}
# Alerts that may come with it; anything else would be a false alarm.
COMPANIONS = {
    "bad-deploy": {"ReplicaDied"},
    "full-disk": {"ErrorsForClients"},
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SOON else pytest.mark.full) for name in INCIDENTS]
)
def test_it_is_seen_first_where_it_says_and_its_repair_ends_it(name, system_of):
    incident = INCIDENTS[name]

    async def story():
        async with system_of() as system:
            calm = 450 if incident.signal == "ModelWorse" else 150
            await system.supervisor.until(lambda: len(system.clients.seen) > calm, "some calm", seconds=120)
            assert {one.name for one in system.alerts.changes} <= BUSY

            await incident.inject(system)
            await system.firing(incident.signal, seconds=120)
            await incident.mend(system)
            await system.quiet(incident.signal, *COMPANIONS.get(name, ()), seconds=120)

            assert {one.name for one in system.alerts.changes} <= {incident.signal, *BUSY, *COMPANIONS.get(name, ())}
            mended = len(system.clients.seen)
            await system.supervisor.until(lambda: len(system.clients.seen) > mended + 40, "answers", seconds=60)
            assert {one.status for one in system.clients.seen[mended + 10 :]} == {200}
        audit = system.audit()
        assert (audit.lost, audit.twice) == (0, 0)
        assert {one.status for one in system.clients.seen} - {200} <= HARMS.get(name, set())

    asyncio.run(story())


def test_there_are_at_least_nine_with_signals_of_their_own():
    signals = [incident.signal for incident in INCIDENTS.values()]

    assert len(signals) >= 9
    assert len(set(signals)) == len(signals)
    assert set(signals) == {rule.name for group in read_rules() for rule in group.rules}


@pytest.mark.parametrize("name", INCIDENTS)
def test_an_incident_is_told_in_plain_words(name):
    incident = INCIDENTS[name]

    assert re.fullmatch(r"[a-z-]+", name)
    assert re.match(r"[A-Z]", incident.title)
    for text in (incident.happens, incident.evidence, incident.repair):
        assert text
        assert not text.endswith(".")


def test_the_stand_in_of_the_cache_does_for_the_service():
    from movie_service.cache import RedisCache, open_redis

    async def story():
        cache, counted = StandInCache(), []
        await cache.start()
        redis = open_redis(f"redis://127.0.0.1:{cache.port}/0")
        scores = RedisCache(redis, seconds=60)
        scores.count = counted.append
        assert await scores.get(b"a") is None
        await scores.put(b"a", 0.25)
        assert await scores.get(b"a") == 0.25

        await cache.stop()
        assert await scores.get(b"a") is None
        port = cache.port
        await cache.start()
        assert cache.port == port
        await cache.stop()
        assert counted == ["miss", "hit", "error"]
        await redis.aclose()

    asyncio.run(story())
