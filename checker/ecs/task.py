"""Reads a task definition: the JSON that registers it, or a resource of a template. Both say the same in two spellings.

The JSON says `containerDefinitions`, the template `ContainerDefinitions`. Here the first one is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checker.cloudformation.linting import Fault, lint
from checker.cloudformation.reading import Resource, Stack
from checker.places import Places

TYPE = "AWS::ECS::TaskDefinition"
# Below these the keys are the user's own, and have no spelling of ours.
FREE = {"options", "dockerLabels", "driverOpts", "labels"}
Spelling = Callable[[str], str]


@dataclass(frozen=True)
class Container:
    """One container of a task."""

    number: int
    properties: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.properties.get("name", ""))

    @property
    def ports(self) -> list[Any]:
        """The ports that it opens, as numbers where they are."""
        found = self.properties.get("portMappings")
        mappings = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return [number(one.get("containerPort")) for one in mappings]

    @property
    def log_driver(self) -> Any:
        """Who takes what it prints, such as awslogs; None when nobody is named."""
        return self._log.get("logDriver")

    @property
    def log_options(self) -> dict[str, Any]:
        """What that driver is told."""
        found = self._log.get("options")
        return found if isinstance(found, dict) else {}

    @property
    def _log(self) -> dict[str, Any]:
        found = self.properties.get("logConfiguration")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class TaskDefinition:
    """A task definition in the spelling of the API, and where it stands."""

    file: str
    properties: dict[str, Any]
    at_path: Callable[..., str]
    resource: Resource | None = None

    def get(self, key: str, default: Any = None) -> Any:
        return self.properties.get(key, default)

    def at(self, *path: str | int) -> str:
        """`taskdef.json:12`, by a path in the spelling of the API."""
        return self.at_path(*path)

    @property
    def family(self) -> str:
        return str(self.properties.get("family", ""))

    @property
    def containers(self) -> list[Container]:
        found = self.properties.get("containerDefinitions")
        items = found if isinstance(found, list) else []
        return [Container(place, one) for place, one in enumerate(items) if isinstance(one, dict)]


def is_task_definition(value: Any) -> bool:
    """Say whether a JSON value is meant as a task definition."""
    return isinstance(value, dict) and "containerDefinitions" in value


def from_json(name: str, text: str, value: dict[str, Any]) -> TaskDefinition:
    """The task definition of a JSON file that `aws ecs register-task-definition --cli-input-json` takes."""
    places = Places.of(name, text)
    return TaskDefinition(name, value, lambda *path: places.at(0, *path))


def from_stack(stack: Stack) -> list[TaskDefinition]:
    """The task definitions of a stack, in the spelling of the API."""
    return [_from_resource(one) for one in stack.of(TYPE)]


def _from_resource(resource: Resource) -> TaskDefinition:
    def at(*path: str | int) -> str:
        return resource.at(*(step if isinstance(step, int) else _upper(step) for step in path))

    return TaskDefinition(resource.file, _spelled(resource.properties, _lower), at, resource)


def json_faults(name: str, text: str, value: dict[str, Any]) -> list[Fault]:
    """What cfn-lint finds in a JSON task definition, with the lines and paths of that file."""
    places = Places.of(name, text)
    template = {"Resources": {"Task": {"Type": TYPE, "Properties": _spelled(value, _upper)}}}
    found = []
    for fault in lint(name, json.dumps(template, indent=2)):
        path = tuple(_lower(step) if isinstance(step, str) else step for step in fault.path[3:])
        line = places.at(0, *path).rpartition(":")[2]
        found.append(Fault(fault.rule, int(line) if line.isdigit() else 1, fault.message, path))
    return found


def number(value: Any) -> Any:
    """A port or count as a number: templates take `"8000"` as well as 8000."""
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) else value


def whole(value: Any, usual: int) -> int:
    """A count, time or percent; the usual one where the value is none, or is not known before the deployment."""
    counted = number(value)
    return counted if isinstance(counted, int) and not isinstance(counted, bool) and 0 <= counted < 10**6 else usual


def _spelled(value: Any, spelling: Spelling) -> Any:
    if isinstance(value, list):
        return [_spelled(item, spelling) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        spelling(key): item if _lower(key) in FREE else _spelled(item, spelling)
        for key, item in ((str(key), item) for key, item in value.items())
    }


def _lower(key: str) -> str:
    return key[:1].lower() + key[1:]


def _upper(key: str) -> str:
    return key[:1].upper() + key[1:]
