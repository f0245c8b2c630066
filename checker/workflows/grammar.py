"""Parses GitHub's expressions: what stands between ${{ and }}, as a tree of parts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

NUMBER = r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|Infinity\b)|NaN\b"
TOKEN = re.compile(
    rf"\s*(?:(?P<number>{NUMBER})"
    r"|(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!().,\[\]*]))"
)
MAX_BRACKETS = 100
LITERALS = {"true": True, "false": False, "null": None}


class ExpressionError(ValueError):
    """The text is no expression."""


@dataclass(frozen=True)
class Node:
    """One part of a parsed expression: its kind, its value (a name, a literal, a sign), and the parts below it."""

    kind: str
    value: Any = None
    parts: tuple[Node, ...] = ()

    def walk(self) -> list[Node]:
        return [self, *(inner for part in self.parts for inner in part.walk())]


def parse(text: str) -> Node:
    """Read an expression without its ${{ }}. Raises ExpressionError naming what is not understood."""
    if text.count("(") + text.count("[") > MAX_BRACKETS:
        raise ExpressionError(f"it has more than {MAX_BRACKETS} brackets")
    return _Parser(text).whole()


def number(text: str) -> float:
    """A number as GitHub reads it; NaN for a text that is none."""
    stripped = text.strip()
    if not re.fullmatch(NUMBER, stripped):
        return math.nan
    sign, bare = (-1.0, stripped[1:]) if stripped.startswith("-") else (1.0, stripped.lstrip("+"))
    return sign * (int(bare, 0) if bare[:2] in ("0x", "0o") else float(bare))


class _Parser:
    """Precedence from loose to tight: ||, &&, == and !=, < and its kin, !, then . [ ] and calls."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.place = 0

    def whole(self) -> Node:
        node = self._either()
        if self.place < len(self.tokens):
            raise ExpressionError(f"{self.tokens[self.place][1]!r} does not belong here")
        return node

    def _take(self, *signs: str) -> str:
        kind, value = self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")
        if kind == "sign" and value in signs:
            self.place += 1
            return str(value)
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"{sign!r} is missing")

    def _either(self) -> Node:
        node = self._both()
        while self._take("||"):
            node = Node("||", parts=(node, self._both()))
        return node

    def _both(self) -> Node:
        node = self._equal()
        while self._take("&&"):
            node = Node("&&", parts=(node, self._equal()))
        return node

    def _equal(self) -> Node:
        node = self._ordered()
        while sign := self._take("==", "!="):
            node = Node("compare", sign, (node, self._ordered()))
        return node

    def _ordered(self) -> Node:
        node = self._negated()
        while sign := self._take("<", "<=", ">", ">="):
            node = Node("compare", sign, (node, self._negated()))
        return node

    def _negated(self) -> Node:
        return Node("not", parts=(self._negated(),)) if self._take("!") else self._after(self._first())

    def _first(self) -> Node:
        if self._take("("):
            node = self._either()
            self._need(")")
            return node
        if self.place >= len(self.tokens):
            raise ExpressionError("something is missing at its end")
        kind, value = self.tokens[self.place]
        self.place += 1
        if kind == "sign":
            raise ExpressionError(f"{value!r} does not belong here")
        if kind != "name":
            return Node("literal", value)
        if self._take("("):
            return Node("call", str(value).lower(), self._arguments())
        return Node("literal", LITERALS[value]) if value in LITERALS else Node("name", value)

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take(")"):
            if found:
                self._need(",")
            found.append(self._either())
        return tuple(found)

    def _after(self, node: Node) -> Node:
        while sign := self._take(".", "["):
            if self._take("*"):
                node = Node("star", parts=(node,))
            elif sign == "[":
                node = Node("index", parts=(node, self._either()))
            else:
                kind, value = self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")
                if kind != "name":
                    raise ExpressionError("a name is missing after the dot")
                self.place += 1
                node = Node("index", parts=(node, Node("literal", value)))
            if sign == "[":
                self._need("]")
        return node


def _tokens(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    place = 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"{text[place:].strip()[:20]!r} is not understood")
        place = match.end()
        if match["number"]:
            found.append(("number", number(match["number"])))
        elif match["text"]:
            found.append(("text", match["text"][1:-1].replace("''", "'")))
        else:
            found.append(("name", match["name"]) if match["name"] else ("sign", match["sign"]))
    return found
