"""A computed drain: pods leave a node one by one, as far as their PodDisruptionBudget allows."""

from __future__ import annotations

from dataclasses import dataclass

from checker.kube.labels import matches_label_selector
from checker.kube.objects import Object, table
from checker.kube.pods import pod_labels
from checker.kube.rollout import counted
from checker.kube.rounding import resolved


@dataclass(frozen=True)
class Drain:
    """What happens to the pods of a workload when a node is emptied."""

    replicas: int
    on_node: int
    # Pods that must stay healthy; None: no budget covers them, so all of a node may go at once.
    keep: int | None

    @property
    def allowed(self) -> int:
        """How many may be missing at a time."""
        return self.on_node if self.keep is None else max(0, self.replicas - self.keep)

    @property
    def blocked(self) -> bool:
        return self.allowed == 0

    @property
    def least_serving(self) -> int:
        return self.replicas - min(self.allowed, self.on_node)

    def told(self) -> str:
        pods = counted(self.replicas, "pod")
        if self.blocked:
            return f"{self.keep} of {pods} must stay: none may go, and the drain waits for ever"
        return f"{min(self.allowed, self.on_node)} of {pods} may go at a time, so {self.least_serving} serve"


def covers(budget: Object, workload: Object) -> bool:
    """Whether the budget's selector takes the workload's pods."""
    selector = budget.get("spec", "selector")
    return (
        isinstance(selector, dict)
        and budget.namespace == workload.namespace
        and matches_label_selector(selector, pod_labels(workload))
    )


def kept(budget: Object, replicas: int) -> int:
    """How many pods the budget wants healthy. Both percentages are rounded up, unlike in a rollout."""
    spec = table(budget.get("spec"))
    if spec.get("maxUnavailable") is not None:
        return max(0, replicas - resolved(spec["maxUnavailable"], replicas, 0, up=True))
    # Without either, a budget keeps one.
    return resolved(spec.get("minAvailable"), replicas, 1, up=True)


def drain(workload: Object, budgets: list[Object], replicas: int, nodes: int) -> Drain:
    """Empty the fullest of `nodes` nodes over which the pods are spread evenly."""
    keep = [kept(one, replicas) for one in budgets if covers(one, workload)]
    return Drain(replicas, -(-replicas // nodes), max(keep) if keep else None)
