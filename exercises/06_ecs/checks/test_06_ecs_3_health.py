"""Task 3: two tickets, and three health checks that agree on container, balancer and service."""

from __future__ import annotations

from itertools import chain

from checker import check, expect, partial, read_hints, sibling
from checker.ecs.task import whole

HINTS = read_hints(__file__)
ROAD, NETWORK, QUESTION, OWN_CHECK, LINT = (
    sibling(__file__, name) for name in ("road", "network", "question", "own_check", "lint")
)
# What to look at again, by the cause that was missed.
LOOK = {
    "container": "Whose check says no in the events: the container's own, or the balancer's?",
    "path": "The balancer got an answer. Which code is it, and to which request in the log does it belong?",
    "port": "The balancer got no answer at all. Which port did it ask, and which one is in the log?",
    "patience": "What was the container doing when it was asked, and how long was ECS willing to wait?",
}


@check(
    id="tickets",
    task=3,
    points=2,
    tier="full",
    hints=HINTS["tickets"],
    why="A service that starts and stops tasks for ever has three checks that may say no.",
)
def test_tickets_are_diagnosed(submission, truth):
    """Each of the two tickets has its cause."""
    right = truth.causes(submission.seed)
    answers = submission.answers()
    given = {key: str(answers.values.get(key, "?")).strip().lower() for key in right}
    if set(given.values()) == {"?"}:
        answers.get("ticket_a", str)
    wrong = [key for key in right if given[key] != right[key]]
    if not wrong:
        return
    finding = {
        "tried": "compared your two answers with what the tickets show",
        "seen": f"{2 - len(wrong)} of 2 agree; {wrong[0]} = {given[wrong[0]]!r} does not",
        "expected": "for each ticket one of: container, path, port, patience",
        "where": f"answers.toml, {wrong[0]}",
        "next": LOOK[right[wrong[0]]],
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(False, **finding)


@check(
    id="agreement",
    task=3,
    points=3,
    tier="full",
    after=("registered", "valid"),
    hints=HINTS["agreement"],
    why="Container, target group and service each name a port; only together do they lead anywhere.",
)
def test_health_checks_agree(handed_in, contract):
    """The balancer reaches the service in each task, and asks it whether its model is loaded."""
    LINT.judge_part(handed_in, "agreement")
    found = chain(
        ROAD.faults(handed_in, contract), NETWORK.faults(handed_in, contract),
        QUESTION.faults(handed_in.group, contract), OWN_CHECK.faults(handed_in, contract),
    )  # fmt: skip
    for seen, expected, where, question in found:
        expect(
            False,
            tried="followed health checks and requests of users from the balancer to the service in a task",
            seen=seen,
            expected=expected,
            where=where,
            next=question,
        )


@check(
    id="patience",
    task=3,
    points=1,
    tier="full",
    after=("agreement",),
    hints=HINTS["patience"],
    why="ECS stops a task that the balancer calls unhealthy; before the first answer it always is.",
)
def test_slow_start_is_no_fault(handed_in, contract):
    """A task that answers after 90 seconds is not stopped before it can be called healthy."""
    service, group, api = handed_in.service, handed_in.group, handed_in.api
    every = whole(group.get("HealthCheckIntervalSeconds"), QUESTION.EVERY)
    times = whole(group.get("HealthyThresholdCount"), QUESTION.TIMES)
    due = contract.FIRST_ANSWER + every * times
    grace = whole(service.get("HealthCheckGracePeriodSeconds"), 0)
    healthy = f"it is called healthy after 90 seconds, then {times} answers {every} seconds apart: {due}"
    expect(
        due <= grace,
        tried="started a task whose first answer comes after 90 seconds",
        seen=f"{healthy}; ECS listens to the balancer from second {grace} on, and stops it, again and again",
        expected="a grace period that is longer than start and yes together",
        where=service.at("HealthCheckGracePeriodSeconds"),
        next="When is the first yes, how many does the balancer want, and how far apart are they?",
    )
    expect(
        grace <= contract.MOST_GRACE,
        tried="started a task that never turns healthy",
        seen=f"ECS does not listen to the balancer before second {grace}: so long nobody notices",
        expected="a grace period that ends after 600 seconds at the latest",
        where=service.at("HealthCheckGracePeriodSeconds"),
        next=f"A good task is healthy after {due} seconds. How long should a broken one go unnoticed?",
    )
    own = api.properties.get("healthCheck")
    if isinstance(own, dict):
        waits = whole(own.get("startPeriod"), 0) + whole(own.get("retries"), 3) * whole(own.get("interval"), 30)
        expect(
            waits >= contract.FIRST_ANSWER,
            tried="started a task whose first answer comes after 90 seconds",
            seen=f"the container's own check gives up after {waits} seconds",
            expected="a container that is given 90 seconds",
            where=handed_in.task.at("containerDefinitions", api.number, "healthCheck"),
            next="When does this check begin to count, and how many failures does it forgive?",
        )
