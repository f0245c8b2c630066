"""No attack of the corpus succeeds in namespaces; each is one at level none; the page says where each is stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checker.law.today import PARTS, of_its_day
from checker.tests.hostile import naive, outcomes
from checker.tests.hostile.attacks import Attack, corpus
from checker.tests.hostile.battle import Battle
from checker.tests.sandbox.having import needs

ATTACKS = corpus()
# A second and more each: they fill, fork or wait.
LONG = {
    "network/udp", "points/huge_answer", "processes/fork_bomb", "processes/kill_its_parent", "processes/thread_bomb",
    "resources/many_large_files", "resources/many_small_files", "resources/endless_output", "points/exit_in_a_thread",
    "folder/a_thousand_deep", "points/exit_by_a_signal",
}  # fmt: skip


@pytest.fixture(scope="module")
def battle() -> Iterator[Battle]:
    battle = Battle("namespace")
    yield battle
    battle.close()


def cases() -> list[object]:
    return [pytest.param(one, id=one.id, marks=[pytest.mark.full] if one.id in LONG else []) for one in ATTACKS]


@needs("namespace")
@pytest.mark.slow
@pytest.mark.parametrize("attack", cases())
def test_it_gets_nothing_in_namespaces(attack: Attack, battle: Battle):
    assert not battle.hits(attack)


@needs("namespace")
@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_each_attack_is_one_and_is_stopped_where_the_page_says(part: int):
    """At level none in namespaces that end with the run; those on points against a grader that believes too much."""
    found = outcomes.measure(outcomes.WEAK, part=part, of=PARTS)

    assert [name for name, succeeds in found.items() if "none" not in succeeds] == []
    assert found == {name: outcomes.kept()[name] for name in found}


def test_the_corpus_is_large_and_every_attack_says_what_it_tries():
    families = {one.family for one in ATTACKS}

    assert len(ATTACKS) >= 60
    assert families == set(outcomes.FAMILIES)
    assert all(one.tries.endswith(".") and one.files for one in ATTACKS)
    assert {one.naive for one in ATTACKS if one.family == "points"} == set(naive.GRADERS)


def test_namespaces_stop_everything_whatever_builds_them():
    strong = {"namespace", "bubblewrap"}

    assert [name for name, succeeds in outcomes.kept().items() if strong & set(succeeds)] == []
    assert set(outcomes.kept()) == {one.id for one in ATTACKS}


def test_the_page_shows_the_outcomes():
    page = outcomes.PAGE.read_text(encoding="utf-8")

    assert page == outcomes.with_table(page, outcomes.table(outcomes.kept())), (
        "run: python -m checker.tests.hostile.outcomes"
    )
