"""The scaling policy: whether it moves the count by the load of the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.cloudformation import GetAtt, Ref, Resource, mentioned
from checker.cloudformation.arns import concrete
from checker.ecs.task import number

TYPE = "AWS::ApplicationAutoScaling::ScalingPolicy"
BALANCER, GROUP = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"
CPU, REQUESTS = "ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"
TRACKING = "TargetTrackingScalingPolicyConfiguration"
LABEL = re.compile(r"app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+")
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, target: Resource, contract: Any) -> Iterator[Fault]:
    """What keeps the policies of a target from changing the count by the load."""
    policies = [one for one in handed_in.stack.of(TYPE) if _belongs(handed_in.stack, one, target)]
    if not policies:
        yield (
            "it has bounds, and nothing that moves the count between them",
            "a policy for the target",
            target.at(),
            "Who decides when a task is added?",
        )
        return
    policy = policies[0]
    if policy.get("PolicyType") != "TargetTrackingScaling":
        yield (
            f"the policy is of the type {policy.get('PolicyType')}",
            "a policy that tracks a target",
            policy.at("PolicyType"),
            "Which kind of policy makes its alarms by itself?",
        )
    yield from _tracks(policy, contract)
    if policy.get(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType") == REQUESTS:
        yield from _labels(handed_in, policy)


def _tracks(policy: Resource, contract: Any) -> Iterator[Fault]:
    if policy.get(TRACKING, "DisableScaleIn") in (True, "true"):
        yield (
            "tasks are added and never taken away: the evening is paid all night",
            "tasks that go again",
            policy.at(TRACKING, "DisableScaleIn"),
            "What happens to the count when the load is gone?",
        )
    metric = policy.get(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType")
    if metric not in (CPU, REQUESTS):
        own = policy.get(TRACKING, "CustomizedMetricSpecification")
        yield (
            f"it tracks {metric or ('a metric of your own' if own else 'no metric')}, and not one of the two",
            "the CPU of the service, or requests for each task",
            policy.at(TRACKING, "PredefinedMetricSpecification", "PredefinedMetricType"),
            "Which number goes up in the evening, and down when there are more tasks?",
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


def _labels(handed_in: Any, policy: Resource) -> Iterator[Fault]:
    """What is wrong with the label that says whose requests are counted."""
    path = (TRACKING, "PredefinedMetricSpecification", "ResourceLabel")
    label = policy.get(*path)
    expected = "a label of balancer and target group, as TODO 5 says"
    question = "Which two names does the label join, and which attributes of your resources are they?"
    if label in (None, ""):
        seen = "it counts requests and says neither balancer nor target group: AWS refuses the policy"
        yield seen, expected, policy.at(*path[:2]), question
        return
    parts = mentioned(label)
    resources = [one for each in parts if (one := handed_in.stack.named(each)) is not None]
    groups = [one for one in resources if one.type == GROUP]
    if groups and handed_in.group not in groups:
        seen = f"it counts the requests of {groups[0].id}, which is not the target group of the service"
        yield seen, expected, policy.at(*path), question
    # A Ref of either is its ARN; in a function that cuts it, it may well become the name.
    whole = [one for one in parts if isinstance(one, Ref) and handed_in.stack.named(one) in resources]
    text = concrete(handed_in.stack, label)
    cut = "Fn::" in text
    alone = len(resources) == 1 and not cut and not any(isinstance(one, Ref) for one in parts)
    if (whole and not cut) or alone or (not parts and not LABEL.fullmatch(text)) or _swapped(handed_in, text, parts):
        yield f"the label is {text}: AWS refuses it, and counts nothing", expected, policy.at(*path), question


def _swapped(handed_in: Any, text: str, parts: set[Ref | GetAtt]) -> bool:
    """Whether the target group comes first, or no slash stands between the two."""
    at = {handed_in.stack.named(one).type: str(one) for one in parts if handed_in.stack.named(one) is not None}
    if not {BALANCER, GROUP} <= set(at) or "Fn::" in text:
        return False
    return f"{at[BALANCER]}/{at[GROUP]}" != text


def _belongs(stack: Any, policy: Resource, target: Resource) -> bool:
    if policy.get("ScalingTargetId") is not None:
        return stack.named(policy.get("ScalingTargetId")) is target
    keys = ("ServiceNamespace", "ScalableDimension", "ResourceId")
    return all(policy.get(key) == target.get(key) for key in keys)
