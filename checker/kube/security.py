"""Where a workload's pods fall short of the pod security standard "restricted", or write into their own image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.kube.objects import Object, Step, rows, table
from checker.kube.pods import POD, Container, containers

HOST = ("hostNetwork", "hostPID", "hostIPC")
# The kinds of volume that the standard allows; a path of the node is the one that it is about.
VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
    "image",
}


@dataclass(frozen=True)
class Gap:
    """What the pods may still do, and the path below the workload where it would be forbidden."""

    says: str
    path: tuple[Step, ...]


def gaps(workload: Object) -> list[Gap]:
    """Every gap, the pod's first."""
    return [*_of_pod(workload), *(gap for one in containers(workload) for gap in _of_container(one))]


def _of_pod(workload: Object) -> Iterator[Gap]:
    for name in HOST:
        if workload.get(*POD, name):
            yield Gap(f"the pods share the node's {name.removeprefix('host')}", (*POD, name))
    for number, volume in enumerate(rows(workload.get(*POD, "volumes"))):
        kind = next((key for key in volume if key != "name"), "emptyDir")
        if kind not in VOLUMES:
            yield Gap(f"the volume {volume.get('name')!r} is a {kind}", (*POD, "volumes", number, kind))


def _of_container(container: Container) -> Iterator[Gap]:
    own, path = table(container.get("securityContext")), (*POD, "containers", container.index, "securityContext")
    # A container's own word counts before the pod's.
    context = {**table(container.owner.get(*POD, "securityContext")), **own}
    drop, add = (table(own.get("capabilities")).get(name) or [] for name in ("drop", "add"))
    profile = table(context.get("seccompProfile")).get("type")
    rules = (
        (context.get("runAsNonRoot") is True, "may run as root", "runAsNonRoot"),
        (context.get("runAsUser") != 0, "runs as user 0, which is root", "runAsUser"),
        (profile in ("RuntimeDefault", "Localhost"), "may use every system call", "seccompProfile"),
        (own.get("allowPrivilegeEscalation") is False, "may gain rights by setuid", "allowPrivilegeEscalation"),
        (not own.get("privileged"), "has all rights of the node", "privileged"),
        ("ALL" in drop, "keeps rights of root such as NET_RAW", "capabilities"),
        (not set(add) - {"NET_BIND_SERVICE"}, f"adds the rights {', '.join(map(str, add))}", "capabilities"),
        (own.get("readOnlyRootFilesystem") is True, "may write into its image's files", "readOnlyRootFilesystem"),
    )
    for kept, says, name in rules:
        if not kept:
            yield Gap(f"the container {container.name!r} {says}", (*path, name))
