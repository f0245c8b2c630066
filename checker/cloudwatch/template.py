"""The resources of a CloudFormation template that CloudWatch reads; nothing of it is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudwatch.errors import Refused

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
FILTER = "AWS::Logs::MetricFilter"
LOG_GROUP = "AWS::Logs::LogGroup"


@dataclass(frozen=True)
class Resource:
    """One resource: its id in the template, its type, its properties."""

    id: str
    type: str
    properties: dict[str, Any]

    def path(self, *keys: str | int) -> tuple[str | int, ...]:
        """The path of a property in the document."""
        return ("Resources", self.id, "Properties", *keys)

    @property
    def name(self) -> str:
        """What CloudWatch calls it."""
        named = (self.properties.get(key) for key in ("AlarmName", "LogGroupName", "DashboardName", "FilterName"))
        return str(next((name for name in named if name), self.id))


@dataclass(frozen=True)
class Template:
    """All resources of a template, in its order."""

    resources: tuple[Resource, ...]

    def of(self, kind: str) -> list[Resource]:
        return [one for one in self.resources if one.type == kind]

    def named(self, kind: str, name: str) -> Resource | None:
        return next((one for one in self.of(kind) if one.name == name), None)

    def resolved(self, value: Any) -> Any:
        """A value, or what CloudWatch calls the resource that `Ref: Id` points to."""
        if isinstance(value, dict) and set(value) == {"Ref"}:
            return next((one.name for one in self.resources if one.id == value["Ref"]), value)
        return value


def read_template(document: Any) -> Template:
    """Read a parsed document; raises Refused, with the resource's id as key, for one that is no template."""
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict) or not resources:
        raise Refused("The file has no Resources, so it is no template.", "Resources")
    return Template(tuple(_resources(resources)))


def _resources(given: dict[Any, Any]) -> Iterator[Resource]:
    for name, one in given.items():
        kind = one.get("Type") if isinstance(one, dict) else None
        properties = one.get("Properties", {}) if isinstance(one, dict) else None
        if not isinstance(kind, str) or not isinstance(properties, dict):
            raise Refused(f"The resource {name} needs a Type, and Properties with keys.", str(name))
        yield Resource(str(name), kind, properties)
