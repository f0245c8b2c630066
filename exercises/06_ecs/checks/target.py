"""The scalable target: whether it means the service, within which bounds, and whether it is awake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.cloudformation import Call, GetAtt, Resource, mentioned, said
from checker.cloudformation.arns import concrete
from checker.ecs.task import number, whole

TYPE = "AWS::ApplicationAutoScaling::ScalableTarget"
ASLEEP = {
    "DynamicScalingOutSuspended": "no task is added in the evening",
    "DynamicScalingInSuspended": "no task goes again at night",
}
AFTERWARDS = "What becomes of the bounds when this action has run?"
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, target: Resource, contract: Any) -> Iterator[Fault]:
    """What keeps it from changing the count of the service, from 3 to 12."""
    yield from _aims(handed_in, target)
    yield from _bounds(target, contract)
    for key, what in ASLEEP.items():
        if target.get("SuspendedState", key) in (True, "true"):
            yield (
                f"scaling is suspended by {key}: {what}, whatever the policy says",
                "a target that is not suspended",
                target.at("SuspendedState", key),
                "What does a suspended target do when its alarm goes off?",
            )


def of_service(handed_in: Any, found: list[Resource]) -> list[Resource]:
    """The targets that mean the service; the first one, where none does."""
    return [one for one in found if len(set(meant(handed_in, one))) == 1] or found[:1]


def alone(targets: list[Resource]) -> Iterator[Fault]:
    """AWS knows one scalable target for the count of a service."""
    if len(targets) > 1:
        names = " and ".join(one.id for one in targets)
        yield (
            f"{names} are scalable targets of the same service: AWS knows one, and nobody says whose bounds count",
            "one target for the service, which may have several policies",
            targets[1].at(),
            "What does a second policy of the same target give you that a second target does not?",
        )


def meant(handed_in: Any, target: Resource) -> tuple[str, str]:
    """What a target or a policy names, and what the service is called."""
    stack, service = handed_in.stack, handed_in.service
    cluster = concrete(stack, service.get("Cluster", default="default")).rpartition("/")[2]
    name = str(service.get("ServiceName", default=service.id))
    given = target.get("ResourceId")
    refers = [one for one in mentioned(given) if stack.named(one) is service]
    # The ARN of a service, cut at its colons, ends with the very name that is wanted.
    if refers and isinstance(given, Call) and given.name == "Fn::Select":
        return f"service/{cluster}/{name}", f"service/{cluster}/{name}"
    text = concrete(stack, given)
    for one in refers:
        text = text.replace(str(one), name if isinstance(one, GetAtt) else f"arn:aws:ecs:…/{name}")
    return text, f"service/{cluster}/{name}"


def _aims(handed_in: Any, target: Resource) -> Iterator[Fault]:
    """What keeps the scalable target from meaning the service."""
    service = handed_in.service
    dimension = target.get("ScalableDimension")
    if dimension != "ecs:service:DesiredCount":
        yield (
            f"it changes {said(dimension)}",
            "the count of tasks",
            target.at("ScalableDimension"),
            "Which number of the service is it that should follow the load?",
        )
    text, own = meant(handed_in, target)
    if text != own:
        yield (
            f"it means {text}; your service is {own}",
            "your own service",
            target.at("ResourceId"),
            "Which three parts does the name of a service have, here?",
        )
    refers = any(handed_in.stack.named(one) is service for one in mentioned(target.get("ResourceId")))
    if not refers and service.id not in target.depends_on and target.file == service.file:
        yield (
            "nothing makes it wait for the service: when it is made, there may be no service yet",
            "a target that is made after the service",
            target.at("ResourceId"),
            "In which order does CloudFormation make what does not refer to each other?",
        )


def _bounds(target: Resource, contract: Any) -> Iterator[Fault]:
    least, most = (number(target.get(key)) for key in ("MinCapacity", "MaxCapacity"))
    if least != contract.TASKS:
        yield (
            f"at night there are {least} tasks",
            "3 tasks at least",
            target.at("MinCapacity"),
            "How many tasks must serve when the load is at its lowest?",
        )
    if most != contract.MOST_TASKS:
        yield (
            f"in the evening there are {most} tasks at most",
            "12 tasks at most",
            target.at("MaxCapacity"),
            "How many tasks does TODO 5 want at most?",
        )
    yield from _by_the_clock(target, contract)


def _by_the_clock(target: Resource, contract: Any) -> Iterator[Fault]:
    """Actions of a schedule that set other bounds, which stay until the next action; more at least is fine."""
    found = target.get("ScheduledActions")
    for place, one in enumerate(found if isinstance(found, list) else []):
        bounds = one.get("ScalableTargetAction") if isinstance(one, dict) else None
        given = bounds if isinstance(bounds, dict) else {}
        most = whole(given.get("MaxCapacity"), contract.MOST_TASKS)
        least = min(whole(given.get("MinCapacity"), contract.TASKS), most)
        for bound, key, due in ((least, "MinCapacity", "3 tasks at least"), (most, "MaxCapacity", "12 tasks at most")):
            if not contract.TASKS <= bound <= contract.MOST_TASKS:
                yield (
                    f"a schedule lets the count go to {bound}",
                    f"{due}, at any hour",
                    target.at("ScheduledActions", place, "ScalableTargetAction", key),
                    AFTERWARDS,
                )
        if most < contract.MOST_TASKS:
            yield (
                f"a schedule keeps the count at {most} at most, whatever the load",
                "up to 12 tasks, at any hour",
                target.at("ScheduledActions", place, "ScalableTargetAction", "MaxCapacity"),
                AFTERWARDS,
            )
