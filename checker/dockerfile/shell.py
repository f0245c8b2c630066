"""A line for a shell as simple commands: what is run, and whether its failure ends the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "\n", "(", ")")
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
REDIRECT = re.compile(r"\d*(?:>>|>\||>&|<&|>|<)|&>>?")
OPENING = {"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"}
CLOSING = {"fi", "done", "}", "esac"}


@dataclass(frozen=True)
class Simple:
    """One simple command. `then` is the operator behind it: "&&", "||", ";", "|", "&", or "" at the end."""

    words: tuple[str, ...]
    env: tuple[str, ...] = ()
    then: str = ""

    @property
    def program(self) -> str:
        """The name of the program without its folder."""
        return self.words[0].rpartition("/")[2] if self.words else ""

    def option(self, *names: str) -> str | None:
        """The value of `--name value`, `--name=value`; "" for a bare one; None when it is not there."""
        for place, word in enumerate(self.words):
            name, equals, value = word.partition("=")
            if name in names:
                following = self.words[place + 1] if place + 1 < len(self.words) else ""
                return value if equals else "" if following.startswith("-") else following
        return None

    def has(self, *names: str) -> bool:
        return self.option(*names) is not None


def simple_commands(text: str) -> list[Simple]:
    """The simple commands of a line or script, in order; words are without quotes, variables stay as written."""
    found: list[Simple] = []
    words: list[str] = []
    for kind, token in tokens(text):
        if kind == "word":
            words.append(token)
            continue
        if words:
            found += _simple(words, ";" if token in ("\n", ";;", ")") else token)
        elif found and token in ("&&", "||", "|", "&") and found[-1].then == ";":
            # The operator behind a closing bracket belongs to the group's last command.
            found[-1] = Simple(found[-1].words, found[-1].env, token)
        words = []
    if words:
        found += _simple(words, "")
    return found


def failure_ends(commands: list[Simple], number: int, *, strict: bool = False, pipefail: bool = False) -> bool:
    """Whether a failure of command `number` makes the whole line fail.

    `strict` says `set -e` was said before; `pipefail`, that a pipe fails with any of its commands.
    """
    strict = strict or any(_sets_e(one) for one in commands[:number])
    for place in range(number, len(commands)):
        then = commands[place].then
        if then == "|" and pipefail:
            continue
        if then in ("||", "|", "&"):
            return False
        if then == ";":
            return strict or all(not one.words for one in commands[place + 1 :])
        if then == "":
            return True
    return True


def sets_pipefail(words: tuple[str, ...]) -> bool:
    """`-o pipefail`, `-euo pipefail`: among the words of a shell, or of its `set`."""
    return any(value == "pipefail" and re.fullmatch(r"-[a-z]*o", flag) for flag, value in pairwise(words))


def _sets_e(command: Simple) -> bool:
    return command.program == "set" and any(re.match(r"-[a-z]*e", word) for word in command.words[1:])


def _simple(words: list[str], then: str) -> list[Simple]:
    while words and words[0] in OPENING:
        words = words[1:]
    if not words or words[0] in CLOSING:
        return []
    env = []
    while words and ASSIGNMENT.match(words[0]):
        env.append(words[0])
        words = words[1:]
    return [Simple(tuple(_without_redirects(words)), tuple(env), then)]


def _without_redirects(words: list[str]) -> Iterator[str]:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif match := REDIRECT.match(word):
            skip = match.end() == len(word)
        else:
            yield word


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """("word", …) and ("operator", …) in order; quotes are off, substitutions are part of a word."""
    place, word, begun = 0, "", False
    while place < len(text):
        letter = text[place]
        piece = _piece(text, place, word)
        if piece is not None:
            word, begun, place = word + piece[0], begun or piece[1], piece[2]
        elif letter in " \t":
            if begun:
                yield "word", word
            word, begun, place = "", False, place + 1
        elif letter == "#" and not begun:
            end = text.find("\n", place)
            place = end if end >= 0 else len(text)
        elif operator := next((one for one in OPERATORS if text.startswith(one, place)), ""):
            if begun:
                yield "word", word
            yield "operator", operator
            word, begun, place = "", False, place + len(operator)
        else:
            word, begun, place = word + letter, True, place + 1
    if begun:
        yield "word", word


def _piece(text: str, place: int, word: str) -> tuple[str, bool, int] | None:
    """What belongs to a word as a whole: (its text, whether it begins a word, the place behind it)."""
    letter = text[place]
    if letter == "\\" and place + 1 < len(text):
        # Before the end of a line it joins two lines, and is no letter of a word.
        joins = text[place + 1] == "\n"
        return "" if joins else text[place + 1], not joins, place + 2
    if letter in "\"'":
        inner, end = _quoted(text, place)
        return inner, True, end
    if text.startswith("$(", place) or letter == "`":
        end = closing(text, place)
        return text[place:end], True, end
    if letter == "&" and (word.endswith((">", "<")) or text.startswith("&>", place)):
        return letter, True, place + 1
    return None


def _quoted(text: str, place: int) -> tuple[str, int]:
    """The inside of a quoted part, and the place behind it."""
    quote, inner, place = text[place], "", place + 1
    while place < len(text) and text[place] != quote:
        if quote == '"' and text[place] == "\\" and place + 1 < len(text) and text[place + 1] in '"\\$`\n':
            place += 1
        elif quote == '"' and text.startswith("$(", place):
            # Quotes within a substitution are its own.
            end = closing(text, place)
            inner, place = inner + text[place:end], end
            continue
        inner, place = inner + text[place], place + 1
    return inner, place + 1


def closing(text: str, place: int) -> int:
    """The place behind a command substitution that opens here."""
    if text[place] == "`":
        end = text.find("`", place + 1)
        return end + 1 if end >= 0 else len(text)
    depth, place = 1, place + 2
    while place < len(text) and depth:
        depth += (text[place] == "(") - (text[place] == ")")
        place += 1
    return place
