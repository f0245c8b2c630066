"""Rules of composite alarms: `ALARM("errors") AND NOT ALARM("deploying")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from checker.cloudwatch.alarms import ALARM, INSUFFICIENT, OK, refuse_unknown
from checker.cloudwatch.errors import Refused

TOKEN = re.compile(
    r"""\s*(?P<token>(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"[^"]+"|'[^']+'|[^()"'\s]+)\s*\)|[()]|\w+)"""
)
STATE = re.compile(r"""(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["']?([^"')]+?)["']?\s*\)""")
# What a template may say of a composite alarm.
KEYS = {
    "ActionsEnabled", "ActionsSuppressor", "ActionsSuppressorExtensionPeriod", "ActionsSuppressorWaitPeriod",
    "AlarmActions", "AlarmDescription", "AlarmName", "AlarmRule", "InsufficientDataActions", "OKActions", "Tags",
}  # fmt: skip
States = Mapping[str, str]
Test = Callable[[States], bool]


def read_properties(given: Iterable[str]) -> None:
    """Raises Refused, with the key, for a property that no composite alarm has."""
    refuse_unknown(given, KEYS, "a composite alarm")


def read_rule(rule: str) -> tuple[Test, list[str]]:
    """What decides whether the rule holds for the states of alarms by name, and the names in it."""
    tokens, names = [], []
    place = 0
    while rule[place:].strip():
        match = TOKEN.match(rule, place)
        if not match:
            raise Refused(f"{rule[place:].strip()[:20]!r} cannot be read in an AlarmRule.", "AlarmRule")
        tokens.append(match["token"])
        place = match.end()
        if state := STATE.fullmatch(match["token"]):
            names.append(state[2])
    test = _either(tokens)
    if tokens:
        raise Refused(f"{tokens[0]!r} stands where AND, OR or the end is expected.", "AlarmRule")
    return test, names


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda states: any(test(states) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda states: all(test(states) for test in tests)


def _one(tokens: list[str]) -> Test:
    token = tokens.pop(0) if tokens else "the end"
    if token == "NOT":
        inner = _one(tokens)
        return lambda states: not inner(states)
    if token == "(":
        inner = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise Refused("A parenthesis is opened and not closed.", "AlarmRule")
        return inner
    if token in ("TRUE", "FALSE"):
        return lambda states: token == "TRUE"
    state = STATE.fullmatch(token)
    if not state:
        raise Refused(f"{token!r} stands where {ALARM}(…), {OK}(…) or {INSUFFICIENT}(…) is expected.", "AlarmRule")
    return lambda states: states.get(state[2]) == state[1]
