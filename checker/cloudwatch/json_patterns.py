"""JSON filter patterns: `{ ($.level = "ERROR") && ($.latency_ms > 500) }`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.cloudwatch.conditions import OPERATORS, Condition, condition
from checker.cloudwatch.errors import Refused

TOKEN = re.compile(
    r"""\s*(?P<token>
      \$(?:\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.[\w-]+|\.\*)+   # a selector
    | "(?:[^"\\]|\\.)*" | %[^%]*%                              # a text, a regular expression
    | && | \|\| | [()] | <= | >= | != | = | < | >
    | [\w.*:/@+-]+                                             # a bare text or number
    )""",
    re.VERBOSE,
)
STEP = re.compile(
    r"""\.?\[(?:(?P<index>\d+)|(?P<any>\*)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\]|\.(?P<name>[\w-]+|\*)"""
)
# A text without quotes; AND and OR are written with signs.
BARE = re.compile(r"(?!(?:AND|OR)$)[\w.*:/@+-]+")
FLAGS = {"NULL": None, "TRUE": True, "FALSE": False}
Test = Callable[[Any], bool]


def json_matcher(pattern: str) -> Callable[[str], bool]:
    """Return what decides whether a log event that is one JSON object matches."""
    if not pattern.endswith("}"):
        raise Refused("A JSON pattern begins with { and ends with }.")
    reader = _Reader(pattern[1:-1])
    test = reader.either()
    reader.end()

    def matches(event: str) -> bool:
        if not event.lstrip().startswith("{"):
            return False
        try:
            return test(json.loads(event))
        except ValueError:
            return False

    return matches


def select_values(selector: str, event: Any) -> list[Any]:
    """What a selector such as `$.latency_ms` finds in an event."""
    return _selector(selector)(event)


class _Reader:
    """Recursive descent over the tokens; `&&` binds closer than `||`."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.place += 1
        return token

    def end(self) -> None:
        if self.peek():
            raise Refused(f"{self.peek()!r} stands where && or || or the end is expected.")

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "||":
            self.take()
            tests.append(self.both())
        return lambda event: any(test(event) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.peek() == "&&":
            self.take()
            tests.append(self.one())
        return lambda event: all(test(event) for test in tests)

    def one(self) -> Test:
        token = self.take()
        if token == "(":
            test = self.either()
            if self.take() != ")":
                raise Refused("A parenthesis is opened and not closed.")
            return test
        if not token.startswith("$"):
            raise Refused(f"{token!r} stands where a selector such as $.level is expected.")
        return self.comparison(_selector(token))

    def comparison(self, select: Callable[[Any], list[Any]]) -> Test:
        operator = self.take()
        if operator == "IS":
            flag = self.take()
            if flag not in FLAGS:
                raise Refused(f"IS takes NULL, TRUE or FALSE, not {flag!r}.")
            return lambda event: any(found is FLAGS[flag] for found in select(event))
        if operator == "NOT":
            if self.take() != "EXISTS":
                raise Refused("NOT stands before EXISTS only.")
            return lambda event: not select(event)
        if operator not in OPERATORS:
            raise Refused(f"{operator!r} is no operator; = != < <= > >=, IS and NOT EXISTS are.")
        value = self.take()
        if value == operator == "=":
            raise Refused("== is no operator; = is.")
        if not value or value in ("&&", "||", "(", ")") or value in OPERATORS:
            raise Refused(f"Nothing to compare with stands after {operator}.")
        if BARE.fullmatch(value) and BARE.fullmatch(self.peek()):
            raise Refused(f"{value!r} and {self.peek()!r} stand side by side; a text of several words needs quotes.")
        return _compares(select, condition(operator, value))


def _compares(select: Callable[[Any], list[Any]], holds: Condition) -> Test:
    # A selector that points to an object, an array or null fits no comparison, not even !=.
    return lambda event: any(holds(one) for one in select(event) if isinstance(one, str | int | float))


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if not match:
            raise Refused(f"{text[place:].strip()[:30]!r} cannot be read; other signs than letters need quotes.")
        found.append(match["token"])
        place = match.end()
    return found


def _selector(text: str) -> Callable[[Any], list[Any]]:
    steps = [_step(match) for match in STEP.finditer(text, 1)]
    if sum(step == "*" for step in steps) > 1:
        raise Refused(f"{text} has two stars; a selector may have one.")

    def select(event: Any) -> list[Any]:
        found = [event]
        for step in steps:
            found = [inner for one in found for inner in _into(one, step)]
        return found

    return select


def _step(match: re.Match[str]) -> str | int:
    if match["index"]:
        return int(match["index"])
    return next(part for part in (match["any"], match["single"], match["double"], match["name"]) if part is not None)


def _into(value: Any, step: str | int) -> Iterator[Any]:
    if step == "*":
        yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield value[step]
    elif isinstance(value, dict) and step in value:
        yield value[step]
