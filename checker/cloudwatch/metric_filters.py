"""Metric filters: what a pattern with a metric value makes of log events, minute by minute."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from checker.cloudwatch.conditions import as_number
from checker.cloudwatch.errors import Refused
from checker.cloudwatch.json_patterns import select_values
from checker.cloudwatch.metrics import Metric, metric
from checker.cloudwatch.patterns import Matcher, matcher

MINUTE = 60_000
KEYS = {"MetricNamespace", "MetricName", "MetricValue", "DefaultValue", "Dimensions", "Unit"}


@dataclass(frozen=True)
class MetricFilter:
    """One filter with its one metric."""

    pattern: str
    matches: Matcher
    metric: Metric
    value: str
    default: float | None

    def counted(self, events: Iterable[tuple[int, str]]) -> dict[int, float]:
        """The metric's sum per minute; without a default value a minute without a match has none."""
        found: dict[int, float] = {}
        for at, message in events:
            minute = at // MINUTE * MINUTE
            if self.matches(message):
                if (value := self._value(message)) is not None:
                    found[minute] = found.get(minute, 0.0) + value
            elif self.default is not None:
                found[minute] = found.get(minute, 0.0) + self.default
        return found

    def _value(self, message: str) -> float | None:
        if not self.value.startswith("$"):
            return float(self.value)
        values = [as_number(one) for one in select_values(self.value, json.loads(message))]
        return next((one for one in values if one is not None), None)


def read_filter(given: Mapping[str, Any]) -> MetricFilter:
    """The filter of a template's or a call's properties; raises Refused, with the key, for what AWS refuses."""
    pattern = given.get("FilterPattern")
    if isinstance(pattern, Mapping):
        raise Refused(
            "FilterPattern is a mapping: to YAML a brace begins one. In single quotes it is a text.", "FilterPattern"
        )
    if not isinstance(pattern, str):
        raise Refused("FilterPattern is missing; it must be a text.", "FilterPattern")
    try:
        matches = matcher(pattern)
    except Refused as refused:
        raise Refused(str(refused), "FilterPattern") from None
    transformations = given.get("MetricTransformations")
    if not isinstance(transformations, list) or len(transformations) != 1 or not isinstance(transformations[0], dict):
        raise Refused("MetricTransformations must be a list of one object.", "MetricTransformations")
    one = transformations[0]
    unknown = next((key for key in one if key not in KEYS), "")
    if unknown:
        raise Refused(f"{unknown} is no part of a metric transformation.", "MetricTransformations")
    for key in ("MetricNamespace", "MetricName", "MetricValue"):
        if one.get(key) in (None, ""):
            raise Refused(f"{key} is missing.", key)
    if one.get("Dimensions") and "DefaultValue" in one:
        raise Refused("A filter with Dimensions cannot have a DefaultValue.", "DefaultValue")
    value = str(one["MetricValue"])
    if not value.startswith("$") and as_number(value) is None:
        raise Refused(
            f"MetricValue is {value!r}; a number or a selector such as $.latency_ms is expected.", "MetricValue"
        )
    default = as_number(one["DefaultValue"]) if "DefaultValue" in one else None
    return MetricFilter(pattern, matches, metric(str(one["MetricNamespace"]), str(one["MetricName"])), value, default)
