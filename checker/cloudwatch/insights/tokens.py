"""Cuts a query into tokens, command by command. Comments are lines that begin with #."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.cloudwatch.errors import Refused

TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<period>\d+[A-Za-z]+\b)
    | (?P<number>\d+(?:\.\d+)?)
    | `(?P<quoted>[^`]+)`
    | (?P<name>[@A-Za-z_][\w.@]*)
    | (?P<sign>=~|<=|>=|!=|[=<>+\-*/^%(),\[\]|])
    )""",
    re.VERBOSE,
)
REGEX = re.compile(r"\s*/(?P<regex>(?:[^/\\]|\\.)*)/")
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


@dataclass(frozen=True)
class Token:
    """One token: its kind, its text, and where it stands in the query."""

    kind: str
    text: str
    begin: int
    end: int

    def says(self, *words: str) -> bool:
        return self.kind in ("name", "sign") and self.text.lower() in words


END = Token("end", "", -1, -1)


def cut(query: str) -> tuple[str, list[list[Token]]]:
    """The query without its comments, and its commands, each a list of tokens."""
    text = COMMENT.sub(lambda match: " " * len(match[0]), query)
    commands: list[list[Token]] = [[]]
    place = 0
    while text[place:].strip():
        token = _next(text, place, commands[-1])
        place = token.end
        if token.says("|"):
            commands.append([])
        else:
            commands[-1].append(token)
    return text, [command for command in commands if command]


def _next(text: str, place: int, before: list[Token]) -> Token:
    match = REGEX.match(text, place) if _regex_may_follow(before) else None
    match = match or TOKEN.match(text, place)
    if not match:
        raise Refused(f"{text[place:].strip()[:20]!r} cannot be read.")
    kind = str(match.lastgroup)
    return Token("name" if kind == "quoted" else kind, match[kind], match.start(kind), match.end())


def _regex_may_follow(before: list[Token]) -> bool:
    """A slash begins a regular expression after like and =~, and in a parse command; elsewhere it divides."""
    return bool(before) and (before[-1].says("like", "=~") or before[0].says("parse"))
