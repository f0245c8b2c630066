"""What keeps pods off nodes besides requests: selectors, affinities and spread, held against the nodes' labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from checker.kube.labels import matches_label_selector, text
from checker.kube.objects import Object, Step, rows, table
from checker.kube.pods import POD, containers, pod_labels

Labels = dict[str, str]
# More than a node takes by its own rules.
FREE = 110


@dataclass(frozen=True)
class Bar:
    """A rule that keeps pods off nodes: how many of them each node may still take."""

    says: str
    path: tuple[Step, ...]
    most: tuple[int, ...]


def bars(workload: Object, nodes: Sequence[Labels]) -> list[Bar]:
    """The rules of a workload's pods that bind, given the labels of the nodes."""
    found = [bar for rule in RULES for bar in rule(workload, nodes)]
    return [one for one in found if any(most < FREE for most in one.most)]


def _ports(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    """A port of the node itself: the second pod there finds it taken."""
    one_each = (1,) * len(nodes)
    if workload.get(*POD, "hostNetwork") is True:
        yield Bar("hostNetwork lets one pod onto each node, whose port it takes", (*POD, "hostNetwork"), one_each)
    for container in containers(workload):
        for number, port in enumerate(rows(container.get("ports"))):
            if port.get("hostPort"):
                path = (*POD, "containers", container.index, "ports", number, "hostPort")
                yield Bar(f"hostPort {port['hostPort']} lets one pod onto each node", path, one_each)


def most(found: Sequence[Bar], nodes: int) -> list[int]:
    """How many pods each node may take when all rules bind."""
    return [min((one.most[number] for one in found), default=FREE) for number in range(nodes)]


def _scheduler(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    name = workload.get(*POD, "schedulerName")
    if name not in (None, "default-scheduler"):
        yield Bar(f"no scheduler is called {name!r}", (*POD, "schedulerName"), (0,) * len(nodes))


def _selector(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    wanted, path = table(workload.get(*POD, "nodeSelector")), (*POD, "nodeSelector")
    fits = [all(labels.get(key) == value for key, value in wanted.items()) for labels in nodes]
    yield Bar(f"{sum(fits)} of {len(nodes)} nodes carry {text(wanted)}", path, _where(fits))


def _affinity(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    path = (*POD, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = rows(workload.get(*path, "nodeSelectorTerms"))
    if terms:
        # One term is enough, and one without expressions takes no node.
        asked = [term for term in terms if term.get("matchExpressions")]
        fits = [any(matches_label_selector(term, labels) for term in asked) for labels in nodes]
        yield Bar(f"{sum(fits)} of {len(nodes)} nodes are as nodeAffinity asks", path, _where(fits))


def _apart(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    path = (*POD, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    for number, one in enumerate(rows(workload.get(*path))):
        selector, key = one.get("labelSelector"), str(one.get("topologyKey"))
        own = isinstance(selector, dict) and matches_label_selector(selector, pod_labels(workload))
        elsewhere = one.get("namespaces") and workload.namespace not in one["namespaces"]
        if own and not elsewhere:
            says = f"podAntiAffinity lets one pod onto each {key}"
            yield Bar(says, (*path, number), _one_each(nodes, key))


def _spread(workload: Object, nodes: Sequence[Labels]) -> Iterator[Bar]:
    path = (*POD, "topologySpreadConstraints")
    for number, one in enumerate(rows(workload.get(*path))):
        key = str(one.get("topologyKey"))
        if one.get("whenUnsatisfiable") == "DoNotSchedule":
            fits = [key in labels for labels in nodes]
            yield Bar(f"{sum(fits)} of {len(nodes)} nodes carry the label {key}", (*path, number), _where(fits))


RULES = (_scheduler, _selector, _affinity, _apart, _spread, _ports)


def _where(fits: Sequence[bool]) -> tuple[int, ...]:
    return tuple(FREE if one else 0 for one in fits)


def _one_each(nodes: Sequence[Labels], key: str) -> tuple[int, ...]:
    """One pod for each value of a label; a node without the label is not bound."""
    seen: set[Any] = set()
    found = []
    for labels in nodes:
        value = labels.get(key)
        found.append(FREE if value is None else int(value not in seen))
        seen.add(value)
    return tuple(found)
