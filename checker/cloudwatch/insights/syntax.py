"""Reads a query into commands and expressions. What is not evaluated here is Refused by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.insights.functions import AGGREGATES, FUNCTIONS
from checker.cloudwatch.insights.tokens import END, Token, cut

COMMANDS = ("fields", "display", "filter", "stats", "sort", "limit", "parse")
LISTED = "fields, display, filter, stats, sort, limit and parse"
# What people write who come from SQL, and what does it here.
COUNTERPARTS = {
    "select": "fields, and stats for what is counted", "where": "filter", "group": "stats … by", "order": "sort",
}  # fmt: skip
MAX_LIMIT = 10_000
# Lengths in milliseconds, and the names of each. AWS's page on stats: names of several letters may have an s.
UNITS = {
    1: ("ms", "msec", "millisecond"), 1000: ("s", "sec", "second"), 60_000: ("m", "min", "minute"),
    3_600_000: ("h", "hr", "hour"), 86_400_000: ("d", "day"), 604_800_000: ("w", "week"),
}  # fmt: skip
PRECEDENCE = (("or",), ("and",), ("compare",), ("+", "-"), ("*", "/", "%"), ("^",))
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Node:
    """One part of an expression: kind is literal, period, field, call, not, negate, or an operator."""

    kind: str
    value: Any = None
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Column:
    """An expression with the name of its column."""

    node: Node
    name: str


@dataclass(frozen=True)
class Command:
    """One command with what stands in it: columns, groups, the pattern of parse, the number of limit."""

    name: str
    columns: tuple[Column, ...] = ()
    groups: tuple[Column, ...] = ()
    descending: tuple[bool, ...] = ()
    number: int = 0
    pattern: re.Pattern[str] | None = None


def parse(query: str) -> list[Command]:
    """Return the commands of a query, in order; raises Refused."""
    text, commands = cut(query)
    if not commands:
        raise Refused("The query holds no command.")
    return [_Reader(text, tokens).command() for tokens in commands]


class _Reader:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.place = text, tokens, 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else END

    def take(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def accept(self, *words: str) -> bool:
        if self.peek().says(*words):
            self.place += 1
            return True
        return False

    def need(self, word: str) -> None:
        if not self.accept(word):
            raise Refused(f"{word!r} is missing before {self.peek().text or 'the end of the command'!r}.")

    def command(self) -> Command:
        token = self.take()
        name = token.text.lower()
        if token.kind != "name" or name not in COMMANDS:
            other = f" In place of {name} stands {COUNTERPARTS[name]}." if name in COUNTERPARTS else ""
            raise Refused(f"The command {token.text!r} is not evaluated here; {LISTED} are.{other}")
        command: Command = getattr(self, f"_{name}")()
        if self.peek() is not END:
            raise Refused(f"{self.peek().text!r} stands where the end of {name} or a | is expected.")
        return command

    def _fields(self) -> Command:
        return Command("fields", columns=self.columns())

    def _display(self) -> Command:
        return Command("display", columns=self.columns())

    def _filter(self) -> Command:
        return Command("filter", columns=(Column(self.expression(), ""),))

    def _stats(self) -> Command:
        columns = self.columns()
        groups = self.columns() if self.accept("by") else ()
        if not any(has_aggregate(column.node) for column in columns):
            raise Refused("stats needs a function such as count(*) or avg(field).")
        return Command("stats", columns=columns, groups=groups)

    def _sort(self) -> Command:
        found: list[Column] = []
        descending: list[bool] = []
        if self.peek().says("by") and self.peek(1).kind == "name" and not self.peek(1).says("asc", "desc"):
            raise Refused("sort has no by: the columns stand right behind sort.", "sort")
        while True:
            found.append(self.column())
            descending.append(self.accept("desc"))
            if not descending[-1]:
                self.accept("asc")
            if not self.accept(","):
                return Command("sort", columns=tuple(found), descending=tuple(descending))

    def _limit(self) -> Command:
        token = self.take()
        if token.kind != "number" or not 1 <= float(token.text) <= MAX_LIMIT:
            raise Refused(f"limit takes a number from 1 to {MAX_LIMIT}, not {token.text!r}.")
        return Command("limit", number=int(token.text))

    def _parse(self) -> Command:
        given = self.peek().kind not in ("text", "regex")
        field = self.expression() if given else Node("field", "@message")
        token = self.take()
        if token.says("logfmt"):
            raise Refused("parse … logfmt is not evaluated here; parse with a glob or a regular expression is.")
        if token.kind == "regex":
            self.accept("as")
            pattern = compiled(token.text)
            if not pattern.groupindex:
                raise Refused("parse with a regular expression needs a named group such as (?<user>\\w+).")
            return Command("parse", columns=(Column(field, ""),), pattern=pattern)
        if token.kind != "text":
            raise Refused("parse needs a text with stars, or a regular expression between slashes.")
        self.need("as")
        names = [self.take().text]
        while self.accept(","):
            names.append(self.take().text)
        pieces = unquoted(token.text).split("*")
        if len(pieces) - 1 != len(names):
            raise Refused(f"parse has {len(pieces) - 1} stars and {len(names)} names after as.")
        return Command("parse", (Column(field, ""), *(Column(field, name) for name in names)), pattern=_glob(pieces))

    def columns(self) -> tuple[Column, ...]:
        found = [self.column()]
        while self.accept(","):
            found.append(self.column())
        return tuple(found)

    def column(self) -> Column:
        first = self.peek()
        node = self.expression()
        last = self.tokens[self.place - 1]
        name = str(node.value) if node.kind == "field" else " ".join(self.text[first.begin : last.end].split())
        if self.accept("as"):
            name = self.take().text
        return Column(node, name)

    def expression(self, level: int = 0) -> Node:
        if level == 2 and self.accept("not"):
            return Node("not", parts=(self.expression(2),))
        if level == len(PRECEDENCE):
            return self.primary()
        if PRECEDENCE[level] == ("compare",):
            return self.comparison(level)
        node = self.expression(level + 1)
        while self.peek().says(*PRECEDENCE[level]):
            node = Node(self.take().text.lower(), parts=(node, self.expression(level + 1)))
        return node

    def comparison(self, level: int) -> Node:
        node = self.expression(level + 1)
        if self.peek().says("=") and self.peek(1).says("="):
            raise Refused("== is no operator of a query: one = compares.", "=")
        if self.peek().says(*COMPARISONS):
            return Node(self.take().text, parts=(node, self.expression(level + 1)))
        negated = self.peek().says("not") and self.peek(1).says("like", "in")
        if negated:
            self.take()
        if self.accept("like", "=~"):
            node = Node("like", self.searched(), (node,))
        elif self.accept("in"):
            node = Node("in", parts=(node, *self.members()))
        return Node("not", parts=(node,)) if negated else node

    def searched(self) -> re.Pattern[str]:
        token = self.take()
        if token.kind == "regex":
            return compiled(token.text)
        if token.kind != "text":
            raise Refused("like and =~ take a text in quotes or a regular expression between slashes.")
        return re.compile(re.escape(unquoted(token.text)))

    def members(self) -> list[Node]:
        self.need("[")
        found = [self.expression(3)]
        while self.accept(","):
            found.append(self.expression(3))
        self.need("]")
        return found

    def primary(self) -> Node:
        token = self.take()
        if token.says("("):
            node = self.expression()
            self.need(")")
            return node
        if token.says("-"):
            return Node("negate", parts=(self.primary(),))
        if token.kind == "number":
            return Node("literal", float(token.text) if "." in token.text else int(token.text))
        if token.kind == "period":
            return Node("period", _milliseconds(token.text))
        if token.kind == "text":
            return Node("literal", unquoted(token.text))
        if token.kind == "name":
            return self.call(token) if self.peek().says("(") else Node("field", token.text)
        raise Refused(f"{token.text or 'the end of the command'!r} stands where a field or a value is expected.")

    def call(self, token: Token) -> Node:
        known = {name.lower(): name for name in (*FUNCTIONS, *AGGREGATES, "bin")}
        if token.text.lower() not in known:
            raise Refused(f"The function {token.text}() is not evaluated here.")
        self.take()
        parts: list[Node] = []
        if self.accept("*"):
            pass
        elif not self.peek().says(")"):
            parts.append(self.expression())
            while self.accept(","):
                parts.append(self.expression())
        self.need(")")
        return Node("call", known[token.text.lower()], tuple(parts))


def has_aggregate(node: Node) -> bool:
    """Whether an expression counts over events rather than of one."""
    return (node.kind == "call" and node.value in AGGREGATES) or any(map(has_aggregate, node.parts))


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def compiled(text: str) -> re.Pattern[str]:
    """A regular expression with (?<name>…) groups; (?i) counts for the whole, wherever it stands."""
    source = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", text.replace("(?i)", ""))
    try:
        return re.compile(source, re.IGNORECASE if "(?i)" in text else 0)
    except re.error as error:
        raise Refused(f"The regular expression /{text}/ cannot be read: {error}.") from None


def _glob(pieces: list[str]) -> re.Pattern[str]:
    """A star takes as little as it can; the last one, where nothing follows, the rest."""
    inner = "(.*?)".join(map(re.escape, pieces))
    return re.compile(inner + ("$" if not pieces[-1] else ""), re.DOTALL)


def _milliseconds(text: str) -> int:
    match = re.fullmatch(r"(\d+)([A-Za-z]+)", text)
    assert match
    for length, names in UNITS.items():
        if int(match[1]) and match[2] in (*names, *(f"{name}s" for name in names if len(name) > 1)):
            return int(match[1]) * length
    raise Refused(f"The period {text} is not evaluated here; {', '.join(names[0] for names in UNITS.values())} are.")
