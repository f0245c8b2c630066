"""Embedded metric format: which metrics a log line makes, by AWS's specification of the format.

A line that breaks the specification makes no metric, and CloudWatch says so nowhere near the line; here the faults
are sentences.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.metrics import Metric, Streams, collect, metric

MAX_METRICS, MAX_DIMENSIONS, MAX_VALUES = 100, 30, 100
UNITS = {
    "None", "Seconds", "Microseconds", "Milliseconds", "Percent", "Count",
    *(size + per for size in (
        "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits",
        "Terabits", "Count",
    ) for per in ("", "/Second")),
}  # fmt: skip


@dataclass(frozen=True)
class Datum:
    """What one line says of one metric."""

    metric: Metric
    at: int
    values: tuple[float, ...]
    unit: str


def read_line(line: str) -> list[Datum]:
    """The metrics of one log line, none for a line without `_aws`; raises Refused for a line that breaks the format."""
    try:
        root = json.loads(line)
    except ValueError as error:
        raise Refused(f"The line is no JSON: {error}.") from None
    if not isinstance(root, dict):
        raise Refused("The line is no JSON object.")
    if "_aws" not in root:
        return []
    head = root["_aws"]
    at = head.get("Timestamp") if isinstance(head, dict) else None
    if isinstance(at, bool) or not isinstance(at, int):
        raise Refused(f"_aws.Timestamp is {at!r}; it must be a whole number of milliseconds since 1970.", "Timestamp")
    directives = head.get("CloudWatchMetrics")
    if not isinstance(directives, list):
        raise Refused("_aws.CloudWatchMetrics must be a list.", "CloudWatchMetrics")
    return [datum for directive in directives for datum in _directive(root, directive, at)]


def streams_of(lines: Iterable[str]) -> Streams:
    """All metrics that log lines make."""
    data = (datum for line in lines if line.strip() for datum in read_line(line))
    return collect((one.metric, one.at, value, one.unit) for one in data for value in one.values)


def _directive(root: dict[str, Any], directive: Any, at: int) -> Iterator[Datum]:
    if not isinstance(directive, dict):
        raise Refused("Each entry of CloudWatchMetrics must be an object.", "CloudWatchMetrics")
    namespace = directive.get("Namespace")
    if not isinstance(namespace, str) or not namespace:
        raise Refused(f"Namespace is {namespace!r}; it must be a text.", "Namespace")
    sets, definitions = directive.get("Dimensions"), directive.get("Metrics")
    if not isinstance(sets, list) or not all(isinstance(one, list) for one in sets):
        raise Refused(f"Dimensions is {sets!r}; it must be a list of lists of names.", "Dimensions")
    if not isinstance(definitions, list) or len(definitions) > MAX_METRICS:
        raise Refused(f"Metrics must be a list of at most {MAX_METRICS} objects.", "Metrics")
    for definition in definitions:
        name, unit, values = _definition(root, definition)
        # An empty list of sets publishes nothing; a list with an empty set publishes without dimensions.
        for names in sets:
            yield Datum(metric(namespace, name, _dimensions(root, names)), at, values, unit)


def _definition(root: dict[str, Any], definition: Any) -> tuple[str, str, tuple[float, ...]]:
    name = definition.get("Name") if isinstance(definition, dict) else None
    if not isinstance(name, str) or not name:
        raise Refused(f"Each entry of Metrics needs a Name; {definition!r} has none.", "Metrics")
    unit = definition.get("Unit", "None")
    if unit not in UNITS:
        raise Refused(f"The unit of {name} is {unit!r}, which CloudWatch does not know.", "Unit")
    if name not in root:
        raise Refused(f"The metric {name} has no value: the line has no key {name!r} at its top.", name)
    value = root[name]
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > MAX_VALUES:
        raise Refused(f"{name} has {len(values)} values; one line takes 1 to {MAX_VALUES}.", name)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in values):
        raise Refused(f"{name} is {value!r}; a metric's value must be a number.", name)
    return name, unit, tuple(float(one) for one in values)


def _dimensions(root: dict[str, Any], names: list[Any]) -> dict[str, str]:
    if len(names) > MAX_DIMENSIONS:
        raise Refused(f"A set has {len(names)} dimensions; {MAX_DIMENSIONS} is the most.", "Dimensions")
    for name in names:
        if not isinstance(name, str) or name not in root:
            raise Refused(f"The dimension {name!r} has no value: the line has no such key at its top.", "Dimensions")
        if not isinstance(root[name], str) or not root[name]:
            raise Refused(f"The dimension {name} is {root[name]!r}; its value must be a text.", "Dimensions")
    return {name: root[name] for name in names}
