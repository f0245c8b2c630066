"""What is still there after a command of Compose: it depends on what stands at the path that is written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from checker.compose.model import Mount, Project, Service

# What each command leaves of the data. `up` here makes the container anew, as after a change of its settings;
# `stop` is followed by `start`, the others by `up`.
COMMANDS = ("restart", "stop", "up", "down", "down -v")
KEPT = {
    "the container's own layer": ("restart", "stop"),
    "a volume without a name": ("restart", "stop", "up"),
    "a named volume": ("restart", "stop", "up", "down"),
    "a volume from outside": COMMANDS,
    "a folder of the host": COMMANDS,
    "memory": (),
}


@dataclass(frozen=True)
class Store:
    """Where the files of one path are kept."""

    kind: str
    name: str
    where: str
    read_only: bool = False

    def survives(self, command: str) -> bool:
        return command in KEPT[self.kind]

    def __str__(self) -> str:
        return f"{self.kind} ({self.name})" if self.name else self.kind


def store(project: Project, service: Service, path: str, declared: Iterable[str] = ()) -> Store:
    """What keeps the files at `path`; `declared` are the paths for which the image declares a VOLUME."""
    mount = _covering(service, path)
    if mount is None:
        kind = "a volume without a name" if _inside(path, declared) else "the container's own layer"
        return Store(kind, "", service.place("volumes"))
    if mount.kind == "tmpfs":
        return Store("memory", "", mount.where)
    if mount.kind != "volume":
        return Store("a folder of the host", mount.source, mount.where, mount.read_only)
    if not mount.source:
        return Store("a volume without a name", "", mount.where, mount.read_only)
    volume = project.section("volumes").get(mount.source) or {}
    return Store(_kind(volume), mount.source, mount.where, mount.read_only)


def _kind(volume: Mapping[str, Any]) -> str:
    """What a named volume is made of: the local driver mounts whatever its options name."""
    options = volume.get("driver_opts") or {}
    if volume.get("external"):
        return "a volume from outside"
    if str(options.get("type")) in ("tmpfs", "ramfs"):
        return "memory"
    return "a folder of the host" if "bind" in str(options.get("o")).split(",") else "a named volume"


def _covering(service: Service, path: str) -> Mount | None:
    """The mount at the path, or at the nearest folder above it."""
    covering = [one for one in service.mounts if _inside(path, [one.target])]
    return max(covering, key=lambda one: len(one.target), default=None)


def _inside(path: str, folders: Iterable[str]) -> bool:
    return any(PurePosixPath(path).is_relative_to(folder) for folder in folders)
