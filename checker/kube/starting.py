"""What keeps pods from being made, from starting, or from turning ready, besides their main container's image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from checker.kube.objects import Object, Objects, Step, rows
from checker.kube.pods import POD

# Programs that serve nothing: they wait, or they end at once.
IDLE = {"sleep", "tail", "true", "false", "echo", "pause", "cat"}
ENDLESS = {"tail", "pause"}
# What a pod asks for by name, and the names that every cluster has.
NEEDS = {
    "serviceAccountName": ("ServiceAccount", {"default"}),
    "priorityClassName": ("PriorityClass", {"system-cluster-critical", "system-node-critical"}),
    "runtimeClassName": ("RuntimeClass", set[str]()),
}


@dataclass(frozen=True)
class Hindrance:
    """Why no pod serves, and the path below the workload."""

    says: str
    path: tuple[Step, ...]


def hindrances(workload: Object, objects: Objects, images: re.Pattern[str]) -> Iterator[Hindrance]:
    """What keeps the pods from serving, in the order in which a cluster meets it. `images` are on the nodes."""
    for field, (kind, known) in NEEDS.items():
        name = workload.get(*POD, field)
        # Classes belong to no namespace.
        there = {
            one.name for one in objects.of(kind) if kind != "ServiceAccount" or one.namespace == workload.namespace
        }
        if name and name not in known | there:
            yield Hindrance(f"no file makes the {kind} {name!r}, so no pod is made", (*POD, field))
    for group, called in (("initContainers", "init container"), ("containers", "container")):
        for number, one in enumerate(rows(workload.get(*POD, group))):
            path = (*POD, group, number)
            if not images.fullmatch(str(one.get("image"))):
                says = f"the {called} {one.get('name')!r} has the image {one.get('image')!r}, which is not on the nodes"
                yield Hindrance(says, (*path, "image"))
            elif one.get("imagePullPolicy") == "Always":
                says = (
                    f"the {called} {one.get('name')!r} asks a registry for its image at each start, and the image is "
                    "on the nodes alone: it ends in ImagePullBackOff"
                )
                yield Hindrance(says, (*path, "imagePullPolicy"))
            elif group == "initContainers" and one.get("restartPolicy") != "Always" and _never_ends(one):
                says = f"the init container {one.get('name')!r} never ends, and the others wait for it"
                yield Hindrance(says, (*path, "command"))
    for number, one in enumerate(rows(workload.get(*POD, "readinessGates"))):
        says = f"the pods wait for the condition {one.get('conditionType')!r}, which nobody sets: none turns ready"
        yield Hindrance(says, (*POD, "readinessGates", number))


def serves_nothing(command: Any) -> bool:
    """Whether a container's command replaces the service by a program that waits or ends."""
    started = programs(command)
    return bool(started) and all(words[0] in IDLE for words in started)


def _never_ends(container: dict[str, Any]) -> bool:
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    return any(one[0] in ENDLESS or one[:2] == ["sleep", "infinity"] for one in programs(words))


def programs(command: Any) -> list[list[str]]:
    """The commands of a list of words; those of a shell's script one by one, the first word without its folder."""
    words = [str(word) for word in command] if isinstance(command, list) else []
    found = [words]
    if len(words) > 2 and PurePosixPath(words[0]).name in ("sh", "bash", "ash") and words[1].endswith("c"):
        parts = (re.sub(r"^\s*(exec|do|then)\s+", "", part).split() for part in re.split(r"[;&|\n]+", words[2]))
        found = list(parts)
    return [[PurePosixPath(one[0]).name, *one[1:]] for one in found if one]
