"""Runs rules over a stretch of time: which alert was pending when, when it fired, and what was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from checker.promql.dialect import CURRENT, Dialect
from checker.promql.evaluate import MINUTE, Evaluator, samples_at
from checker.promql.labels import Labels, labels_of, without_name
from checker.promql.read import parse, selectors
from checker.promql.rules import Group, Rule
from checker.promql.series import Database, Sample

OF_LABEL = re.compile(r"\{\{\s*(?:\$labels|\.Labels)\.(\w+)\s*\}\}")
OF_VALUE = re.compile(r"\{\{[^}]*(?:\$value|\.Value)[^}]*\}\}")


@dataclass(frozen=True)
class Alert:
    """One alert at one evaluation: `since` is when its query first gave it, `firing` whether `for` is over."""

    time: int
    name: str
    labels: Labels
    since: int
    firing: bool


@dataclass
class History:
    """Every alert of every evaluation, in order of time."""

    alerts: list[Alert] = field(default_factory=list)

    def of(self, name: str) -> list[Alert]:
        return [alert for alert in self.alerts if alert.name == name]

    def first_firing(self, name: str, *, after: int = 0) -> int | None:
        """When an alert of this name fired for the first time from a moment on; None when it never did."""
        return min((one.time for one in self.of(name) if one.firing and one.time >= after), default=None)

    def pending(self, name: str) -> list[int]:
        """The moments at which an alert of this name waited for its `for` to be over."""
        return sorted({one.time for one in self.of(name) if not one.firing})


@dataclass
class _Active:
    since: int
    firing: bool = False
    kept_since: int | None = None


class _Run:
    """The state of all rules between two evaluations."""

    def __init__(self, database: Database, dialect: Dialect, step: int, written: set[str]) -> None:
        """`written` are the names of all series that these rules write themselves."""
        self.database, self.evaluator, self.names = database, Evaluator(database, dialect, step=step), written
        # By the rule's own object: its labels make it a key of no dict.
        self.ahead: dict[int, dict[int, list[Sample]]] = {}
        self.active: dict[int, dict[Labels, _Active]] = {}
        self.written: dict[int, set[Labels]] = {}
        self.history = History()

    def step(self, rule: Rule, time: int, moments: Sequence[int]) -> None:
        """Evaluate a rule at one of its moments, and do what it says."""
        samples = self._given(rule, time, moments)
        if rule.is_alert:
            self._alert(rule, time, samples)
        else:
            name = rule.name
            self._write(rule, time, [Sample(_relabelled(one, rule, name), one.value) for one in samples])

    def _given(self, rule: Rule, time: int, moments: Sequence[int]) -> list[Sample]:
        """What the query gives: computed for the whole stretch at once, where no rule writes what it reads."""
        if id(rule) not in self.ahead and not self._reads_written(rule):
            found = self.evaluator.range(rule.expr, moments)
            self.ahead[id(rule)] = {moment: samples_at(found, place) for place, moment in enumerate(moments)}
        given = self.ahead.get(id(rule))
        return self.evaluator.query(rule.expr, time) if given is None else given[time]

    def _reads_written(self, rule: Rule) -> bool:
        # A pattern in place of a name may fit to anything.
        return any(not one.name or one.name in self.names for one in selectors(parse(rule.expr)))

    def fires(self, name: str, time: int) -> bool:
        """Whether an alert of this name fires at the moment that was evaluated last."""
        latest = takewhile(lambda one: one.time == time, reversed(self.history.alerts))
        return any(one.firing and one.name == name for one in latest)

    def _write(self, rule: Rule, time: int, samples: Iterable[Sample]) -> None:
        """Store what a rule says; what it no longer says ends there."""
        now = set()
        for sample in samples:
            now.add(sample.labels)
            self.database.add(sample.labels, time, sample.value)
        for labels in self.written.get(id(rule), set()) - now:
            self.database.add(labels, time, None)
        self.written[id(rule)] = now

    def _alert(self, rule: Rule, time: int, samples: Sequence[Sample]) -> None:
        active = self.active.setdefault(id(rule), {})
        given = {_relabelled(sample, rule, "", alertname=rule.name) for sample in samples}
        for labels in given:
            active.setdefault(labels, _Active(time)).kept_since = None
        for labels in [one for one in active if one not in given]:
            if not _keeps_firing(active[labels], rule, time):
                del active[labels]
        for one in active.values():
            one.firing = one.firing or time - one.since >= rule.hold
        alerts = [Alert(time, rule.name, labels, one.since, one.firing) for labels, one in active.items()]
        self.history.alerts += sorted(alerts, key=lambda alert: alert.labels)
        self._write(rule, time, [Sample(_own_series(alert), 1.0) for alert in alerts])


def run(
    groups: Sequence[Group], database: Database, *, end: int, begin: int = 0, every: int = 0,
    dialect: Dialect = CURRENT, until_fires: str = "",
) -> History:  # fmt: skip
    """Evaluate all groups from `begin` to `end`, each in its own interval, or in `every` when that is given.

    Groups are evaluated in their order and write into `database` what they record, ALERTS included. It ends early,
    at the moment when the alert `until_fires` fires for the first time.
    """
    written = {"ALERTS"} | {rule.name for group in groups for rule in group.rules if not rule.is_alert}
    shortest = min((group.interval for group in groups), default=MINUTE)
    state = _Run(database, dialect, every or shortest, written)
    stretches = [_moments(begin, end, every or group.interval) for group in groups]
    for moment in sorted(set().union(*stretches)):
        for group, moments in zip(groups, stretches, strict=True):
            if moment % (every or group.interval) == 0:
                for rule in group.rules:
                    state.step(rule, moment, moments)
        if until_fires and state.fires(until_fires, moment):
            break
    return state.history


def _moments(begin: int, end: int, interval: int) -> range:
    return range(-(-begin // interval) * interval, end + 1, interval)


def _keeps_firing(one: _Active, rule: Rule, time: int) -> bool:
    if not one.firing or not rule.keep_firing:
        return False
    if one.kept_since is None:
        one.kept_since = time
    return time - one.kept_since < rule.keep_firing


def _relabelled(sample: Sample, rule: Rule, name: str, **more: str) -> Labels:
    before = dict(without_name(sample.labels))
    own = {label: _filled(text, before, sample.value) for label, text in rule.labels.items()}
    return labels_of(before | own | more, name)


def _filled(text: str, labels: dict[str, str], value: float) -> str:
    """The templates that change whose alert it is: a label's value, and the value, in whatever form it is printed."""
    text = OF_LABEL.sub(lambda found: labels.get(found[1], ""), text)
    return OF_VALUE.sub(repr(value), text)


def _own_series(alert: Alert) -> Labels:
    state = "firing" if alert.firing else "pending"
    return labels_of(dict(alert.labels) | {"alertstate": state}, "ALERTS")
