"""What no engine is asked to run: files that reach for the machine itself. They are refused before an engine sees them.

Compose files, Kubernetes manifests, task definitions and workflows are read as YAML or JSON by key, whatever tool they
are for; Dockerfiles by instruction. Better one file too many refused than the machine's disk mounted once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

import yaml

from checker import messages as m
from checker.errors import Finding, NotYet
from checker.readers import read_yaml_long
from checker.yaml_loader import nodes_of

# A key with a value that gives away the machine, in Compose, Kubernetes, ECS or a workflow.
TRUE_KEYS = {"privileged", "hostNetwork", "hostPID", "hostIPC"}
HOST_KEYS = {
    "network_mode", "networkMode", "pid", "ipc", "uts", "userns_mode", "cgroup", "pidMode", "ipcMode", "network",
}  # fmt: skip
ANY_KEYS = {
    "hostPath", "devices", "device_cgroup_rules", "cgroup_parent", "sysctls", "sourcePath", "entitlements",
    "volumes_from", "use_api_socket",
}  # fmt: skip
CAPABILITY_KEYS = {"cap_add", "add"}
HARMLESS_CAPABILITIES = {"NET_BIND_SERVICE", "CHOWN", "SETUID", "SETGID", "KILL", "FOWNER"}
# Keys whose value is a path of the machine, and must stay within the folder.
PATH_KEYS = {"context", "dockerfile", "env_file", "file", "source", "device", "include", "path"}
MOUNTS = {"volumes", "mounts"}
LISTS_OF_FILES = {"env_file", "include", "additional_contexts"}
# What a place shows in place of a list or an object.
MANY = "…"
WORKFLOW_OPTIONS = re.compile(r"--(?:privileged|network|net|pid|ipc|volume|mount|device|cap-add|security-opt)\b|-v\b")
DOCKER_FLAGS = re.compile(r"--(?:network=host|security=insecure|device=)\S*")


@dataclass(frozen=True)
class Place:
    """One key of a file with its value as text, the keys above it, and its line."""

    line: int
    key: str
    value: str
    above: tuple[str, ...]


def refuse_reaching_out(files: Mapping[str, str]) -> None:
    """Raise NotYet for the first place in `files` (name to text) that reaches for the machine itself."""
    for name, text in files.items():
        for line, seen in _reaches(name, text):
            raise NotYet(
                Finding(m.LOOKED_INTO.format(name=name), seen, m.REACHES_EXPECTED, f"{name}:{line}", m.REACHES_NEXT)
            )


def _reaches(name: str, text: str) -> Iterator[tuple[int, str]]:
    plain = PurePosixPath(name).name
    if plain.startswith("Dockerfile") or plain.endswith(".Dockerfile"):
        for number, line in enumerate(text.splitlines(), start=1):
            if found := DOCKER_FLAGS.search(line.partition("#")[0]):
                yield number, found[0]
    elif name.endswith((".yaml", ".yml", ".json")):
        for place in _places(name, text):
            if _reaching(place):
                yield place.line, f"{place.key}: {place.value}" if place.key else place.value


def _reaching(place: Place) -> bool:
    key, value = place.key, place.value
    if key in TRUE_KEYS:
        return value.lower() not in ("false", "no", "off", "")
    if key in HOST_KEYS:
        return value == "host" or value.startswith("container:")
    if key == "options":
        return bool(WORKFLOW_OPTIONS.search(value))
    return key in ANY_KEYS or _takes_rights(place) or _mounts(place)


def _takes_rights(place: Place) -> bool:
    named = (place.key, *place.above)
    if "security_opt" in named:
        return "unconfined" in place.value or "label:disable" in place.value
    if "cap_add" in named or ("capabilities" in place.above and "add" in named):
        return place.value not in (MANY, "") and place.value.removeprefix("CAP_") not in HARMLESS_CAPABILITIES
    return False


def _mounts(place: Place) -> bool:
    """A path of the machine that leads out of the folder, in a mount, a build context or a list of files."""
    within = place.above[-1] if place.above and not place.key else ""
    if within in MOUNTS:
        source, colon, _ = place.value.partition(":")
        return bool(colon) and _leaves(source)
    if within in LISTS_OF_FILES:
        return _leaves(place.value)
    return place.key in PATH_KEYS and _is_of_the_machine(place.key, place.above) and _leaves(place.value)


def _is_of_the_machine(key: str, above: tuple[str, ...]) -> bool:
    """`path` and `source` mean something else in a probe or an image: count them where Compose or a mount has them."""
    if key == "path":
        return bool({"env_file", "watch", "include"} & set(above[-2:]))
    return key != "source" or bool(MOUNTS & set(above))


def _leaves(path: str) -> bool:
    """Say whether a path may lead out of the folder: absolute, home, a variable, or more `..` than folders."""
    if path.startswith(("/", "~", "$", "\\")) or re.match(r"[A-Za-z]:[\\/]", path) or "${" in path:
        return True
    depth = 0
    for part in path.split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return True
    return False


def _places(name: str, text: str) -> Iterator[Place]:
    # JSON may be indented with tabs, YAML may not.
    text = text.replace("\t", "  ") if name.endswith(".json") else text
    starts = [0, *(found.start() for found in re.finditer(r"(?m)^---(?=\s|$)", text)), len(text)]
    for start, end in pairwise(starts):
        # Limits on size, depth and aliases, and a finding when no parser can read it; with the lines of the whole file.
        read_yaml_long(name, "\n" * text.count("\n", 0, start) + text[start:end])
    for node in nodes_of(text):
        if node is not None:
            yield from _walk(node, ())


def _walk(node: yaml.Node, above: tuple[str, ...], key: str = "") -> Iterator[Place]:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        yield Place(line, key, MANY if node.value else "", above)
        for name, value in node.value:
            said = str(name.value) if isinstance(name, yaml.ScalarNode) else ""
            yield from _walk(value, (*above, key) if key else above, said)
    elif isinstance(node, yaml.SequenceNode):
        yield Place(line, key, MANY if node.value else "", above)
        for value in node.value:
            yield from _walk(value, (*above, key) if key else above)
    else:
        yield Place(line, key, str(node.value), above)
