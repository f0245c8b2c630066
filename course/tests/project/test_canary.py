"""A canary that is worse goes by itself, one that is not becomes the champion, and no answer is lost on the way."""

import asyncio

import pytest

from course.project.canary import decide, try_canary
from course.project.models import another
from course.project.monitoring.quality import Verdict


@pytest.mark.parametrize(
    ("verdict", "decision"),
    [
        (Verdict(0.55, 0.95, (99, 99), 0.05), None),
        (Verdict(0.55, 0.95, (300, 100), 0.1), (False, "its log loss is 0.400 higher, 4.0 standard errors")),
        (Verdict(0.55, 0.60, (900, 299), 0.02), None),
        (Verdict(0.55, 0.56, (900, 300), 0.03), None),
        (Verdict(0.55, 0.56, (900, 300), 0.01), (True, "its log loss is 0.010 higher, within the margin")),
        (Verdict(0.55, 0.53, (900, 300), 0.03), (True, "its log loss is 0.020 lower, within the margin")),
    ],
)
def test_it_is_decided_when_the_labels_are_enough(verdict, decision):
    assert decide(verdict) == decision


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.twice_a_week(6)
def test_a_worse_model_is_taken_back_and_nothing_is_lost(system_of):
    async def story():
        async with system_of() as system:
            facts = await system.train("worse", "1.1.0")

            # The labels are asked, not the alerts: on a busy machine ServiceSlow may fire for another reason.
            outcome = await try_canary(system, "1.1.0", seconds=150, guards=())

            assert not outcome.promoted
            assert "standard errors" in outcome.reason
            # Its own test part could not say so.
            assert facts["auc"] > 0.75
            assert system.registry.aliases()[0].champion == system.version
            assert list(system.supervisor.groups) == ["stable"]
            after = len(system.clients.seen)
            await system.supervisor.until(lambda: len(system.clients.seen) > after + 20, "answers", seconds=30)
            assert {one.version for one in system.clients.seen[after + 5 :]} == {system.version}
        audit = system.audit()
        assert (audit.lost, audit.twice) == (0, 0)
        assert {one.status for one in system.clients.seen} == {200}
        versions = {one.version for one in system.log.answers}
        assert versions == {system.version, "1.1.0"}

    asyncio.run(story())


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.twice_a_week(1)
def test_a_model_that_is_as_good_becomes_the_champion(system_of):
    async def story():
        async with system_of(rate=60.0) as system:
            system.registry.add(another(system.bundle, system.folder / "new", "1.2.0"))

            outcome = await try_canary(system, "1.2.0", seconds=200, share=50.0, guards=())

            assert outcome.promoted
            assert system.registry.aliases()[0].champion == "1.2.0"
            assert system.registry.aliases()[0].previous == system.version
        audit = system.audit()
        assert (audit.lost, audit.twice) == (0, 0)

    asyncio.run(story())


@pytest.mark.full
@pytest.mark.timeout(300)
def test_a_canary_that_cannot_start_harms_nobody(system_of):
    async def story():
        async with system_of() as system:
            folder = another(system.bundle, system.folder / "bad", "1.3.0")
            system.registry.add(folder)
            (system.folder / "registry" / "versions" / "1.3.0" / "model.txt").write_text("cut")

            with pytest.raises(TimeoutError, match=r"Not within 8 seconds: 1 ready replicas of 1\.3\.0\."):
                await try_canary(system, "1.3.0", seconds=8)

            assert list(system.supervisor.groups) == ["stable"]
        assert {one.status for one in system.clients.seen} == {200}

    asyncio.run(story())
