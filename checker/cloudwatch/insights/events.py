"""One log event: when it happened, its text, and the fields that Logs Insights discovers in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from checker.cloudwatch.insights.values import Moment


@dataclass(frozen=True)
class Event:
    """A log event. Fields of a JSON text are found by their path, with dots: `user.id`, `tags.0`."""

    at: int
    message: str
    known: dict[str, Any] = field(default_factory=dict, hash=False)

    @cached_property
    def fields(self) -> dict[str, Any]:
        found = {**self.known, "@timestamp": Moment(self.at), "@message": self.message}
        if self.message.lstrip().startswith("{"):
            try:
                _flatten(json.loads(self.message), "", found)
            except ValueError:
                pass
        return found


def from_text(at: int, message: str, **known: Any) -> Event:
    """A log event with its time in milliseconds since 1970."""
    return Event(at, message, known)


def _flatten(value: Any, path: str, found: dict[str, Any]) -> None:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        if value is not None:
            found[path] = value
        return
    for key, one in inside:
        _flatten(one, f"{path}.{key}" if path else str(key), found)
