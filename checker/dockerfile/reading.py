"""The text of a Dockerfile as instructions: directives, comments, continued lines, heredocs, flags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.dockerfile.healthcheck import refused

KEYWORDS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
WITH_FLAGS = frozenset({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"})
DIRECTIVE = re.compile(r"^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
DIRECTIVES = frozenset({"syntax", "escape", "check"})
FLAG = re.compile(r"--([a-z][a-z-]*)(?:=(\"[^\"]*\"|'[^']*'|\S*))?(?:\s+|$)")
HEREDOC = re.compile(r"(?<![<\w])<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_.]*)\2")
# A file written by hand has dozens; ten thousand lines are no Dockerfile.
MAX_LINES = 5_000


class DockerfileError(ValueError):
    """Docker would refuse this file. `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


@dataclass(frozen=True)
class Heredoc:
    """A text that stands below an instruction. `literal` ones keep their `$` (the word was quoted)."""

    name: str
    text: str
    literal: bool


@dataclass(frozen=True)
class Instruction:
    """One instruction: `text` is what follows the keyword and its flags, on one line; heredocs stand apart."""

    keyword: str
    text: str
    line: int
    end: int
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    def flag(self, name: str) -> str | None:
        """The value of a flag, "" when it has none, None when it is not there."""
        return next((value for key, value in self.flags if key == name), None)

    def all_flags(self, name: str) -> list[str]:
        return [value for key, value in self.flags if key == name]

    @property
    def words(self) -> tuple[str, ...] | None:
        """The exec form: a JSON list of texts. None for the shell form, which single quotes are too."""
        return exec_form(self.text)

    @property
    def shown(self) -> str:
        """The instruction as a message quotes it."""
        flags = "".join(f"--{key}={value} " if value else f"--{key} " for key, value in self.flags)
        whole = " ".join(f"{self.keyword} {flags}{self.text}".split())
        return whole if len(whole) <= 60 else whole[:57] + "..."


def exec_form(text: str) -> tuple[str, ...] | None:
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)


def read_instructions(text: str) -> tuple[dict[str, str], list[Instruction]]:
    """The directives and the instructions of a text. Raises DockerfileError."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise DockerfileError(MAX_LINES, f"the file has more than {MAX_LINES} lines")
    directives = _directives(lines)
    escape = directives.get("escape", "\\")
    if escape not in ("\\", "`"):
        raise DockerfileError(1, f"the escape character is {escape!r}; it can be a backslash or a backtick")
    return directives, list(_instructions(lines, escape))


def _directives(lines: list[str]) -> dict[str, str]:
    """Comments such as `# syntax=…` at the very top; the first other line ends them."""
    found: dict[str, str] = {}
    for line in lines:
        match = DIRECTIVE.match(line.strip())
        if not match or match[1].lower() not in DIRECTIVES or match[1].lower() in found:
            break
        found[match[1].lower()] = match[2]
    return found


def _instructions(lines: list[str], escape: str) -> Iterator[Instruction]:
    number = 0
    while number < len(lines):
        if _is_nothing(lines[number]):
            number += 1
            continue
        first = number
        text, number = _joined(lines, number, escape)
        keyword, _, rest = text.strip().partition(" ")
        keyword, _, more = keyword.partition("\t")
        rest = f"{more} {rest}".strip()
        if keyword.upper() not in KEYWORDS:
            raise DockerfileError(first + 1, f"unknown instruction: {keyword}")
        if not rest:
            raise DockerfileError(first + 1, f"{keyword.upper()} has nothing after it")
        heredocs: tuple[Heredoc, ...] = ()
        if keyword.upper() in WITH_HEREDOC:
            heredocs, number = _heredocs(lines, rest, number)
        flags, rest = _flags(rest) if keyword.upper() in WITH_FLAGS else ((), rest)
        problem = refused(flags, rest) if keyword.upper() == "HEALTHCHECK" else ""
        if problem:
            raise DockerfileError(first + 1, problem)
        yield Instruction(keyword.upper(), rest, first + 1, number, flags, heredocs)


def _is_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _joined(lines: list[str], number: int, escape: str) -> tuple[str, int]:
    """The text of an instruction over its continued lines, and the number of the line after it."""
    continued = re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$")
    parts: list[str] = []
    while number < len(lines):
        line = lines[number]
        # Comments and empty lines between continued lines are left out, as Docker does.
        if parts and _is_nothing(line):
            number += 1
            continue
        number += 1
        if not continued.search(line):
            parts.append(line)
            break
        parts.append(continued.sub("", line))
    return "".join(parts), number


def _heredocs(lines: list[str], text: str, number: int) -> tuple[tuple[Heredoc, ...], int]:
    found: list[Heredoc] = []
    # Only where the word stands outside quotes: `python -c "a << B"` opens nothing.
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"(?![A-Za-z_])|(?<!<<)(?<!<<-)'[^']*'", lambda m: " " * len(m[0]), text)
    for match in HEREDOC.finditer(text):
        if bare[match.start() : match.start() + 2] != "<<":
            continue
        body: list[str] = []
        opened = number
        while number < len(lines) and _end_of(lines[number], match[1]) != match[3]:
            body.append(_end_of(lines[number], match[1]))
            number += 1
        if number >= len(lines):
            raise DockerfileError(opened, f"the text that begins with <<{match[3]} has no closing {match[3]}")
        number += 1
        found.append(Heredoc(match[3], "".join(f"{line}\n" for line in body), bool(match[2])))
    return tuple(found), number


def _end_of(line: str, dash: str) -> str:
    return line.lstrip("\t") if dash else line


def _flags(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags: list[tuple[str, str]] = []
    while match := FLAG.match(text):
        flags.append((match[1], re.sub(r"[\"']", "", match[2] or "")))
        text = text[match.end() :]
    return tuple(flags), text.strip()
