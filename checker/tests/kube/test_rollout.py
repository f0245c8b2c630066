"""A computed rollout keeps the promises of maxSurge and maxUnavailable, and stops where a real one would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.kube.rollout import Plan, compute, plan_of
from checker.kube.rounding import resolved, surge_and_unavailable


def column(plan, name):
    return [getattr(step, name) for step in compute(plan).steps]


def test_an_old_pod_first():
    assert column(Plan(3, 0, 1), "serving") == [3, 2, 2, 3, 2, 2, 3, 2, 2, 3]


def test_a_new_pod_first():
    rollout = compute(Plan(3, 1, 0))

    assert [(step.second, step.says, step.serving, step.pods) for step in rollout.steps[:5]] == [
        (0, "before", 3, 3),
        (0, "1 new pod starts", 3, 4),
        (5, "1 new pod serves", 4, 4),
        (5, "1 old pod ends", 3, 3),
        (5, "1 new pod starts", 3, 4),
    ]
    assert (rollout.end, rollout.least_serving, rollout.most_pods, rollout.steps[-1].second) == ("done", 3, 4, 15)


def test_recreate_serves_nothing_for_a_while():
    assert column(Plan(3, 1, 1, recreate=True), "serving") == [3, 0, 0, 3]


def test_a_version_that_never_gets_ready_stops_half_way():
    rollout = compute(Plan(10, 3, 2, ready_after=None))

    assert (rollout.end, rollout.steps[-1].old, rollout.new_pods, rollout.least_serving) == ("stuck", 8, 5, 8)
    assert rollout.steps[-1].says == "no progress for 600 s: the deadline is exceeded, and it stays like this"


def test_a_start_longer_than_the_deadline_is_stuck():
    assert compute(Plan(3, 1, 0, ready_after=40, deadline=30)).end == "stuck"
    assert compute(Plan(3, 1, 0, ready_after=40, deadline=40)).end == "done"


def test_min_ready_seconds_hold_the_next_step_back():
    assert compute(Plan(2, 1, 0, ready_after=5, min_ready=10)).steps[-1].second == 30
    assert column(Plan(1, 1, 0, min_ready=10), "says")[2:] == [
        "1 new pod serves",
        "1 new pod served for 10 s and counts",
        "1 old pod ends",
    ]


def test_a_paused_rollout_does_nothing():
    rollout = compute(Plan(3, 1, 0, paused=True))

    assert (rollout.end, len(rollout.steps)) == ("paused", 1)


def test_nothing_to_replace():
    assert compute(Plan(0, 1, 0)).end == "done"


@pytest.mark.parametrize(
    ("surge", "unavailable", "replicas", "expected"),
    [
        (None, None, 3, (1, 0)),
        (None, None, 8, (2, 2)),
        ("30%", "30%", 7, (3, 2)),
        (0, "10%", 5, (0, 1)),
        ("0%", 0, 5, (0, 1)),
        (2, 3, 5, (2, 3)),
    ],
)
def test_rounding(surge, unavailable, replicas, expected):
    assert surge_and_unavailable(surge, unavailable, replicas) == expected


def test_what_is_no_number_counts_as_none():
    assert resolved(True, 4, 0, up=True) == resolved("many", 4, 0, up=True) == 0


PLANS = st.builds(
    Plan,
    replicas=st.integers(1, 12),
    surge=st.integers(0, 6),
    unavailable=st.integers(0, 6),
    ready_after=st.one_of(st.none(), st.integers(0, 60)),
    min_ready=st.integers(0, 20),
).filter(lambda plan: plan.surge or plan.unavailable)


@given(PLANS)
def test_promises_hold_at_every_step(plan):
    rollout = compute(plan)

    assert rollout.least_serving >= plan.replicas - plan.unavailable
    assert rollout.most_pods <= plan.replicas + plan.surge
    assert rollout.end == ("stuck" if plan.ready_after is None else "done")
    last = rollout.steps[-1]
    if rollout.end == "done":
        assert (last.old, last.new, last.pods) == (0, plan.replicas, plan.replicas)
    else:
        assert last.old == max(0, plan.replicas - plan.unavailable)
        assert rollout.new_pods == min(plan.replicas, plan.surge + plan.unavailable)
    assert [step.second for step in rollout.steps] == sorted(step.second for step in rollout.steps)


def test_a_plan_is_read_from_a_deployment(made, text):
    times = "minReadySeconds: 3\n  progressDeadlineSeconds: 60"
    settings = f"replicas: 8\n  {times}\n  strategy: {{rollingUpdate: {{maxSurge: 50%}}}}"

    assert plan_of(made(text, ("replicas: 3", settings))) == Plan(8, 4, 2, min_ready=3, deadline=60)
    assert plan_of(made(text, ("  replicas: 3\n", ""))) == Plan(1, 1, 0)
    assert plan_of(made(), replicas=7, surge="30%", unavailable=0, ready_after=None) == Plan(7, 3, 0, ready_after=None)
    assert (
        plan_of(made(text, ("replicas: 3", "paused: true\n  strategy: {type: Recreate}"))).told()
        == "1 replica, Recreate"
    )
