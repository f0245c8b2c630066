"""Who reaches whom through a Service: which pods it takes, and at which port of theirs a request arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.kube.labels import matches
from checker.kube.objects import Object, Objects, Step, rows, table
from checker.kube.pods import containers, pod_labels


def takes(service: Object, workload: Object) -> bool:
    """Whether the Service's selector takes the workload's pods."""
    selector = table(service.get("spec", "selector"))
    return service.namespace == workload.namespace and matches(selector, pod_labels(workload))


def others(service: Object, workload: Object, objects: Objects) -> list[Object]:
    """What else makes pods that the Service takes."""
    own = (workload.kind, workload.name, workload.namespace)
    found = objects.of("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
    return [one for one in found if (one.kind, one.name, one.namespace) != own and takes(service, one)]


# What a Service of another type does.
OPENS = {
    "LoadBalancer": "asks the cloud for an address that others reach from outside",
    "NodePort": "opens a port of every node to those outside",
    "ExternalName": "is an alias of a name outside, and leads to no pod",
}


@dataclass(frozen=True)
class Opening:
    """An object by which pods are reached from outside the cluster, and the line that opens it."""

    by: Object
    path: tuple[Step, ...]
    says: str


def openings(workload: Object, objects: Objects) -> Iterator[Opening]:
    """What lets others than the pods of the cluster reach the workload's pods: Services first, then what uses them."""
    services = [one for one in objects.of("Service") if takes(one, workload)]
    for one in services:
        kind = one.get("spec", "type")
        if kind in OPENS:
            yield Opening(one, ("spec", "type"), f"the Service {one.name!r} of type {kind} {OPENS[kind]}")
        if one.get("spec", "externalIPs"):
            says = f"externalIPs of the Service {one.name!r} take requests at addresses outside"
            yield Opening(one, ("spec", "externalIPs"), says)
    names = {one.name for one in services}
    for one in objects.of("Ingress", "HTTPRoute"):
        if one.namespace == workload.namespace and names & set(_backends(one.get("spec"))):
            yield Opening(one, ("spec",), f"the {one.kind} {one.name!r} hands requests from outside to it")


def _backends(value: Any) -> Iterator[str]:
    """The names of the Services that a part of an Ingress or of a route sends requests to."""
    if isinstance(value, dict):
        yield str(table(value.get("service")).get("name"))
        yield from (str(one.get("name")) for one in rows(value.get("backendRefs")))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _backends(inner)


@dataclass(frozen=True)
class Way:
    """The way of a request to one port of a Service. `arrives` is the pod's port, None when no pod has its name."""

    port: int
    target: Any
    arrives: int | None
    path: tuple[Step, ...]


def ways(service: Object, workload: Object) -> list[Way]:
    """The ways through a Service, port by port. Without targetPort a request arrives at the Service's own number.

    A headless Service (clusterIP None) forwards nothing: whoever asks it connects to the pod at the number asked for.
    """
    found = []
    headless = service.get("spec", "clusterIP") == "None"
    for number, one in enumerate(rows(service.get("spec", "ports"))):
        port, path = one.get("port"), ("spec", "ports", number)
        if isinstance(port, int):
            target = port if headless or one.get("targetPort") in (None, 0) else one["targetPort"]
            found.append(Way(port, target, _arrives(target, workload), path))
    return found


def _arrives(target: Any, workload: Object) -> int | None:
    return next((found for one in containers(workload) if (found := one.port(target)) is not None), None)
