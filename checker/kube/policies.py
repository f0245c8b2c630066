"""Whom NetworkPolicies let in to the pods of a workload: without one everybody, with some only whom they name."""

from __future__ import annotations

from typing import Any

from checker.kube.labels import matches_label_selector, selector_text
from checker.kube.objects import Object, Objects, rows, table
from checker.kube.pods import containers, pod_labels
from checker.kube.starting import Hindrance

KIND = "NetworkPolicy"
# The label that the server itself puts on each namespace.
NAMESPACE = "kubernetes.io/metadata.name"


def closing(workload: Object, objects: Objects) -> list[Object]:
    """The policies that close the workload's pods to whom they do not name."""
    found = (one for one in objects.of(KIND) if one.namespace == workload.namespace)
    return [
        one
        for one in found
        if "Ingress" in (one.get("spec", "policyTypes") or ["Ingress"])
        and matches_label_selector(table(one.get("spec", "podSelector")), pod_labels(workload))
    ]


def shut(workload: Object, objects: Objects, port: int) -> tuple[Object, Hindrance] | None:
    """Why no pod of the namespace reaches this port of the workload's pods: the policy, and the part that says so.

    The rules of all policies count together. Which labels a client carries nobody knows, so a rule may name some.
    """
    policies = closing(workload, objects)
    rules = [(one, number, rule) for one in policies for number, rule in enumerate(_listed(one, "ingress"))]
    near = [found for found in rules if _lets_neighbors_in(found[2], workload)]
    if not policies or any(_opens(rule, workload, port) for _, _, rule in near):
        return None
    one = policies[0]
    if near:
        one, number, rule = near[0]
        ports = ", ".join(str(entry.get("port")) for entry in rows(rule.get("ports")))
        says = f"the NetworkPolicy {one.name!r} opens port {ports} of the pods, and they listen on {port}"
        return one, Hindrance(says, ("spec", "ingress", number, "ports"))
    pods = selector_text(table(one.get("spec", "podSelector")))
    whom = "pods of other namespaces only" if rules else "nobody"
    return one, Hindrance(f"the NetworkPolicy {one.name!r} closes the pods {pods}, and lets in {whom}", ("spec",))


def _listed(policy: Object, key: str) -> list[dict[str, Any]]:
    """The entries of a list; an empty one counts, and opens all."""
    found = policy.get("spec", key)
    return [table(one) for one in found] if isinstance(found, list) else []


def _lets_neighbors_in(rule: dict[str, Any], workload: Object) -> bool:
    peers = rule.get("from")
    return not peers or any(_is_near(table(one), workload) for one in peers)


def _is_near(peer: dict[str, Any], workload: Object) -> bool:
    """Whether a peer may be a pod of the workload's namespace, be it one that no file names. Addresses nobody knows."""
    named = table(table(peer.get("namespaceSelector")).get("matchLabels")).get(NAMESPACE)
    return named is None or workload.get("metadata", "namespace") in (None, named)


def _opens(rule: dict[str, Any], workload: Object, port: int) -> bool:
    entries = rows(rule.get("ports"))
    return not entries or any(_is_port(one, workload, port) for one in entries)


def _is_port(entry: dict[str, Any], workload: Object, port: int) -> bool:
    if entry.get("protocol") not in (None, "TCP"):
        return False
    named, last = entry.get("port"), entry.get("endPort")
    first = next((found for one in containers(workload) if (found := one.port(named)) is not None), None)
    return named is None or (first is not None and first <= port <= (last if isinstance(last, int) else first))
