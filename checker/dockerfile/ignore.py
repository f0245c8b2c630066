""".dockerignore by Docker's own rules, which are not those of .gitignore.

A pattern counts from the root of the context: `*.pyc` names no file in a folder, `**/*.pyc` does. The last pattern
that matches decides. A pattern that names a folder holds for all that is in it.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Pattern:
    """One line of the file. `keeps` is a line with an exclamation mark."""

    text: str
    line: int
    keeps: bool
    regex: re.Pattern[str]


@dataclass(frozen=True)
class Ignore:
    """A whole .dockerignore."""

    patterns: tuple[Pattern, ...] = ()

    @staticmethod
    def of(text: str) -> Ignore:
        return Ignore(tuple(one for n, line in enumerate(text.split("\n"), 1) if (one := _pattern(line, n))))

    def decides(self, path: str) -> Pattern | None:
        """The pattern that leaves this path out, None when it is sent."""
        parents = _parents(path)
        left_out: Pattern | None = None
        for one in self.patterns:
            # As in Docker: a pattern is asked only where it could change the answer.
            if one.keeps != (left_out is not None):
                continue
            if any(one.regex.fullmatch(name) for name in (path, *parents)):
                left_out = None if one.keeps else one
        return left_out

    def sends(self, path: str) -> bool:
        return self.decides(path) is None


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _pattern(line: str, number: int) -> Pattern | None:
    if line.startswith("#"):
        return None
    text = line.strip()
    keeps = text.startswith("!")
    if keeps:
        text = text[1:].strip()
    if not text:
        return None
    text = posixpath.normpath(text).lstrip("/") or "."
    try:
        regex = re.compile(_regex(text))
    except re.error:
        # Docker refuses such a pattern, so it names no file.
        regex = re.compile(r"(?!)")
    return Pattern(text, number, keeps, regex)


def _regex(pattern: str) -> str:
    made, place = "", 0
    while place < len(pattern):
        letter = pattern[place]
        if pattern.startswith("**", place):
            place += 2
            if pattern.startswith("/", place):
                place += 1
                made += "(?:.*/)?"
            else:
                made += ".*"
        elif letter == "[" and "]" in pattern[place + 2 :]:
            end = pattern.index("]", place + 2)
            made += f"[{_members(pattern[place + 1 : end])}]"
            place = end + 1
        else:
            made += {"*": "[^/]*", "?": "[^/]"}.get(letter, "")
            if letter == "\\" and place + 1 < len(pattern):
                place += 1
                made += re.escape(pattern[place])
            elif letter not in "*?":
                made += re.escape(letter)
            place += 1
    return made


def _members(inside: str) -> str:
    """What stands between brackets, for `re`: there a second bracket or a doubled sign may mean a set of sets."""
    return re.sub(r"[\\\[&~|]", r"\\\g<0>", inside).replace("--", r"-\-")
