"""Reads the commands of a `run:` script: their words, whether a failure ends the step, what is written for later.

Not a shell: variables whose value is known are put in, everything that only a run can know stays a text in ‹ ›.
PyPI's bash parsers (bashlex) refuse what workflows are full of, such as `[[ ]]` beside `${{ }}`; this reads the
words of simple commands and leaves the rest alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from posixpath import normpath

from checker.workflows.expansion import expanded
from checker.workflows.words import CLOSES, KEYWORDS, OPENS, beginning, closing, simple_commands, substitutions

CONDITIONS = {"if", "elif", "while", "until", "!"}
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
PAIR = re.compile(r"([\w-]+)=(.*)", re.DOTALL)
EXPANSION = re.compile(r"\$\{([A-Za-z_]\w*)(?=[:#%/])")
VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
REDIRECT = re.compile(r"\d?>>?")
# A line's end that is not inside a ‹ ›.
LINE = re.compile(r"\n(?![^‹]*›)")
DECLARES = ("export", "local", "readonly", "declare")
PIPES = ("|", "|&", "&&", "||")
# Where the output of a command inside `$(…)` goes.
CAUGHT = "‹$(…)›"
DEEPEST = 8


@dataclass(frozen=True)
class Command:
    """One simple command. `masked`: its failure does not end the step. `target`: the file that it writes to."""

    words: tuple[str, ...]
    before: str = ""
    after: str = ""
    masked: bool = False
    target: str = ""
    # What a here-document or a here-string hands in.
    given: str = ""
    # The variables of its script, as they are at the end.
    env: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    # Where it runs, seen from the folder in which the job begins; an empty text where a run alone knows.
    folder: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def ends_well(self) -> bool:
        """A trap that ends the script with 0, whatever failed in it."""
        trapped = self.words[:1] == ("trap",) and {"EXIT", "ERR", "0"} & set(self.words[2:])
        return bool(trapped) and bool(re.search(r"\bexit 0\b", self.words[1]))


@dataclass(frozen=True)
class Script:
    """The commands of a script in order, and the variables that it sets."""

    commands: tuple[Command, ...]
    variables: Mapping[str, str]

    def written(self, file: str) -> dict[str, str]:
        """NAME=VALUE pairs that are written to `GITHUB_OUTPUT` or `GITHUB_ENV`."""
        lines = [line for one in self.commands if file in one.target for line in LINE.split(_told(one))]
        return {pair[1]: pair[2] for line in lines if (pair := PAIR.fullmatch(line.strip()))}


def read(
    text: str, env: Mapping[str, str], *, folder: str = "", pipefail: bool = False, errexit: bool = True
) -> Script:
    """Read a script with the variables of `env`. `folder`, `pipefail`, `errexit`: how the step's shell was started."""
    variables = dict(env)
    commands = [replace(one, env=variables) for one in _commands(text, variables, inside(folder, "."))]
    return Script(tuple(_masked(commands, pipefail, errexit)), variables)


def inside(folder: str, named: str) -> str:
    """The folder to which `cd NAMED` leads from another; an empty text for the first one, and where nobody knows."""
    known = named and not named.startswith(("/", "~", "-")) and "‹" not in folder + named
    found = normpath(f"{folder or '.'}/{named}") if known else "."
    return "" if found == "." or found.startswith("..") else found


def _commands(text: str, variables: dict[str, str], folder: str, depth: int = 0) -> list[Command]:
    commands: list[Command] = []
    opened: list[int] = []
    # Where the shell was at each open bracket: a subshell goes nowhere for the shell around it.
    left: list[str] = []
    for words, before, after in simple_commands(text):
        left += [folder] * (before == "(")
        opened += [len(commands)] * ((before == "(") + sum(word in OPENS for word in beginning(words)))
        closed = opened.pop() if opened and (before == ")" or words[0] in CLOSES) else len(commands)
        inner = _inner(words, variables, folder, depth)
        made, target = _command(words, before, after, variables)
        made = [replace(one, folder=folder) for one in made]
        if made and made[0].words[0] in ("cd", "pushd"):
            folder = inside(folder, " ".join(made[0].words[1:2]))
        folder = left.pop() if left and after == ")" else folder
        if made and made[0].words[0] == "tee" and before == "|":
            closed, target = len(commands) - 1, made[0].target
        commands[closed:] = [replace(one, target=one.target or target) for one in commands[closed:]]
        if inner and not made and not set(words) & {*DECLARES}:
            # `D=$(docker push …)` ends as the last command inside does.
            inner = [replace(one, masked=not _is_last(inner, place)) for place, one in enumerate(inner)]
            inner[-1] = replace(inner[-1], after=after)
        commands += [*inner, *made]
    return commands


def _inner(words: list[str], variables: Mapping[str, str], folder: str, depth: int) -> list[Command]:
    """The commands inside the substitutions of some words, whose failures are passed over."""
    texts = [text for word in words for text in substitutions(word)] if depth < DEEPEST else []
    found = [one for text in texts for one in _commands(text, dict(variables), folder, depth + 1)]
    return [replace(one, masked=True, target=one.target or CAUGHT) for one in found]


def _is_last(commands: list[Command], place: int) -> bool:
    return all(one.before in PIPES for one in commands[place + 1 :])


def _command(words: list[str], before: str, after: str, variables: dict[str, str]) -> tuple[list[Command], str]:
    """The command, if there is one; and where a group writes whose end, such as `}` or `done`, these words are."""
    condition = False
    while words and words[0] in KEYWORDS:
        condition = condition or words[0] in CONDITIONS
        words = words[1:]
    if words and words[0] in DECLARES:
        words = words[1:]
    while words and (pair := ASSIGNMENT.fullmatch(words[0])):
        variables[pair[1]] = _filled(pair[2], variables)
        words = words[1:]
    kept, target, given = _redirected([_filled(word, variables) for word in words])
    if not kept:
        return [], target
    if kept[0] == "tee":
        target = target or kept[-1]
    return [Command(tuple(kept), before, after, condition, target, given)], ""


def _filled(word: str, variables: Mapping[str, str]) -> str:
    """A word without its quotes, with known variables put in."""
    made, quote, place = "", "", 0
    while place < len(word):
        sign = word[place]
        if quote != "'" and (sign == "`" or word.startswith("$(", place)):
            end = closing(word, place + (sign == "$"))
            made, place = f"{made}‹{word[place:end]}›", end
        elif quote != "'" and sign == "$" and (found := VARIABLE.match(word, place)):
            name = found[1] or found[2]
            made, place = made + variables.get(name, f"‹${name}›"), found.end()
        elif quote != "'" and sign == "$" and (found := EXPANSION.match(word, place)):
            end = closing(word, place + 1)
            value = variables.get(found[1], f"‹${found[1]}›")
            made, place = made + expanded(value, _filled(word[found.end() : end - 1], variables)), end
        elif sign == quote or (not quote and sign in "'\""):
            quote, place = "" if quote else sign, place + 1
        elif sign == "\\" and quote != "'" and place + 1 < len(word):
            # Inside double quotes it stands for itself, but before these.
            kept = sign if quote and word[place + 1] not in '$`"\\' else ""
            made, place = made + kept + word[place + 1], place + 2
        else:
            made, place = made + sign, place + 1
    return made


def _redirected(words: list[str]) -> tuple[list[str], str, str]:
    """The words without their redirects, the file that is written, and the text that is handed in."""
    kept: list[str] = []
    target, given, place = "", "", 0
    while place < len(words):
        found = REDIRECT.match(words[place])
        start = 3 if words[place].startswith("<<<") else found.end() if found else 0
        if not start or words[place].startswith(("2>", "1>&")):
            kept.append(words[place])
            place += 1
            continue
        rest = words[place][start:]
        value = rest or (words[place + 1] if place + 1 < len(words) else "")
        target, given = (target, value) if found is None else (value, given)
        place += 1 if rest else 2
    return kept, target, given


def _told(command: Command) -> str:
    """What a command writes: a text that echo or printf says, or one that cat and tee hand on."""
    name, *words = command.words
    if name == "echo":
        said = " ".join(word for word in words if word not in ("-e", "-n", "-en", "-ne"))
        return said.replace("\\n", "\n").removesuffix("\n")
    if name == "printf" and words:
        return _printed(words[1:] if words[0] == "--" else words)
    return command.given if name in ("cat", "tee") else ""


def _printed(words: list[str]) -> str:
    form, *values = words
    made = ""
    while True:
        used = iter(values[: form.count("%s")])
        values = values[form.count("%s") :]
        made += re.sub("%s", lambda _, used=used: next(used, ""), form)  # type: ignore[misc]
        if not values or "%s" not in form:
            return made.replace("\\n", "\n").removesuffix("\n")


def _masked(commands: list[Command], pipefail: bool, errexit: bool) -> list[Command]:
    """With -e, a failure ends the script, but not on the left of ||, of a pipe, or of && before the last statement."""
    found, trapped = [], False
    for number, command in enumerate(commands):
        trapped = trapped or command.ends_well
        if command.words[0] == "set":
            options = command.text
            errexit = False if re.search(r"\+\w*e", options) else errexit or bool(re.search(r"-\w*e", options))
            pipefail = pipefail or "pipefail" in options
        last = all(one.before == "&&" for one in commands[number + 1 :])
        right = commands[number + 1].words if number + 1 < len(commands) else ("",)
        masked = (
            command.masked
            or trapped
            or (command.after == "||" and (right[0] not in ("exit", "false", "return") or right[1:2] == ("0",)))
            or (command.after in ("|", "|&") and not pipefail)
            or (not last and (command.after == "&&" or not errexit))
            or command.after == "&"
        )
        found.append(replace(command, masked=masked))
    return found
