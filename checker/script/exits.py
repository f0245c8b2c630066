"""The exit code of a line for a shell, worked out from how the programs in it end; nothing is run.

Pipes, &&, ||, !, groups, if, substitutions and a few variables are followed; loops and case are Unclear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from checker.dockerfile.shell import ASSIGNMENT, closing, simple_commands
from checker.script.grammar import AndOr, Command, Group, If, Pipe, Simple, Unclear, parse
from checker.script.programs import UNKNOWN, Ended, built_in, unwrapped

# How a program that is not built in ends: its words and what comes in by the pipe; None where nobody knows.
Program = Callable[[tuple[str, ...], str | None], Ended | None]
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+|\?))")
SHELLS = ("sh", "bash", "dash", "ash")
DEEPEST = 8


class _Exit(Exception):
    def __init__(self, ended: Ended) -> None:
        super().__init__()
        self.ended = ended


def ends(text: str, program: Program, *, errexit: bool = False, pipefail: bool = False) -> Ended:
    """How a line or script for a shell ends. Raises Unclear where that cannot be worked out."""
    shell = _Shell(program)
    shell.errexit, shell.pipefail = errexit, pipefail
    return shell.script(text, "")


def ends_exec(words: tuple[str, ...], program: Program) -> Ended:
    """How a command ends that no shell reads."""
    return _Shell(program).called(words, "")


def reached_programs(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The programs that a command starts when each ends well, in their order; shells and wrappers are seen through."""
    calls: list[tuple[str, ...]] = []

    def program(words: tuple[str, ...], given: str | None) -> Ended | None:
        calls.append(words)
        return built_in(words, given) or Ended(0, None)

    try:
        ends_exec(words, program)
    except Unclear:
        text = next((word for flag, word in pairwise(words) if re.fullmatch(r"-\w*c", flag)), "")
        return [one.words for one in simple_commands(text) if one.words] or [words]
    return [call for call in calls if call]


class _Shell:
    def __init__(self, program: Program, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise Unclear("shells within shells")
        self.program, self.depth = program, depth
        self.variables: dict[str, str] = {}
        self.last: int | None = 0
        self.errexit = self.pipefail = False

    def script(self, text: str, given: str | None) -> Ended:
        return self._ending(parse(text), given)

    def _ending(self, items: tuple[AndOr, ...], given: str | None) -> Ended:
        try:
            return self._list(items, given)
        except _Exit as end:
            return end.ended

    def _list(self, items: tuple[AndOr, ...], given: str | None, *, condition: bool = False) -> Ended:
        whole = Ended(0)
        for item in items:
            try:
                found, decided = self._and_or(item, given)
            except _Exit as end:
                raise _Exit(whole.joined(end.ended)) from None
            whole, self.last = whole.joined(found), found.code
            if found.code and decided and self.errexit and not condition:
                raise _Exit(whole)
        return whole

    def _and_or(self, item: AndOr, given: str | None) -> tuple[Ended, bool]:
        """How it ends, and whether its last part decided that: only then `set -e` acts."""
        whole = self._pipe(item.first, given)
        decided = not item.rest and not item.first.negated
        for number, (sign, pipe) in enumerate(item.rest):
            left = whole.code
            self.last = left
            if left is not None and (left == 0) == (sign == "||"):
                continue
            try:
                right = self._pipe(pipe, given)
            except _Exit:
                if left is None:
                    raise Unclear("an end that depends on what is not known") from None
                raise
            code = right.code
            if left is None:
                code = right.code if (right.code == 0) == (sign == "||") and right.code is not None else None
            whole = replace(whole.joined(right), code=code)
            decided = number == len(item.rest) - 1 and not pipe.negated
        return whole, decided

    def _pipe(self, pipe: Pipe, given: str | None) -> Ended:
        codes, errors = [], ""
        for number, command in enumerate(pipe.commands):
            last = number == len(pipe.commands) - 1
            try:
                found = self._command(command, given)
            except _Exit as end:
                if len(pipe.commands) == 1:
                    raise
                # Each part of a pipe is a shell of its own.
                found = end.ended
            if not last and pipe.merged[number]:
                found = found.merged()
            codes.append(found.code)
            errors, given = errors + found.errors, found.output
        code = next((one for one in reversed(codes) if one != 0), 0) if self.pipefail else codes[-1]
        if pipe.negated and code is not None:
            code = int(code == 0)
        return Ended(code, found.output, errors)

    def _command(self, command: Command, given: str | None) -> Ended:
        if isinstance(command, Simple):
            return self._simple(command, given)
        if isinstance(command, Group):
            found = self._ending(command.items, given) if command.own else self._list(command.items, given)
            return command.redirected(found)
        return self._if(command, given)

    def _if(self, command: If, given: str | None) -> Ended:
        whole = Ended(0)
        for asked, then in command.branches:
            found = self._list(asked, given, condition=True)
            whole = whole.joined(found)
            if found.code is None:
                raise Unclear("a condition that is not known")
            if found.code == 0:
                return whole.joined(self._list(then, given))
        return replace(whole.joined(self._list(command.other, given)), code=self.last if command.other else 0)

    def _simple(self, command: Simple, given: str | None) -> Ended:
        words, code = list(command.words), 0
        while words and ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            self.variables[name] = self._filled(value)
            code = self.last or 0 if "$(" in value or "`" in value else 0
        if not words:
            return Ended(code)
        return command.redirected(self.called(tuple(self._filled(word) for word in words), given))

    def called(self, words: tuple[str, ...], given: str | None) -> Ended:
        """How one program ends, with its arguments as it gets them."""
        words = unwrapped(words)
        name = words[0].rpartition("/")[2] if words else ""
        if name in ("exit", "return"):
            code = int(words[1]) if words[1:] and words[1].isdigit() else self.last
            raise _Exit(Ended(code))
        if name == "set":
            self._set(words[1:])
            return Ended(0)
        flags = next((place for place, word in enumerate(words) if re.fullmatch(r"-\w*c", word)), 0)
        if name in SHELLS and flags and words[flags + 1 :]:
            inner = _Shell(self.program, self.depth + 1)
            inner.errexit = any(re.fullmatch(r"-\w*e\w*", word) for word in words[1 : flags + 1])
            inner.pipefail = "pipefail" in words[1:flags]
            return inner.script(words[flags + 1], given)
        found = self.program(words, given)
        return found or built_in(words, given) or Ended(None, None)

    def _set(self, options: tuple[str, ...]) -> None:
        for option, name in zip(options, (*options[1:], ""), strict=True):
            on = option.startswith("-")
            if option[:1] in "+-" and ("e" in option[1:] or name == "errexit"):
                self.errexit = on
            if option[:1] in "+-" and option.endswith("o") and name == "pipefail":
                self.pipefail = on

    def _filled(self, word: str) -> str:
        """The word with its substitutions and the known variables put in."""
        made, place = "", 0
        while place < len(word):
            if word.startswith("$(", place) or word[place] == "`":
                end = closing(word, place)
                inner = _Shell(self.program, self.depth + 1)
                inner.variables, inner.last = dict(self.variables), self.last
                found = inner.script(word[place + (1 if word[place] == "`" else 2) : end - 1], "")
                self.last = found.code
                made, place = made + (UNKNOWN if found.output is None else found.output.rstrip("\n")), end
            elif match := VARIABLE.match(word, place):
                name = match[1] or match[2]
                value = "" if self.last is None else str(self.last)
                made += (value or UNKNOWN) if name == "?" else self.variables.get(name, match[0])
                place = match.end()
            else:
                made, place = made + word[place], place + 1
        return made
