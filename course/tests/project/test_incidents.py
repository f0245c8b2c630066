"""Each incident is injected into a running system, its first signal is seen, its repair alone ends it."""

import asyncio
import json
import re

import pytest

from checker import sibling
from checker.law.today import of_its_day
from course.project.incidents import drill
from course.project.incidents.cache import StandInCache
from course.project.incidents.catalog import INCIDENTS
from course.project.incidents.repairs import REPAIRS
from course.project.monitoring.alerts import read_rules

# One of them before each merge by the clock, and one more in the short demo; all of them in `make test-full`, on an
# axis that does not wait.
SOON = "broken-schema"
ALONE = "it was over before: the supervisor had started another replica"
SAME = "users are answered as before, and the plot that moved stays where it was"
# Repairs that end an incident, after one that looks like it and does not, with what the system shows then.
ENDS = {
    "slow-model": ("mend_network", "users still wait as long for each answer", "roll_back_release"),
    "memory-leak": ("nothing", SAME, "roll_back_release"),
    "error-burst": ("roll_back_tables", "about 30 % of the requests are still answered 500", "roll_back_release"),
    "bad-deploy": ("make_room", SAME, "end_rollout"),
    "broken-schema": ("roll_back_release", "all requests are still answered 422", "roll_back_client"),
    "network-delay": ("roll_back_release", "users still wait as long for each answer", "mend_network"),
    "full-disk": ("roll_back_release", "all requests are still answered 503", "make_room"),
    "cache-away": ("roll_back_release", SAME, "restart_cache"),
    "feature-drift": ("roll_back_release", SAME, "roll_back_tables"),
    "tastes-flip": ("roll_back_tables", SAME, "retrain"),
}
# With these, clients see errors of ours; with all others every answer stays right.
HARMS = {"error-burst": {500}, "full-disk": {503}, "broken-schema": {422}, "killed-replica": {502}}
# A machine that is busy with other things is slow, and these two are right to say so.
BUSY = {"NetworkSlow", "ServiceSlow"}
# Alerts that may come with it; anything else would be a false alarm.
COMPANIONS = {
    "bad-deploy": {"ReplicaDied"},
    "full-disk": {"ErrorsForClients"},
}


@pytest.fixture
def stepped(full, tmp_path):
    return drill.Stepped(tmp_path / "system", full / "data", full / "model")


def rings_for_nothing_else(system, name):
    changed = {one.name for one in system.alerts.changes}
    assert changed <= {INCIDENTS[name].signal, *BUSY, *COMPANIONS.get(name, ())}


def loses_nothing(system, name):
    audit = system.audit()
    assert (audit.lost, audit.twice) == (0, 0)
    assert {one.status for one in system.clients.seen} - {200} <= HARMS.get(name, set())


@pytest.mark.full
@pytest.mark.timeout(400)
def test_it_is_seen_first_where_it_says_and_its_repair_ends_it(system_of):
    incident = INCIDENTS[SOON]

    async def story():
        async with system_of() as system:
            await system.supervisor.until(lambda: len(system.clients.seen) > 150, "some calm", seconds=120)
            assert {one.name for one in system.alerts.changes} <= BUSY

            await incident.inject(system)
            await system.firing(incident.signal, seconds=120)
            await incident.mend(system)
            await system.quiet(incident.signal, seconds=120)

            rings_for_nothing_else(system, SOON)
            mended = len(system.clients.seen)
            await system.supervisor.until(lambda: len(system.clients.seen) > mended + 40, "answers", seconds=60)
            assert {one.status for one in system.clients.seen[mended + 10 :]} == {200}
        loses_nothing(system, SOON)

    asyncio.run(story())


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [pytest.param(name, marks=of_its_day(day)) for day, name in enumerate(ENDS)])
def test_its_own_repair_ends_it_and_one_that_looks_like_it_does_not(name, stepped):
    wrong, stays, right = ENDS[name]
    incident, requests = INCIDENTS[name], drill.REQUESTS.get(name, drill.USUAL)

    async def story():
        async with stepped as system:
            assert await drill.begin(system, incident, requests)

            lost = await drill.carry_out(system, incident, wrong, requests)
            assert (lost.over, lost.stays) == (False, stays)
            assert (await drill.carry_out(system, incident, right, requests)).over

            rings_for_nothing_else(system, name)
            assert {one.status for one in system.clients.seen[-4 * requests :]} == {200}
        loses_nothing(system, name)

    asyncio.run(story())


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "repair", "over", "did"),
    [
        ("killed-replica", "nothing", True, "nothing was done"),
        ("killed-replica", "roll_back_release", False, ALONE),
        # As `kubectl rollout undo` does.
        ("bad-deploy", "roll_back_release", True, "the update was ended"),
    ],
)
def test_what_is_over_by_itself_needs_no_repair_and_a_rollback_ends_an_update(stepped, name, repair, over, did):
    async def story():
        async with stepped as system:
            return await drill.play(system, name, repair)

    assert asyncio.run(story()) == drill.Effect(True, over, did)


@pytest.mark.slow
def test_a_drill_that_came_to_no_end_says_so(monkeypatch, capsys, full):
    async def fails(*_):
        raise TimeoutError("Not within 60 seconds: 2 ready replicas of v1.")

    monkeypatch.setattr(drill, "_drill", fails)

    assert drill.main(["full-disk", "nothing", str(full / "data"), str(full / "model")]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "seen": False,
        "over": False,
        "did": "Not within 60 seconds: 2 ready replicas of v1.",
        "stays": "",
    }


def test_every_word_for_a_repair_can_be_carried_out():
    answers = sibling(str(drill.__file__).replace("incidents/drill", "checks/x"), "answers")

    assert set(answers.REPAIRS) == set(REPAIRS)
    assert {name: one[2] for name, one in ENDS.items()} == {
        name: repair for name, (_, repair) in answers.TRUTH.items() if name != "killed-replica"
    }


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


@pytest.mark.slow
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
