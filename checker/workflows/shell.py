"""Reads the commands of a `run:` script: their words, whether a failure ends the step, what is written for later.

Not a shell: variables whose value is known are put in, everything that only a run can know stays a text in ‹ ›.
PyPI's bash parsers (bashlex) refuse what workflows are full of, such as `[[ ]]` beside `${{ }}`; this reads the
words of simple commands and leaves the rest alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from checker.workflows.expansion import expanded

SEPARATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n", "(", ")")
KEYWORDS = {"if", "then", "elif", "else", "fi", "while", "until", "do", "done", "!", "{", "}", "time", "case", "esac"}
# What begins and ends commands that write to one place together; brackets are separators.
OPENS, CLOSES = {"{", "if", "while", "until", "for", "case"}, {"}", "fi", "done", "esac"}
CONDITIONS = {"if", "elif", "while", "until", "!"}
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
EXPANSION = re.compile(r"\$\{([A-Za-z_]\w*)(?=[:#%/])")
VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
REDIRECT = re.compile(r"\d?>>?")


@dataclass(frozen=True)
class Command:
    """One simple command. `masked`: its failure does not end the step. `target`: the file that it writes to."""

    words: tuple[str, ...]
    before: str = ""
    after: str = ""
    masked: bool = False
    target: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Script:
    """The commands of a script in order, and the variables that it sets."""

    commands: tuple[Command, ...]
    variables: Mapping[str, str]

    def written(self, file: str) -> dict[str, str]:
        """NAME=VALUE pairs that are written to `GITHUB_OUTPUT` or `GITHUB_ENV`."""
        found = {}
        for command in self.commands:
            if file in command.target and command.words[:1] in (("echo",), ("printf",)):
                pair = ASSIGNMENT.fullmatch(command.words[-1].removesuffix("\\n")) or re.fullmatch(
                    r"([\w-]+)=(.*)", command.words[-1], re.DOTALL
                )
                if pair:
                    found[pair[1]] = pair[2]
        return found


def read(text: str, env: Mapping[str, str], *, pipefail: bool = False) -> Script:
    """Read a script with the variables of `env`. `pipefail`: the step says `shell: bash`."""
    variables = dict(env)
    commands: list[Command] = []
    opened: list[int] = []
    for words, before, after in _simple(_without_heredocs(text)):
        begins = takewhile(lambda word: word in KEYWORDS | OPENS, words)
        opened += [len(commands)] * ((before == "(") + sum(word in OPENS for word in begins))
        closed = opened.pop() if opened and (before == ")" or words[0] in CLOSES) else len(commands)
        made, target = _command(words, before, after, variables)
        if made and made[0].words[0] == "tee" and before == "|":
            closed, target = len(commands) - 1, made[0].target
        commands[closed:] = [replace(one, target=one.target or target) for one in commands[closed:]]
        commands += made
    return Script(tuple(_masked(commands, pipefail)), variables)


def _command(words: list[str], before: str, after: str, variables: dict[str, str]) -> tuple[list[Command], str]:
    """The command, if there is one; and where a group writes whose end, such as `}` or `done`, these words are."""
    condition = False
    while words and words[0] in KEYWORDS:
        condition = condition or words[0] in CONDITIONS
        words = words[1:]
    if words and words[0] in ("export", "local", "readonly", "declare"):
        words = words[1:]
    while words and (pair := ASSIGNMENT.fullmatch(words[0])):
        variables[pair[1]] = _filled(pair[2], variables)
        words = words[1:]
    kept, target = _redirected([_filled(word, variables) for word in words])
    if not kept:
        return [], target
    if kept[0] == "tee":
        target = target or kept[-1]
    return [Command(tuple(kept), before, after, condition, target)], ""


def _filled(word: str, variables: Mapping[str, str]) -> str:
    """A word without its quotes, with known variables put in."""
    made, quote, place = "", "", 0
    while place < len(word):
        sign = word[place]
        if quote != "'" and sign == "$" and word.startswith("$(", place):
            end = _closing(word, place + 1)
            made, place = f"{made}‹{word[place:end]}›", end
        elif quote != "'" and sign == "$" and (found := VARIABLE.match(word, place)):
            name = found[1] or found[2]
            made, place = made + variables.get(name, f"‹${name}›"), found.end()
        elif quote != "'" and sign == "$" and (found := EXPANSION.match(word, place)):
            end = _closing(word, place + 1)
            value = variables.get(found[1], f"‹${found[1]}›")
            made, place = made + expanded(value, _filled(word[found.end() : end - 1], variables)), end
        elif sign == quote or (not quote and sign in "'\""):
            quote, place = "" if quote else sign, place + 1
        elif sign == "\\" and quote != "'" and place + 1 < len(word):
            made, place = made + word[place + 1], place + 2
        else:
            made, place = made + sign, place + 1
    return made


def _redirected(words: list[str]) -> tuple[list[str], str]:
    kept, target, place = [], "", 0
    while place < len(words):
        found = REDIRECT.match(words[place])
        if found and not words[place].startswith(("2>", "1>&")):
            rest = words[place][found.end() :]
            target = rest or (words[place + 1] if place + 1 < len(words) else "")
            place += 1 if rest else 2
        else:
            kept.append(words[place])
            place += 1
    return kept, target


def _masked(commands: list[Command], pipefail: bool) -> list[Command]:
    """With -e, a failure ends the script, but not on the left of ||, of a pipe, or of && before the last statement."""
    found, errexit = [], True
    for number, command in enumerate(commands):
        if command.words[0] == "set":
            options = command.text
            errexit = False if re.search(r"\+\w*e", options) else errexit or bool(re.search(r"-\w*e", options))
            pipefail = pipefail or "pipefail" in options
        last = all(one.before == "&&" for one in commands[number + 1 :])
        right = commands[number + 1].words[0] if number + 1 < len(commands) else ""
        masked = (
            command.masked
            or (command.after == "||" and right not in ("exit", "false", "return"))
            or (command.after == "|" and not pipefail)
            or (not last and (command.after == "&&" or not errexit))
            or command.after == "&"
        )
        found.append(replace(command, masked=masked))
    return found


def _without_heredocs(text: str) -> str:
    kept: list[str] = []
    until = ""
    for line in text.replace("\\\n", " ").split("\n"):
        if until:
            until = "" if line.strip() == until else until
            continue
        found = HEREDOC.search(line)
        until = found[2] if found and "<<<" not in line else ""
        kept.append(HEREDOC.sub("", line) if until else line)
    return "\n".join(kept)


def _simple(text: str) -> list[tuple[list[str], str, str]]:
    """Simple commands as (words, the sign before, the sign after)."""
    found: list[tuple[list[str], str, str]] = []
    words: list[str] = []
    before = ""
    for word in [*_words(text), "\n"]:
        if word not in SEPARATORS:
            words.append(word)
        elif words:
            found.append((words, before, word))
            words, before = [], word
        elif word != "\n" or before not in ("&&", "||", "|"):
            before = word
    return found


def _words(text: str) -> list[str]:
    """Words and separators, quotes still on; a comment is dropped."""
    found: list[str] = []
    word, place = "", 0
    while place < len(text):
        sign = text[place]
        separator = next((one for one in SEPARATORS if text.startswith(one, place)), "")
        if sign in "'\"`" or text.startswith(("$(", "${"), place):
            end = _closing(text, place + (sign == "$"))
            word, place = word + text[place:end], end
        elif sign == "\\" and place + 1 < len(text):
            word, place = word + text[place : place + 2], place + 2
        elif sign == "#" and not word:
            place = (text + "\n").index("\n", place)
        elif separator and not (separator == "&" and word.endswith(">")):
            found += [word, separator] if word else [separator]
            word, place = "", place + len(separator)
        elif sign.isspace():
            found += [word] if word else []
            word, place = "", place + 1
        else:
            word, place = word + sign, place + 1
    return [*found, word] if word else found


def _closing(text: str, place: int) -> int:
    """The place behind what closes the quote or bracket at `place`."""
    opened = text[place]
    if opened in "'`":
        end = text.find(opened, place + 1)
        return end + 1 if end >= 0 else len(text)
    closing = {'"': '"', "(": ")", "{": "}"}[opened]
    place += 1
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 2
        elif sign == closing:
            return place + 1
        elif text.startswith(("$(", "${"), place):
            place = _closing(text, place + 1)
        elif sign in "'\"" and opened != '"':
            place = _closing(text, place)
        else:
            place += 1
    return len(text)
