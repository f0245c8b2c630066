"""Runs rules over a stretch of time: which alert was pending when, when it fired, and what was recorded."""

from __future__ import annotations

import re
from collections import Counter
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

    def __init__(self, database: Database, dialect: Dialect, step: int) -> None:
        self.database, self.evaluator = database, Evaluator(database, dialect, step=step)
        # By the rule's own object: its labels make it a key of no dict.
        self.given: dict[int, dict[int, list[Sample]]] = {}
        self.done: set[int] = set()
        self.active: dict[int, dict[Labels, _Active]] = {}
        self.written: dict[int, set[Labels]] = {}
        self.history = History()

    def look_ahead(self, rules: Sequence[tuple[Rule, Sequence[int]]]) -> None:
        """Evaluate for its whole stretch at once each rule that reads nothing which is not written yet.

        What it records is written at once too, unless a rule before it reads that: such a rule sees it a step later.
        """
        unwritten = Counter(rule.name for rule, _ in rules if not rule.is_alert) + Counter(["ALERTS"])
        waited_for: set[str] = set()
        for rule, moments in rules:
            # The name is empty where a pattern stands in its place, which may fit to anything.
            reads = {one.name for one in selectors(parse(rule.expr))}
            if "" in reads or any(unwritten[name] for name in reads):
                waited_for |= reads
                continue
            found = self.evaluator.range(rule.expr, moments)
            given = {moment: samples_at(found, place) for place, moment in enumerate(moments)}
            if rule.is_alert or waited_for & {rule.name, ""}:
                self.given[id(rule)] = given
                continue
            for moment in moments:
                self._record(rule, moment, given[moment])
            self.done.add(id(rule))
            unwritten[rule.name] -= 1

    def step(self, rule: Rule, time: int) -> None:
        """Evaluate a rule at one of its moments, and do what it says."""
        if id(rule) in self.done:
            return
        given = self.given.get(id(rule))
        samples = self.evaluator.query(rule.expr, time) if given is None else given[time]
        if rule.is_alert:
            self._alert(rule, time, samples)
        else:
            self._record(rule, time, samples)

    def _record(self, rule: Rule, time: int, samples: Sequence[Sample]) -> None:
        self._write(rule, time, [Sample(_relabelled(one, rule, rule.name), one.value) for one in samples])

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
    shortest = min((group.interval for group in groups), default=MINUTE)
    state = _Run(database, dialect, every or shortest)
    stretches = [_moments(begin, end, every or group.interval) for group in groups]
    paired = list(zip(groups, stretches, strict=True))
    state.look_ahead([(rule, moments) for group, moments in paired for rule in group.rules])
    for moment in sorted(set().union(*stretches)):
        for group, moments in paired:
            if moment in moments:
                for rule in group.rules:
                    state.step(rule, moment)
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
