"""Reads templates into resources whose properties are resolved, each with its file and line.

The YAML, its short functions (`!Sub`) and JSON are read by cfn-lint's own decoder. The limits on depth, size and
aliases come first: the files are a trainee's, and the decoder's parser is C.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from checker.cloudformation.linting import decoded
from checker.cloudformation.resolving import Resolver
from checker.cloudformation.values import GetAtt, Ref, said
from checker.errors import Finding, NotYet
from checker.places import Places
from checker.readers import limit, read_json, read_nodes

TOP = re.compile(r"""^(?:Resources|"Resources"|'Resources')\s*:|^\s*\{?\s*"Resources"\s*:""", re.MULTILINE)
NEXT = "Compare with the given file: what stands at the top, and what does each resource have?"


@dataclass(frozen=True)
class Resource:
    """One resource: `properties` are resolved, `attributes` is what stands beside them."""

    file: str
    id: str
    type: str
    properties: dict[str, Any]
    depends_on: tuple[str, ...]
    condition: str
    attributes: dict[str, Any]
    places: Places

    def get(self, *path: str | int, default: Any = None) -> Any:
        """The value at this path of the properties, or the default."""
        value: Any = self.properties
        for step in path:
            inside = isinstance(value, list) and isinstance(step, int) and step < len(value)
            if not inside and not (isinstance(value, dict) and step in value):
                return default
            value = value[step]
        return value

    def at(self, *path: str | int) -> str:
        """`service.yaml:41`: the line of this place of the properties, or of the deepest part that is there."""
        return self.places.at(0, "Resources", self.id, "Properties", *path)


@dataclass(frozen=True)
class Stack:
    """The resources and outputs of all templates together, in the order of the files."""

    resources: tuple[Resource, ...]
    outputs: dict[str, Any]

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], Resource]:
        return {(one.file, one.id): one for one in self.resources}

    def of(self, *types: str) -> list[Resource]:
        """The resources of these types."""
        return [one for one in self.resources if one.type in types]

    def named(self, value: Any) -> Resource | None:
        """The resource that a value names by Ref or GetAtt; None for anything else."""
        return self._by_place.get((value.file, value.id)) if isinstance(value, Ref | GetAtt) else None


def is_template(text: str) -> bool:
    """Say whether a text is meant as a template: it has Resources at its top."""
    return bool(TOP.search(text))


def read_stack(files: dict[str, str]) -> Stack:
    """Read templates that are deployed together, file name -> text. A fault is a finding with its line.

    A stack is never changed: whoever asks for the same templates gets the same one.
    """
    return _read_stack(tuple(files.items()))


# The checks of one exercise ask for the same templates one after the other.
@lru_cache(maxsize=8)
def _read_stack(named: tuple[tuple[str, str], ...]) -> Stack:
    files = dict(named)
    exports: dict[str, tuple[Resolver, Any]] = {}
    templates = {name: _template(name, text) for name, text in files.items()}
    resolvers = {name: Resolver(name, template, exports) for name, template in templates.items()}
    outputs = {
        str(key): (resolvers[name], _mapping(output))
        for name, template in templates.items()
        for key, output in _mapping(template.get("Outputs")).items()
    }
    for resolver, output in outputs.values():
        export = _mapping(output.get("Export")).get("Name")
        if export is not None:
            exports[said(resolver.value(export))] = (resolver, output.get("Value"))
    resources = [
        resource
        for name, template in templates.items()
        for resource in _resources(name, template, resolvers[name], Places.of(name, files[name]))
    ]
    values = {key: resolver.value(output.get("Value")) for key, (resolver, output) in outputs.items()}
    return Stack(tuple(resources), values)


def _template(name: str, text: str) -> dict[str, Any]:
    if name.endswith(".json") or text.lstrip().startswith("{"):
        read_json(name, text)
        # JSON is YAML but for tabs, which stand between its values only.
        text = text.replace("\t", " ")
    read_nodes(name, text)
    template = decoded(name, text)
    limit(name, template)
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise _fault(name, name, "no Resources at the top of the file", "a template with Resources")
    return template


def _resources(name: str, template: dict[str, Any], resolver: Resolver, places: Places) -> list[Resource]:
    found = []
    for key, node in template["Resources"].items():
        # Fn::ForEach and its like are written out by CloudFormation, not by us.
        if str(key).startswith("Fn::"):
            continue
        where = places.at(0, "Resources", str(key))
        if not isinstance(node, dict) or not isinstance(node.get("Type"), str):
            raise _fault(name, where, f"the resource {str(key)!r} has no Type", "a Type such as AWS::ECS::Service")
        condition = str(node.get("Condition", ""))
        if condition and resolver.holds(condition) is False:
            continue
        properties = resolver.value(node.get("Properties", {}))
        if not isinstance(properties, dict):
            raise _fault(name, where, f"the Properties of {str(key)!r} are no mapping", "names with values")
        depends = node.get("DependsOn", [])
        names = tuple(map(str, depends if isinstance(depends, list) else [depends]))
        others = {str(one): resolver.value(value) for one, value in node.items() if one != "Properties"}
        found.append(Resource(name, str(key), str(node["Type"]), properties, names, condition, others, places))
    return found


def _mapping(node: Any) -> dict[str, Any]:
    return node if isinstance(node, dict) else {}


def _fault(name: str, where: str, seen: str, expected: str) -> NotYet:
    return NotYet(Finding(f"read {name} as a CloudFormation template", seen, expected, where, NEXT))
