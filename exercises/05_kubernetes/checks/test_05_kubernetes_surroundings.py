"""The checks of tasks 6 and 7: more pods under load, a drain, a confined pod."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.kube import drain, labels, quantity, scaling
from checker.kube.objects import Object, table
from checker.kube.pods import pod_labels, requested
from checker.kube.security import gaps

HINTS = read_hints(__file__)


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="autoscaling",
    task=6,
    points=2,
    tier="full",
    after=("requests",),
    hints=HINTS["autoscaling"],
    why="The target is a share of the CPU request: without one, the share is unknown and nothing scales.",
)
def test_load_brings_more_pods(handed_in, contract):
    """Under load there are up to six pods, at rest three, and the load is measured by CPU."""
    scaler = handed_in.objects.one(
        scaling.KIND, where="scaling.yaml", next="What must it know: whom, between which numbers, and at which load?"
    )
    handed_in.taken(scaler)
    deployment = handed_in.deployment
    _same_namespace(scaler, deployment, "its target")
    aimed = table(scaler.get("spec", "scaleTargetRef"))
    expect(
        scaling.moves(scaler, deployment),
        tried="looked for what the autoscaler moves",
        seen=f"it names {aimed.get('kind')} {aimed.get('name')!r} of {aimed.get('apiVersion') or 'no apiVersion'}, "
        "which is not there: "
        "the number of pods never changes",
        expected="the Deployment of your files",
        where=scaler.where("spec", "scaleTargetRef"),
        next="Of which kind, name and API group is the object that holds the replicas?",
    )
    _moves_it(handed_in, scaler, contract)
    _counts(handed_in, scaler, contract)
    _aim(handed_in, scaler, contract)


def _same_namespace(one: Object, deployment: Object, whom: str) -> None:
    expect(
        one.namespace == deployment.namespace,
        tried=f"looked for {whom} where the {one.kind} looks",
        seen=f"it looks in namespace {one.namespace}, the pods are in {deployment.namespace}: none is found",
        expected=f"the {one.kind} in the namespace of the pods",
        where=one.where("metadata", "namespace"),
        next="How far does it look: in all namespaces, or in its own?",
    )


def _moves_it(handed_in: Any, scaler: Object, contract: Any) -> None:
    expect(
        scaling.grows(scaler),
        tried="let the load grow",
        seen="scaleUp is Disabled: no pod is ever added",
        expected="an autoscaler that may add pods",
        where=scaler.where("spec", "behavior", "scaleUp", "selectPolicy"),
        next="What may the policy of scaleUp do under load?",
    )
    seconds = scaling.grown_after(scaler, contract.EVENING)
    expect(
        seconds <= contract.GROWS,
        tried="let the load grow, and waited for the pods of the evening",
        seen=f"{contract.EVENING} pods are asked for after {seconds} seconds of load",
        expected=f"{contract.EVENING} pods within {contract.GROWS} seconds of load",
        where=scaler.where("spec", "behavior", "scaleUp"),
        next="How long must a load last before pods are added, and how many are added at a time?",
    )
    movers = [one for one in handed_in.scalers if scaling.moves(one, handed_in.deployment)]
    expect(
        len(movers) == 1,
        tried="looked for all autoscalers of the Deployment",
        seen=f"{len(movers)} move it: {', '.join(one.where() for one in movers)}; then none of them acts",
        expected="one autoscaler for the Deployment",
        where=scaler.where("spec", "scaleTargetRef"),
        next="Which of them is the one that you mean?",
    )


def _counts(handed_in: Any, scaler: Object, contract: Any) -> None:
    least, most = scaling.counts(scaler)
    room = handed_in.room
    expect(
        least >= contract.SERVING,
        tried="let the load fall to nothing, as at night",
        seen=f"the autoscaler goes down to {least}",
        expected="at least 3 pods at any time",
        where=scaler.where("spec", "minReplicas"),
        next="What is the smallest number of pods when nothing is said about it?",
    )
    expect(
        contract.EVENING <= most <= room,
        tried="let the load grow, and put the pods on the two nodes",
        seen=f"the autoscaler asks for up to {most}; {room} find a place",
        expected="6 pods or more when there is load, and a place for each of them",
        where=scaler.where("spec", "maxReplicas"),
        next="How many pods does the evening need, and how many fit by their requests?",
    )


def _aim(handed_in: Any, scaler: Object, contract: Any) -> None:
    aim = scaling.target(scaler, handed_in.deployment, "cpu")
    least, most = contract.LOAD
    share = aim.share if aim else None
    unknown = (aim and aim.lacks) or (
        "no CPU request" if requested(handed_in.deployment, "cpu") is None else "no target for CPU"
    )
    expect(
        share is not None and least <= share <= most,
        tried="asked from which load on pods are added",
        seen=f"there is {unknown}: the load reads <unknown>, and nothing scales"
        if share is None
        else f"at {float(share):.0%} of the CPU that a pod requests",
        expected="from 50 to 80 percent of the CPU that a pod requests",
        where=scaler.where(*(aim.path if aim else ("spec", "metrics"))),
        next="A share of what is it, and what must the pods say for it to be known?",
    )
    memory = scaling.target(scaler, handed_in.deployment, "memory")
    held = ((memory and memory.share) or 0) * (requested(handed_in.deployment, "memory") or 0)
    expect(
        memory is None or held >= contract.MEMORY_USED,
        tried="let the load fall to nothing, and looked at the memory",
        seen=f"pods are added from {quantity.memory_text(held)} of memory each on too, and a pod may hold 80Mi "
        "without any load: then the most pods run day and night",
        expected="a target for memory that no pod of the contract reaches, or none",
        where=memory and scaler.where(*memory.path),
        next="How much memory may a pod hold at night, and which share of its request is that?",
    )


# -- task 7, stretch --------------------------------------------------------------------------------------------
@check(
    id="drain",
    task=7,
    tier="stretch",
    after=("accepted",),
    hints=HINTS["drain"],
    why="A budget that allows nothing blocks every maintenance; none at all lets a whole node's pods go at once.",
)
def test_node_can_be_emptied(handed_in, contract):
    """A node can be emptied, and two pods serve at any time."""
    budget = handed_in.objects.one(
        "PodDisruptionBudget",
        where="budget.yaml",
        next="What must it know: which pods, and how many of them may be missing?",
    )
    handed_in.taken(budget)
    deployment, replicas = handed_in.deployment, handed_in.replicas
    _same_namespace(budget, deployment, "the pods that it protects")
    selector = labels.selector_text(table(budget.get("spec", "selector")))
    expect(
        drain.covers(budget, deployment),
        tried="looked for the pods that the budget protects",
        seen=f"it takes {selector}, pods carry {labels.text(pod_labels(deployment))}: none is protected",
        expected="a budget for the pods of the Deployment",
        where=budget.where("spec", "selector"),
        next="By what does a budget know its pods?",
    )
    emptied = drain.drain(deployment, [budget], replicas, len(contract.NODES))
    expect(
        not emptied.blocked and emptied.least_serving >= contract.STAY,
        tried=f"emptied the fuller of the two nodes, with {emptied.on_node} of the {replicas} pods",
        seen=emptied.told(),
        expected="2 pods or more that serve, and a drain that comes to its end",
        where=budget.where("spec"),
        next="How many pods may be missing at a time, and how many must that leave?",
    )


@check(
    id="confined",
    task=7,
    tier="stretch",
    after=("accepted",),
    hints=HINTS["confined"],
    why="Who breaks into a confined process finds no root, no new rights and no file to change.",
)
def test_pods_are_confined(handed_in):
    """The pods keep to the standard "restricted", and write nothing into their image."""
    found = gaps(handed_in.deployment)
    expect(
        not found,
        tried="held the pods against the standard 'restricted', and looked for files that they may change",
        seen=f"{len(found)} gap{'s' if len(found) > 1 else ''}; {found[0].says}" if found else "",
        expected="no gap, and a read-only root file system",
        where=handed_in.deployment.where(*found[0].path) if found else "",
        next="What does the service need beyond reading its files and one port above 1024?",
    )
