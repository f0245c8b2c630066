"""Reads a file of rules as Prometheus does: an unknown key, a missing query or a bad duration is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from checker.promql.durations import milliseconds
from checker.promql.errors import CannotFollow, QueryRefused, RulesRefused
from checker.promql.read import parse

METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
GROUP_KEYS = ("name", "interval", "limit", "query_offset", "rules", "labels")
RULE_KEYS = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
# Of a rule that records; the others make sense for an alert only.
RECORD_KEYS = ("record", "expr", "labels")
MINUTE = 60_000


@dataclass(frozen=True)
class Rule:
    """One rule. Durations are milliseconds; `path` leads to it in the parsed file."""

    name: str
    expr: str
    is_alert: bool
    hold: int = 0
    keep_firing: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated one after the other, every `interval` milliseconds."""

    name: str
    interval: int
    rules: tuple[Rule, ...]


def read_groups(data: Any, *, interval: int = MINUTE) -> list[Group]:
    """The groups of a parsed file; `interval` is Prometheus' own, for groups that name none.

    Raises RulesRefused for what `promtool check rules` refuses. A query that is not computed here passes.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("groups"), list):
        raise RulesRefused("A file of rules has the key groups, and below it a list.")
    _known(data, ("groups",), ())
    groups = [_group(one, number, interval) for number, one in enumerate(data["groups"])]
    names = [group.name for group in groups]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise RulesRefused(f"Two groups have the name {name!r}.", "groups", number)
    return groups


def recording(groups: Sequence[Group], *, for_: Sequence[Group]) -> list[Group]:
    """What these groups record, without their alerts, when rules of others read any of it; else nothing."""
    read = " ".join(rule.expr for group in for_ for rule in group.rules)
    kept = [replace(group, rules=tuple(rule for rule in group.rules if not rule.is_alert)) for group in groups]
    return kept if any(rule.name in read for group in kept for rule in group.rules) else []


def _group(data: Any, number: int, interval: int) -> Group:
    path = ("groups", number)
    if not isinstance(data, Mapping):
        raise RulesRefused("A group is a mapping with name and rules.", *path)
    _known(data, GROUP_KEYS, path)
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise RulesRefused("A group needs a name.", *path)
    rules = data.get("rules") or []
    if not isinstance(rules, list):
        raise RulesRefused("The rules of a group are a list.", *path, "rules")
    every = _duration(data, "interval", path) or interval
    return Group(data["name"], every, tuple(_rule(one, (*path, "rules", place)) for place, one in enumerate(rules)))


def _rule(data: Any, path: tuple[str | int, ...]) -> Rule:
    if not isinstance(data, Mapping):
        raise RulesRefused("A rule is a mapping with alert or record, and expr.", *path)
    _known(data, RULE_KEYS, path)
    kinds = [key for key in ("alert", "record") if data.get(key)]
    if len(kinds) != 1:
        raise RulesRefused("A rule has one of alert and record, and not both.", *path)
    is_alert, name = kinds[0] == "alert", str(data[kinds[0]])
    if not is_alert:
        _known(data, RECORD_KEYS, path)
        if not METRIC.fullmatch(name):
            raise RulesRefused(f"{name!r} is no name for a recorded metric.", *path, "record")
    expr = data.get("expr")
    if expr is None or isinstance(expr, bool | Mapping | list) or not str(expr).strip():
        raise RulesRefused(f"The rule {name!r} has no query in expr.", *path)
    _parses(str(expr), path)
    return Rule(
        name, str(expr), is_alert,
        _duration(data, "for", path), _duration(data, "keep_firing_for", path),
        _texts(data, "labels", path), _texts(data, "annotations", path), path,
    )  # fmt: skip


def _parses(expr: str, path: tuple[str | int, ...]) -> None:
    try:
        parse(expr)
    except QueryRefused as refused:
        raise RulesRefused(str(refused), *path, "expr") from None
    except CannotFollow:
        # Prometheus takes it, and whoever evaluates the rule is told.
        pass


def _duration(data: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> int:
    if data.get(key) is None:
        return 0
    found = milliseconds(data[key])
    if found is None:
        raise RulesRefused(f"{data[key]!r} is no duration; 5m and 1h30m are.", *path, key)
    return found


def _texts(data: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> dict[str, str]:
    given = data.get(key) or {}
    if not isinstance(given, Mapping):
        raise RulesRefused(f"{key} is a mapping of names to texts.", *path, key)
    for name, value in given.items():
        if not isinstance(name, str) or not LABEL.fullmatch(name):
            raise RulesRefused(f"{name!r} is no name for a label.", *path, key)
        if isinstance(value, Mapping | list):
            raise RulesRefused(f"{name} in {key} is no text.", *path, key, name)
    return {str(name): "" if value is None else str(value) for name, value in given.items()}


def _known(data: Mapping[str, Any], keys: tuple[str, ...], path: tuple[str | int, ...]) -> None:
    for key in data:
        if key not in keys:
            raise RulesRefused(f"The key {key!r} is not known here; {', '.join(keys)} are.", *path, str(key))
