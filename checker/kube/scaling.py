"""What a HorizontalPodAutoscaler does with a workload: which one it moves, between which counts, at which load."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from checker.kube import quantity
from checker.kube.objects import Object, Step, rows, table
from checker.kube.pods import containers, requested

KIND = "HorizontalPodAutoscaler"
# What the server takes for the policies of scaleUp where none is given.
FAST: list[dict[str, Any]] = [
    {"type": "Percent", "value": 100, "periodSeconds": 15},
    {"type": "Pods", "value": 4, "periodSeconds": 15},
]


@dataclass(frozen=True)
class Target:
    """The load per pod that an autoscaler aims at, as a share of the pod's request; what it `lacks` to be measured."""

    share: Fraction | None
    path: tuple[Step, ...]
    lacks: str = ""


def moves(scaler: Object, workload: Object) -> bool:
    """Whether scaleTargetRef names this workload: kind, name and API group, in the same namespace."""
    target = table(scaler.get("spec", "scaleTargetRef"))
    group, own = (str(text or "").partition("/")[0] for text in (target.get("apiVersion"), workload.api_version))
    named = (target.get("kind"), target.get("name"), group, scaler.namespace)
    return named == (workload.kind, workload.name, own, workload.namespace)


def counts(scaler: Object) -> tuple[int, int]:
    """The least and the most replicas; the least is 1 when it is not given."""
    least = scaler.get("spec", "minReplicas")
    return (1 if least is None else int(least)), int(scaler.get("spec", "maxReplicas") or 0)


def grows(scaler: Object) -> bool:
    """Whether the autoscaler may add pods at all."""
    return bool(scaler.get("spec", "behavior", "scaleUp", "selectPolicy") != "Disabled")


def grown_after(scaler: Object, end: int) -> int:
    """Seconds of load after which the autoscaler asks for `end` pods, from its least; each policy by itself."""
    rule = table(scaler.get("spec", "behavior", "scaleUp"))
    found = [_grown_by(one, counts(scaler)[0], end) for one in rows(rule.get("policies")) or FAST]
    return int(rule.get("stabilizationWindowSeconds") or 0) + (max if rule.get("selectPolicy") == "Min" else min)(found)


def _grown_by(policy: dict[str, Any], pods: int, end: int) -> int:
    """Seconds until one policy has led from `pods` to `end`: a step at once, and one after each period."""
    steps, value = 0, int(policy.get("value") or 0)
    while 0 < pods < end and value > 0:
        pods += value if policy.get("type") == "Pods" else ceil(Fraction(pods * value, 100))
        steps += 1
    return max(steps - 1, 0) * int(policy.get("periodSeconds") or 0)


def replicas(workload: Object, scalers: list[Object]) -> int:
    """The replicas to reckon with at rest: the workload's own, but never fewer than its autoscaler keeps."""
    written = workload.get("spec", "replicas")
    least = [counts(one)[0] for one in scalers if moves(one, workload)]
    if written is None:
        return max(least, default=1)
    return max([int(written), *least])


def target(scaler: Object, workload: Object, resource: str) -> Target | None:
    """The aim for a resource; its share is None when the pods request nothing, as a share of nothing is unknown."""
    asked = requested(workload, resource)
    simple = scaler.get("spec", "targetCPUUtilizationPercentage")
    if resource == "cpu" and simple is not None:
        return Target(Fraction(simple, 100) if asked else None, ("spec", "targetCPUUtilizationPercentage"))
    for number, metric in enumerate(rows(scaler.get("spec", "metrics"))):
        for kind, field in (("Resource", "resource"), ("ContainerResource", "containerResource")):
            source = table(metric.get(field))
            if metric.get("type") == kind and source.get("name") == resource:
                path: tuple[Step, ...] = ("spec", "metrics", number, field, "target")
                name = source.get("container")
                if kind == "ContainerResource" and name not in {one.name for one in containers(workload)}:
                    return Target(None, (*path[:-1], "container"), f"no container called {name!r}")
                return Target(_share(table(source.get("target")), asked), path)
    return None


def _share(aim: dict[str, Any], asked: Fraction | None) -> Fraction | None:
    if not asked:
        return None
    if aim.get("type") == "Utilization" and isinstance(aim.get("averageUtilization"), int):
        return Fraction(aim["averageUtilization"], 100)
    if aim.get("type") == "AverageValue" and quantity.is_quantity(aim.get("averageValue")):
        return quantity.parse(aim["averageValue"]) / asked
    return Fraction(0)
