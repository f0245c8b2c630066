"""What the API server refuses although the schema allows it: the rules of its validation that manifests break most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from checker.kube import quantity
from checker.kube.labels import matches_label_selector, selector_text, text
from checker.kube.objects import Object, Step, rows, table
from checker.kube.pods import POD, TEMPLATE, Container, containers, pod_labels
from checker.kube.probes import FIELDS, HANDLERS
from checker.kube.rounding import ROLLING, resolved
from checker.kube.schema import VERSIONS, Refusal, refusal

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
DNS_NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")
PORT_NAME = re.compile(r"(?=[-a-z0-9]{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


def refused(one: Object) -> Refusal | None:
    """Why a server would refuse the object; None when it takes it, as far as can be told without one."""
    found = refusal(one.value)
    if found is None:
        for rule in (_name, *RULES.get(one.kind, ())):
            found = next(rule(one), None)
            if found:
                return found
    return found


def _say(says: str, *path: Step) -> Refusal:
    return Refusal(VERSIONS[-1], says, path, every=True, rule=True)


def _name(one: Object) -> Iterator[Refusal]:
    form = DNS_LABEL if one.kind == "Service" else DNS_NAME
    if not form.fullmatch(one.name):
        yield _say(f"metadata.name is {one.name!r}: a name has small letters, digits and hyphens", "metadata", "name")


def _selects_its_pods(one: Object) -> Iterator[Refusal]:
    selector, labels = table(one.get("spec", "selector")), pod_labels(one)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield _say("spec.selector is empty", "spec", "selector")
    elif not matches_label_selector(selector, labels):
        says = f"spec.selector takes {selector_text(selector)}, and the template's pods carry {text(labels)}"
        yield _say(says, "spec", "selector")


def _strategy(one: Object) -> Iterator[Refusal]:
    strategy = table(one.get("spec", "strategy"))
    if strategy.get("type") == "Recreate" and strategy.get("rollingUpdate"):
        yield _say("strategy Recreate has no rollingUpdate", "spec", "strategy", "rollingUpdate")
    for name in ("maxSurge", "maxUnavailable"):
        value = one.get(*ROLLING, name)
        wrong_text = isinstance(value, str) and not re.fullmatch(r"\d+%", value)
        if wrong_text or (isinstance(value, int) and value < 0):
            yield _say(f"{name} is {value!r}: a whole number or a percentage such as '25%' is asked", *ROLLING, name)
        if name == "maxUnavailable" and resolved(value if isinstance(value, str) else 0, 100, 0, up=True) > 100:
            yield _say(f"maxUnavailable is {value!r}, above 100%", *ROLLING, name)
    both = [resolved(one.get(*ROLLING, name), 100, "25%", up=True) for name in ("maxSurge", "maxUnavailable")]
    if both == [0, 0]:
        yield _say("maxSurge and maxUnavailable are both 0: no pod could ever be replaced", *ROLLING)
    ready, deadline = (one.get("spec", name) for name in ("minReadySeconds", "progressDeadlineSeconds"))
    if (ready or 0) >= (600 if deadline is None else deadline):
        yield _say("progressDeadlineSeconds must be longer than minReadySeconds", "spec", "progressDeadlineSeconds")


def _pods(one: Object) -> Iterator[Refusal]:
    seen: set[str] = set()
    for container in containers(one):
        path = (*POD, "containers", container.index)
        if not DNS_LABEL.fullmatch(container.name) or container.name in seen:
            yield _say(f"the container name {container.name!r} is no name, or stands twice", *path, "name")
        seen.add(container.name)
        for rule in (_ports, _amounts, _probes):
            yield from rule(container, path)
    if table(one.get(*TEMPLATE, "spec")).get("restartPolicy", "Always") != "Always":
        yield _say("a Deployment's pods have restartPolicy Always", *POD, "restartPolicy")
    if one.get(*POD, "activeDeadlineSeconds") is not None:
        yield _say("a Deployment's pods have no activeDeadlineSeconds", *POD, "activeDeadlineSeconds")


def _ports(container: Container, path: tuple[Step, ...]) -> Iterator[Refusal]:
    names: set[str] = set()
    for number, port in enumerate(rows(container.get("ports"))):
        name, here = port.get("name"), (*path, "ports", number)
        if not 0 < (port.get("containerPort") or 0) < 65536:
            yield _say(f"containerPort is {port.get('containerPort')!r}, and 1 to 65535 is asked", *here)
        if name is not None and (not PORT_NAME.fullmatch(str(name)) or name in names):
            yield _say(f"the port name {name!r} is too long, no name, or stands twice", *here, "name")
        names.add(str(name))


def _amounts(container: Container, path: tuple[Step, ...]) -> Iterator[Refusal]:
    resources = table(container.get("resources"))
    for kind in ("requests", "limits"):
        for name, value in table(resources.get(kind)).items():
            if not quantity.is_quantity(value):
                says = f"{kind}.{name} is {value!r}, which is no quantity: suffixes are Ki, Mi, Gi, k, M, G, m"
                yield _say(says, *path, "resources", kind, name)
    for name in table(resources.get("requests")):
        asked, most = container.amount("requests", name), container.amount("limits", name)
        if asked is not None and most is not None and asked > most:
            yield _say(f"the request for {name} is above its limit", *path, "resources", "requests", name)


def _probes(container: Container, path: tuple[Step, ...]) -> Iterator[Refusal]:
    for kind, name in FIELDS.items():
        probe = container.get(name)
        if not isinstance(probe, dict):
            continue
        count = sum(bool(probe.get(one)) for one in HANDLERS)
        if count != 1:
            yield _say(f"{name} asks in {count} ways, and exactly one is asked", *path, name)
        if kind != "readiness" and (probe.get("successThreshold") or 1) != 1:
            yield _say(f"successThreshold of {name} must be 1", *path, name, "successThreshold")
        for field, value in probe.items():
            if isinstance(value, int) and value < 0:
                yield _say(f"{field} of {name} is {value}, below 0", *path, name, field)


def _service_ports(one: Object) -> Iterator[Refusal]:
    ports = rows(one.get("spec", "ports"))
    if not ports and one.get("spec", "clusterIP") != "None":
        yield _say("spec.ports is empty", "spec", "ports")
    if one.get("spec", "externalTrafficPolicy") and one.get("spec", "type") not in ("NodePort", "LoadBalancer"):
        says = "externalTrafficPolicy is for the types NodePort and LoadBalancer alone"
        yield _say(says, "spec", "externalTrafficPolicy")
    names = [port.get("name") for port in ports]
    for number, port in enumerate(ports):
        if len(ports) > 1 and (not port.get("name") or names.count(port.get("name")) > 1):
            yield _say("several ports need a name each", "spec", "ports", number)
        if not 0 < (port.get("port") or 0) < 65536:
            yield _say(f"port is {port.get('port')!r}, and 1 to 65535 is asked", "spec", "ports", number, "port")


def _scaling(one: Object) -> Iterator[Refusal]:
    least, most = one.get("spec", "minReplicas"), one.get("spec", "maxReplicas")
    if least is not None and least < 1:
        yield _say(f"minReplicas is {least}, and at least 1 is asked", "spec", "minReplicas")
    if most < (1 if least is None else least):
        yield _say(f"maxReplicas is {most}, below minReplicas", "spec", "maxReplicas")


def _budget(one: Object) -> Iterator[Refusal]:
    spec = table(one.get("spec"))
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield _say("minAvailable and maxUnavailable exclude each other", "spec", "maxUnavailable")


Rule = Callable[[Object], Iterator[Refusal]]
RULES: dict[str, tuple[Rule, ...]] = {
    "Deployment": (_selects_its_pods, _strategy, _pods),
    "Service": (_service_ports,),
    "HorizontalPodAutoscaler": (_scaling,),
    "PodDisruptionBudget": (_budget,),
}
