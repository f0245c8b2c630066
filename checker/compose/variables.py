"""Variables in a Compose file, `${PORT:-8000}` and its kin, and the files that hold their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from checker.compose.values import Refused, Row, Table

DEEPEST = 50
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATOR = re.compile(r":?[-?+]")
ESCAPE = re.compile(r'\\([abfnrtv$"\\])')
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$", '"': '"', "\\": "\\"}
STATEMENT = re.compile(r"(?:export[ \t]+)?(?P<key>[\w.\-\[\]]+)[ \t]*(?P<rest>[=:](?P<value>.*))?$")


@dataclass
class Variables:
    """Values by name. `blank` collects the names that were asked for, have no value and no default.

    Without `strict` a variable that is demanded may be missing.
    """

    values: dict[str, str]
    blank: set[str] = field(default_factory=set)
    strict: bool = True

    def fill(self, text: str, where: str) -> str:
        """The text with its variables replaced, `$$` being a dollar sign."""
        done, position = "", 0
        while (dollar := text.find("$", position)) >= 0:
            done += text[position:dollar]
            replaced, position = self._one(text, dollar, where)
            done += replaced
        return done + text[position:]

    def _one(self, text: str, dollar: int, where: str) -> tuple[str, int]:
        after = text[dollar + 1 : dollar + 2]
        if after == "$":
            return "$", dollar + 2
        if after == "{":
            end = _closing(text, dollar + 1)
            name = NAME.match(text, dollar + 2)
            if end < 0 or not name:
                raise Refused(
                    f"{text[dollar : dollar + 20]!r} is no variable; a dollar sign is written $$", where, "dollar"
                )
            return self._braced(name[0], text[name.end() : end], where), end + 1
        name = NAME.match(text, dollar + 1)
        return (self._plain(name[0]), name.end()) if name else ("$", dollar + 1)

    def _plain(self, name: str) -> str:
        if name not in self.values:
            self.blank.add(name)
        return self.values.get(name, "")

    def _braced(self, name: str, rest: str, where: str) -> str:
        if not rest:
            return self._plain(name)
        operator = OPERATOR.match(rest)
        if not operator:
            raise Refused(f"'${{{name}{rest}}}' is no variable; a dollar sign is written $$", where, "dollar")
        if rest.count("${") > DEEPEST:
            raise Refused(f"'${{{name}…}}' holds more than {DEEPEST} variables within each other", where, "dollar")
        word = self.fill(rest[operator.end() :], where)
        value = self.values.get(name)
        there = value is not None and (value != "" or not operator[0].startswith(":"))
        if operator[0].endswith("+"):
            return word if there else value or ""
        if there:
            return str(value)
        if operator[0].endswith("?") and not self.strict:
            return ""
        if operator[0].endswith("?"):
            raise Refused(
                f"the variable {name} has no value, and is required" + (f": {word}" if word else ""), where, "unset"
            )
        return word


def _closing(text: str, opened: int) -> int:
    depth = 0
    for position in range(opened, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return -1


def interpolate(value: Any, variables: Variables, where: str) -> Any:
    """A copy of the value with every text filled in; keys stay as they are."""
    if isinstance(value, str):
        return variables.fill(value, where)
    if isinstance(value, Table):
        made = Table(value.here)
        for key, item in value.items():
            made.put(key, interpolate(item, variables, value.place(key)), value.place(key))
        return made
    if isinstance(value, Row):
        row = Row()
        for item, at in value.pairs():
            row.put(interpolate(item, variables, at), at)
        return row
    return value


def read_env(name: str, text: str, outer: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The variables of an env file, each with its place. `outer` are values that the file's own may refer to."""
    found: dict[str, tuple[str, str]] = {}
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        line, where = lines[number].strip(), f"{name}:{number + 1}"
        number += 1
        if not line or line.startswith("#"):
            continue
        statement = STATEMENT.match(line)
        if not statement:
            raise Refused(f"{line.split()[0]!r} is no name of a variable", where)
        key, value = statement["key"], (statement["value"] or "").strip()
        if statement["rest"] is None:
            # A name alone hands on the value from outside, if there is one.
            if key in outer:
                found[key] = (outer[key], where)
            continue
        while value[:1] in ("'", '"') and _end_of_quote(value) < 0:
            if number == len(lines):
                raise Refused(f"the quote of {key} is never closed", where)
            value += "\n" + lines[number]
            number += 1
        known = {one: text for one, (text, _) in found.items()} | outer
        found[key] = (_env_value(value, known, where), where)
    return found


def _end_of_quote(value: str) -> int:
    position = 1
    while position < len(value):
        if value[position] == "\\":
            position += 2
            continue
        if value[position] == value[0]:
            return position
        position += 1
    return -1


def _env_value(value: str, known: dict[str, str], where: str) -> str:
    if value[:1] == "'":
        return value[1 : _end_of_quote(value)].replace("\\'", "'")
    if value[:1] == '"':
        inner = value[1 : _end_of_quote(value)]
        return Variables(known).fill(ESCAPE.sub(lambda match: ESCAPED[match[1]], inner), where)
    bare = value.partition(" #")[0].rstrip()
    return Variables(known).fill(bare, where)
