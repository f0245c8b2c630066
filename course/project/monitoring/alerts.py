"""Evaluates the rules as time goes on: an alert is pending while its `for` runs, then it fires, then it is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from checker.promql import Database, Evaluator, Group, Labels, Rule, Sample, read_groups, without_name

_OF_LABEL = re.compile(r"\{\{ *\$labels\.(\w+) *\}\}")
RULES = Path(__file__).with_name("rules.yml")


@dataclass(frozen=True)
class Change:
    """An alert began to fire, or is over. Times are milliseconds."""

    time: int
    name: str
    labels: Labels
    firing: bool


def read_rules(path: Path = RULES) -> list[Group]:
    """The groups of a file of rules."""
    return read_groups(yaml.safe_load(path.read_text(encoding="utf-8")))


class Alerts:
    """The state of all alerts over a database that grows."""

    def __init__(self, groups: Sequence[Group], database: Database) -> None:
        self.rules = [rule for group in groups for rule in group.rules if rule.is_alert]
        self.changes: list[Change] = []
        self._evaluator = Evaluator(database)
        self._since: dict[tuple[str, Labels], int] = {}
        self._firing: set[tuple[str, Labels]] = set()

    @property
    def firing(self) -> list[str]:
        """The names of the alerts that fire now, each once."""
        return sorted({name for name, _ in self._firing})

    def look(self, time: int) -> list[Change]:
        """Evaluate every rule; what has changed."""
        changed = [change for rule in self.rules for change in self._look_at(rule, time)]
        self.changes += changed
        return changed

    def query(self, text: str, time: int) -> list[Sample]:
        """What any query gives at a moment."""
        return self._evaluator.query(text, time)

    def summary(self, change: Change) -> str:
        """What an alert says, with the labels that its text names."""
        text = next(rule.annotations.get("summary", "") for rule in self.rules if rule.name == change.name)
        return _OF_LABEL.sub(lambda found: dict(change.labels).get(found[1], ""), text)

    def _look_at(self, rule: Rule, time: int) -> list[Change]:
        given = {(rule.name, without_name(one.labels)) for one in self._evaluator.query(rule.expr, time)}
        changed = []
        for key in given:
            since = self._since.setdefault(key, time)
            if key not in self._firing and time - since >= rule.hold:
                self._firing.add(key)
                changed.append(Change(time, *key, firing=True))
        for key in [one for one in self._since if one[0] == rule.name and one not in given]:
            del self._since[key]
            if key in self._firing:
                self._firing.discard(key)
                changed.append(Change(time, *key, firing=False))
        return changed
