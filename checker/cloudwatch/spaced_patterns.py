"""Space-delimited filter patterns: `[ip, user, ..., request = *.html*, status = 4*, bytes]`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from checker.cloudwatch.conditions import condition
from checker.cloudwatch.errors import Refused

# Brackets and double quotes hold one field together.
WORDS = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')
CONDITION = re.compile(
    r"""\s*(?P<name>[\w-]+)\s*(?P<operator><=|>=|!=|=|<|>)\s*(?P<value>"(?:[^"\\]|\\.)*"|%[^%]*%|[^\s,&|]+)\s*"""
)
ELLIPSIS = "..."


@dataclass(frozen=True)
class Field:
    """One place of the pattern: its name and, each alternative a list, the conditions on its value."""

    name: str
    alternatives: tuple[tuple[Callable[[str], bool], ...], ...] = ()

    def takes(self, word: str) -> bool:
        return not self.alternatives or any(all(holds(word) for holds in every) for every in self.alternatives)


def spaced_matcher(pattern: str) -> Callable[[str], bool]:
    """Return what decides whether a log event of words matches, place by place."""
    if not pattern.endswith("]"):
        raise Refused("A space-delimited pattern begins with [ and ends with ].")
    places = [field for part in _split(pattern[1:-1], ",") for field in _fields(part.strip())]
    names = [field.name for field in places]
    if names.count(ELLIPSIS) > 1:
        raise Refused("A space-delimited pattern may hold ... once.")
    at = names.index(ELLIPSIS) if ELLIPSIS in names else len(places)
    front, back = places[:at], places[at + 1 :]
    return lambda event: _matches(_words(event), front, back, open_end=ELLIPSIS not in names)


def _matches(words: list[str], front: list[Field], back: list[Field], *, open_end: bool) -> bool:
    if len(words) < len(front) + len(back):
        return False
    # Without ... the last field takes what is left: [w1=ERROR, w2] matches a sentence that begins with ERROR.
    if open_end and len(words) > len(front):
        words = [*words[: len(front) - 1], " ".join(words[len(front) - 1 :])]
    begins = all(field.takes(word) for field, word in zip(front, words, strict=False))
    return begins and all(field.takes(word) for field, word in zip(reversed(back), reversed(words), strict=False))


def _words(event: str) -> list[str]:
    return [next(part for part in match.groups() if part is not None) for match in WORDS.finditer(event)]


def _fields(part: str) -> list[Field]:
    if part == ELLIPSIS or re.fullmatch(r"[\w-]*", part):
        return [Field(part)]
    found: dict[str, list[tuple[Callable[[str], bool], ...]]] = {}
    for alternative in part.split("||"):
        holding: dict[str, list[Callable[[str], bool]]] = {}
        for text in alternative.split("&&"):
            match = CONDITION.fullmatch(text)
            if not match:
                raise Refused(f"{text.strip()!r} is no condition such as status = 4*.")
            holding.setdefault(match["name"], []).append(condition(match["operator"], match["value"]))
        for name, conditions in holding.items():
            found.setdefault(name, []).append(tuple(conditions))
    # AWS's page has `status_code = 4* && bytes > 1000` as its last field: bytes is the field after it.
    if len(found) > 1 and "||" in part:
        raise Refused(f"{part!r} names two fields in one condition with ||.")
    return [Field(name, tuple(alternatives)) for name, alternatives in found.items()]


def _split(text: str, sign: str) -> list[str]:
    """Split at a sign, but not inside quotes or a regular expression."""
    parts, begin = [], 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|%[^%]*%|' + re.escape(sign), text):
        if match[0] == sign:
            parts.append(text[begin : match.start()])
            begin = match.end()
    return [*parts, text[begin:]]
