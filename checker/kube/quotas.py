"""How many pods of a workload the ResourceQuotas of its namespace let be made."""

from __future__ import annotations

from fractions import Fraction

from checker.kube import quantity
from checker.kube.objects import Object, Objects, table
from checker.kube.placement import Bar
from checker.kube.pods import containers

KIND = "ResourceQuota"
COUNTS = ("pods", "count/pods")


def quotas(workload: Object, objects: Objects) -> list[tuple[Object, Bar]]:
    """The lines of quotas that count the workload's pods, each with how many of them it lets be made."""
    found = []
    defaults = bool(objects.of("LimitRange"))
    for one in objects.of(KIND):
        # A quota with a scope counts some pods only; which, is not followed.
        scoped = one.get("spec", "scopes") or one.get("spec", "scopeSelector")
        if one.namespace == workload.namespace and not scoped:
            for resource, hard in table(one.get("spec", "hard")).items():
                most = _most(workload, resource, hard, defaults)
                if most is not None:
                    says = f"{resource} of the ResourceQuota {one.name!r} is {hard}"
                    found.append((one, Bar(says, ("spec", "hard", resource), (most,))))
    return sorted(found, key=lambda pair: pair[1].most)


def _most(workload: Object, resource: str, hard: object, defaults: bool) -> int | None:
    if not quantity.is_quantity(hard):
        return None
    if resource in COUNTS:
        return int(quantity.parse(hard))
    kind, _, name = resource.rpartition(".")
    if name not in ("cpu", "memory") or kind not in ("", "requests", "limits"):
        return None
    amounts = [one.amount(kind or "requests", name) for one in containers(workload)]
    # What a quota counts, each container must state, or a LimitRange for it: the server refuses a pod that does not.
    if None in amounts:
        return None if defaults else 0
    asked = sum((one for one in amounts if one is not None), Fraction(0))
    return int(quantity.parse(hard) / asked) if asked else None
