"""A line for a shell as a tree: lists of pipes, groups and conditions. Loops, case and jobs are Unclear.

The parser on PyPI, bashlex, is GPL and gives a tree without exit codes. The words are those of
`checker.dockerfile.shell`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from checker.dockerfile.shell import REDIRECT, tokens
from checker.script.programs import Ended

LOOPS = ("for", "while", "until", "case", "select", "function")
Tokens = list[tuple[str, str]]


class Unclear(Exception):
    """What a line does cannot be worked out here."""


@dataclass(frozen=True)
class Simple:
    """One program with its words, or assignments alone; `redirects` as they are written."""

    words: tuple[str, ...]
    redirects: tuple[str, ...] = ()

    def redirected(self, ended: Ended) -> Ended:
        """What is left for the pipe behind it."""
        return _redirected(ended, self.redirects)


@dataclass(frozen=True)
class Group:
    """`{ … }`, or with `own` `( … )`, which is a shell of its own."""

    items: tuple[AndOr, ...]
    own: bool
    redirects: tuple[str, ...] = ()

    def redirected(self, ended: Ended) -> Ended:
        return _redirected(ended, self.redirects)


@dataclass(frozen=True)
class If:
    """Conditions with their branches, and what happens when none holds."""

    branches: tuple[tuple[tuple[AndOr, ...], tuple[AndOr, ...]], ...]
    other: tuple[AndOr, ...]


Command = Simple | Group | If


@dataclass(frozen=True)
class Pipe:
    """Commands of which each reads what the one before writes. `merged`: with its errors too, as by |&."""

    commands: tuple[Command, ...]
    merged: tuple[bool, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class AndOr:
    """A pipe, and further ones behind && and ||."""

    first: Pipe
    rest: tuple[tuple[str, Pipe], ...] = ()


def parse(text: str) -> tuple[AndOr, ...]:
    """The list of a whole line or script."""
    parser = _Parser(list(tokens(text)))
    found = parser.items(())
    if parser.left:
        raise Unclear(f"{parser.left[0][1]!r} stands where a command is expected")
    return found


def _redirected(ended: Ended, redirects: tuple[str, ...]) -> Ended:
    for one in redirects:
        if one.startswith("2>&1") or one.startswith("2>"):
            ended = ended.merged() if one == "2>&1" else replace(ended, errors="")
        elif one.startswith("&>"):
            ended = replace(ended, output="", errors="")
        elif one.startswith((">&2", "1>&2")):
            ended = replace(ended, output="", errors=ended.errors + (ended.output or ""))
        elif re.match(r"1?>", one):
            ended = replace(ended, output="")
        else:
            raise Unclear(f"what {one} brings")
    return ended


class _Parser:
    def __init__(self, left: Tokens) -> None:
        self.left = left

    def items(self, until: tuple[str, ...]) -> tuple[AndOr, ...]:
        found = []
        while self._blank() and self.left[0][1] not in until:
            found.append(self._and_or())
            if self.left and self.left[0] == ("operator", "&"):
                raise Unclear("a command in the background")
        return tuple(found)

    def _blank(self) -> bool:
        """Pass over what ends a command; whether something is left."""
        while self.left and self.left[0] in (("operator", ";"), ("operator", "\n")):
            self.left.pop(0)
        return bool(self.left)

    def _and_or(self) -> AndOr:
        first, rest = self._pipe(), []
        while self.left and self.left[0] in (("operator", "&&"), ("operator", "||")):
            _, sign = self.left.pop(0)
            self._blank()
            rest.append((sign, self._pipe()))
        return AndOr(first, tuple(rest))

    def _pipe(self) -> Pipe:
        negated = False
        while self._take("!"):
            negated = not negated
        commands, merged = [self._command()], []
        while self.left and self.left[0] in (("operator", "|"), ("operator", "|&")):
            merged.append(self.left.pop(0)[1] == "|&")
            self._blank()
            commands.append(self._command())
        return Pipe(tuple(commands), tuple(merged), negated)

    def _take(self, word: str) -> bool:
        if self.left and self.left[0][1] == word:
            self.left.pop(0)
            return True
        return False

    def _command(self) -> Command:
        for opening, end in (("(", ")"), ("{", "}")):
            if self._take(opening):
                items = self.items((end,))
                self._demand(end)
                return Group(items, opening == "(", self._words().redirects)
        if self._take("if"):
            return self._if()
        if not self.left or self.left[0][0] == "operator" or self.left[0][1] in LOOPS:
            raise Unclear(f"{self.left[0][1] if self.left else 'the end'!r} stands where a command is expected")
        self._take("time")
        return self._words()

    def _demand(self, word: str) -> None:
        self._blank()
        if not self._take(word):
            raise Unclear(f"{word!r} is missing")

    def _if(self) -> If:
        branches: list[tuple[tuple[AndOr, ...], tuple[AndOr, ...]]] = []
        other: tuple[AndOr, ...] = ()
        while True:
            asked = self.items(("then",))
            self._demand("then")
            branches.append((asked, self.items(("elif", "else", "fi"))))
            if not self._take("elif"):
                break
        if self._take("else"):
            other = self.items(("fi",))
        self._demand("fi")
        return If(tuple(branches), other)

    def _words(self) -> Simple:
        words, redirects = [], []
        while self.left and self.left[0][0] == "word":
            word = self.left.pop(0)[1]
            match = REDIRECT.match(word)
            if not match:
                words.append(word)
            elif match.end() == len(word) and self.left and self.left[0][0] == "word":
                redirects.append(word + self.left.pop(0)[1])
            else:
                redirects.append(word)
        return Simple(tuple(words), tuple(redirects))
