"""What a pod template says: its containers, the ports that it opens, its requests and limits, its environment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from checker.kube import quantity
from checker.kube.objects import Object, Step, rows, table

TEMPLATE: tuple[Step, ...] = ("spec", "template")
POD: tuple[Step, ...] = (*TEMPLATE, "spec")


@dataclass(frozen=True)
class Container:
    """One container of a workload's template. Paths are relative to it."""

    owner: Object
    index: int

    @property
    def value(self) -> dict[str, Any]:
        return table(self.owner.get(*self._path))

    @property
    def name(self) -> str:
        return str(self.value.get("name") or "")

    @property
    def _path(self) -> tuple[Step, ...]:
        return (*POD, "containers", self.index)

    def get(self, *path: Step) -> Any:
        return self.owner.get(*self._path, *path)

    def where(self, *path: Step) -> str:
        return self.owner.where(*self._path, *path)

    def port(self, port: Any) -> int | None:
        """The number behind a port's name, or the number itself; None for a name that the container does not have."""
        if isinstance(port, int) and not isinstance(port, bool):
            return port
        named = (one for one in rows(self.get("ports")) if one.get("name") == port)
        return next((one["containerPort"] for one in named if isinstance(one.get("containerPort"), int)), None)

    def amount(self, kind: str, resource: str) -> Fraction | None:
        """A request or limit; where only the limit is given, the server takes it for the request too."""
        resources = table(self.get("resources"))
        value = table(resources.get(kind)).get(resource)
        if value is None and kind == "requests":
            value = table(resources.get("limits")).get(resource)
        return quantity.parse(value) if value is not None and quantity.is_quantity(value) else None


def containers(workload: Object) -> list[Container]:
    """The containers of a Deployment and its kin, in order."""
    found = workload.get(*POD, "containers")
    return [Container(workload, index) for index in range(len(found) if isinstance(found, list) else 0)]


def pod_labels(workload: Object) -> dict[str, Any]:
    """The labels that the pods will carry; of a bare Pod, its own."""
    if workload.kind == "Pod":
        return table(workload.get("metadata", "labels"))
    return table(workload.get(*TEMPLATE, "metadata", "labels"))


def requested(workload: Object, resource: str) -> Fraction | None:
    """What one pod asks for; None when one of its containers asks for nothing."""
    amounts = [one.amount("requests", resource) for one in containers(workload)]
    return sum((one for one in amounts if one is not None), Fraction(0)) if amounts and None not in amounts else None


def places(workload: Object, nodes: list[dict[str, Fraction]], most: Sequence[int] = ()) -> int:
    """How many pods find a place on empty nodes, by their requests and by the `most` that each node may take."""
    asked = {resource: requested(workload, resource) or Fraction(0) for resource in ("cpu", "memory")}
    by_requests = [
        min((int(node[resource] / amount) for resource, amount in asked.items() if amount), default=110)
        for node in nodes
    ]
    return sum(min(both) for both in zip(by_requests, most or by_requests, strict=True))


@dataclass(frozen=True)
class Variable:
    """An environment variable: its value, or the kind, name and key that it is taken from."""

    name: str
    value: str | None = None
    kind: str = ""
    source: str = ""
    key: str = ""
    optional: bool = False
    path: tuple[Step, ...] = ()

    @property
    def number(self) -> int:
        """Its place in `env` or `envFrom`."""
        return int(self.path[1])


KEYS = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
WHOLE = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
# A value that repeats another variable; with `$$` in front it is a text like any other.
REPEATS = re.compile(r"\$\(([^()]+)\)")


def variables(container: Container) -> list[Variable]:
    """The container's `env`, in order. What comes by `envFrom` stands in `bulk`."""
    found = []
    for number, one in enumerate(rows(container.get("env"))):
        path: tuple[Step, ...] = ("env", number)
        name, source = str(one.get("name") or ""), table(one.get("valueFrom"))
        if not source:
            found.append(Variable(name, str(one.get("value") or ""), path=path))
        for ref, kind in KEYS.items():
            taken = table(source.get(ref))
            if taken:
                origin, key, optional = str(taken.get("name")), str(taken.get("key")), bool(taken.get("optional"))
                found.append(Variable(name, None, kind, origin, key, optional, (*path, "valueFrom", ref)))
    return found


def bulk(container: Container) -> list[Variable]:
    """The `envFrom` entries: `name` is the prefix, every key of the source becomes a variable."""
    found = []
    for number, one in enumerate(rows(container.get("envFrom"))):
        for ref, kind in WHOLE.items():
            taken = table(one.get(ref))
            if taken:
                prefix, path = str(one.get("prefix") or ""), ("envFrom", number, ref)
                source, optional = str(taken.get("name")), bool(taken.get("optional"))
                found.append(Variable(prefix, None, kind, source, "", optional, path))
    return found


def origins(container: Container, name: str, before: int | None = None) -> list[Variable]:
    """Where a node takes a variable from: its last `env`, else each `envFrom` that may hold it, of which the last wins.

    `$(OTHER)` is what OTHER is at this place of the list: `before`. Where nothing above has that name, it stays a text.
    """
    own = [one for one in variables(container) if one.name == name and (before is None or one.number < before)]
    if own:
        repeated = REPEATS.fullmatch(own[-1].value or "")
        return (repeated and origins(container, repeated[1], own[-1].number)) or own[-1:]
    return [
        replace(one, name=name, key=name.removeprefix(one.name)) for one in bulk(container) if name.startswith(one.name)
    ]


def secret_file(container: Container, path: str) -> tuple[str, str] | None:
    """The Secret and the key in it that the container finds as the file `path`; None when no Secret feeds it."""
    volumes = {one.get("name"): one for one in rows(container.owner.get(*POD, "volumes"))}
    for mount in rows(container.get("volumeMounts")):
        folder, part = str(mount.get("mountPath") or "").rstrip("/"), str(mount.get("subPath") or "")
        if part and folder == path:
            wanted = part
        elif not part and path.startswith(f"{folder}/"):
            wanted = path.removeprefix(f"{folder}/")
        else:
            continue
        for name, items in _secrets(table(volumes.get(mount.get("name")))):
            keys = {str(one.get("path")): str(one.get("key")) for one in items} if items else {wanted: wanted}
            if wanted in keys:
                return name, keys[wanted]
    return None


def _secrets(volume: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The Secrets of a volume, each with the items that are picked from it; without items all keys are files."""
    own = table(volume.get("secret"))
    found = [(str(own["secretName"]), rows(own.get("items")))] if own.get("secretName") else []
    projected = [table(one.get("secret")) for one in rows(table(volume.get("projected")).get("sources"))]
    return found + [(str(one["name"]), rows(one.get("items"))) for one in projected if one.get("name")]
