"""Task 5: the number of tasks follows the load."""

from __future__ import annotations

from itertools import chain

from checker import check, expect, read_hints, sibling

HINTS = read_hints(__file__)
TARGET, POLICY = (sibling(__file__, name) for name in ("target", "policy"))


@check(
    id="scaling",
    task=5,
    points=2,
    tier="full",
    after=("valid",),
    hints=HINTS["scaling"],
    why="A count that nobody changes is paid at night and too small in the evening.",
)
def test_tasks_follow_the_load(handed_in, contract):
    """The number of tasks follows the load, from three up to twelve."""
    found = [one for one in handed_in.stack.of(TARGET.TYPE) if one.get("ServiceNamespace") == "ecs"]
    service = handed_in.service
    count = service.get("DesiredCount", default=1)
    expect(
        bool(found),
        tried="let the load of an evening come",
        seen=f"nothing changes the {count} tasks of the service: the count is what it is, day and night",
        expected="a scalable target for the service",
        where=service.at("DesiredCount"),
        next="What was the HorizontalPodAutoscaler of exercise 5, and which two resources are it here?",
    )
    targets = TARGET.of_service(handed_in, found)
    for seen, expected, where, question in chain(
        TARGET.alone(targets),
        TARGET.faults(handed_in, targets[0], contract),
        POLICY.faults(handed_in, targets[0], contract),
    ):
        expect(
            False,
            tried="let the load of an evening come",
            seen=seen,
            expected=expected,
            where=where,
            next=question,
        )
