"""The scaling policy: whether it moves the count by the load of the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sibling
from checker.cloudformation import Resource
from checker.ecs.task import number

LABEL, TARGET = sibling(__file__, "label"), sibling(__file__, "target")
TYPE = "AWS::ApplicationAutoScaling::ScalingPolicy"
CPU, REQUESTS = "ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"
TRACKING = "TargetTrackingScalingPolicyConfiguration"
COOLDOWNS = {
    "ScaleInCooldown": (
        "so long each step down waits for the one before, and tasks are paid that nobody needs",
        "The load is gone at midnight. When is the count at its least again?",
    ),
    "ScaleOutCooldown": (
        "so long a step up waits for the one before, and the evening is over",
        "The load goes on growing after the first step. When may the next task come?",
    ),
}
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, target: Resource, contract: Any) -> Iterator[Fault]:
    """What keeps the policies of a target from changing the count by the load."""
    policies = [one for one in handed_in.stack.of(TYPE) if _belongs(handed_in, one, target)]
    if not policies:
        yield (
            "it has bounds, and nothing that moves the count between them",
            "a policy for the target",
            target.at(),
            "Who decides when a task is added?",
        )
        return
    for policy in policies:
        yield from _moves(handed_in, policy, contract)


def _moves(handed_in: Any, policy: Resource, contract: Any) -> Iterator[Fault]:
    """What is wrong with one policy; of several the one that wants most tasks wins, so each must be right."""
    if policy.get("PolicyType") != "TargetTrackingScaling":
        yield (
            f"the policy is of the type {policy.get('PolicyType')}",
            "a policy that tracks a target",
            policy.at("PolicyType"),
            "Which kind of policy makes its alarms by itself?",
        )
    yield from _tracks(policy, contract)
    path = (TRACKING, "PredefinedMetricSpecification", "ResourceLabel")
    if policy.get(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType") == REQUESTS:
        told = LABEL.fault(handed_in, policy.get(*path))
        if told:
            yield told[0], told[1], policy.at(*path), told[2]
    elif policy.get(*path) is not None:
        yield (
            "a label stands beside a metric that counts no requests: AWS refuses the policy",
            f"a label beside {REQUESTS} alone",
            policy.at(*path),
            "What does a label name, and has the CPU of the service anything to do with it?",
        )


def _tracks(policy: Resource, contract: Any) -> Iterator[Fault]:
    if policy.get(TRACKING, "DisableScaleIn") in (True, "true"):
        yield (
            "tasks are added and never taken away: the evening is paid all night",
            "tasks that go again",
            policy.at(TRACKING, "DisableScaleIn"),
            "What happens to the count when the load is gone?",
        )
    for key, (what, question) in COOLDOWNS.items():
        rests = number(policy.get(TRACKING, key))
        if isinstance(rests, int) and rests > contract.MOST_COOLDOWN:
            yield (
                f"{key} is {rests} seconds: {what}",
                "an hour at most between two steps, or nothing said",
                policy.at(TRACKING, key),
                question,
            )
    metric = policy.get(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType")
    if metric not in (CPU, REQUESTS):
        own = policy.get(TRACKING, "CustomizedMetricSpecification") is not None
        tracked = metric or ("a metric that it describes itself" if own else "no metric")
        yield (
            f"it tracks {tracked}, and not one of the two predefined ones of TODO 5",
            "the CPU of the service, or requests for each task, by its predefined name",
            policy.at(TRACKING, "CustomizedMetricSpecification")
            if own
            else policy.at(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType"),
            "Which number goes up in the evening, and down when there are more tasks? Which name has it in TODO 5?",
        )
    least, most = contract.CPU_TARGET if metric == CPU else contract.REQUESTS_TARGET
    value = number(policy.get(TRACKING, "TargetValue"))
    if not isinstance(value, int | float) or not least <= value <= most:
        fraction = metric == CPU and isinstance(value, float) and 0 < value < 1
        yield (
            f"it keeps {metric} at {value}" + (" percent: the value is a percent already" if fraction else ""),
            "CPU from 40 to 80 percent, or 100 to 500 requests a minute",
            policy.at(TRACKING, "TargetValue"),
            "How full may a task be while a new one needs 90 seconds to start?",
        )


def _belongs(handed_in: Any, policy: Resource, target: Resource) -> bool:
    """Whether a policy is one of this target: by a reference, or because both name the same service."""
    if policy.get("ScalingTargetId") is not None:
        return bool(handed_in.stack.named(policy.get("ScalingTargetId")) is target)
    keys = ("ServiceNamespace", "ScalableDimension")
    same = all(policy.get(key) == target.get(key) for key in keys)
    return same and bool(TARGET.meant(handed_in, policy) == TARGET.meant(handed_in, target))
