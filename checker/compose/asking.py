"""What a healthcheck asks: which program runs, and which address it turns to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.compose.model import Healthcheck
from checker.dockerfile.shell import simple_commands

URL = re.compile(r"https?://[^\s'\")\\]+")
PORTS = {"http": 80, "https": 443, "redis": 6379}
SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash")


@dataclass(frozen=True)
class Question:
    """One program of a healthcheck. An empty host is the program's own default; `path` is empty but for HTTP."""

    words: tuple[str, ...]
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def program(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""


def commands(healthcheck: Healthcheck) -> tuple[list[tuple[str, ...]], str]:
    """The programs of a test in order, and the sign between the last two: |, ||, && or ;."""
    words = healthcheck.test
    if words[:1] == ("CMD",):
        if words[1:2] and words[1] in SHELLS and words[2:3] in (("-c",), ("-ec",)) and words[3:]:
            return _split(words[3])
        return [words[1:]], ""
    # A shell takes one text; what stands behind it in the list are its arguments, and no part of the command.
    return _split(words[1] if len(words) > 1 else "")


def _split(text: str) -> tuple[list[tuple[str, ...]], str]:
    found = simple_commands(text)
    return [one.words for one in found], found[-2].then if len(found) > 1 else ""


def always_passes(healthcheck: Healthcheck) -> bool:
    """Whether a test says yes whatever it found: `… || true`, `… ; exit 0`."""
    found, sign = commands(healthcheck)
    last = found[-1] if found else ()
    return last in (("true",), (":",), ("exit", "0")) or (sign in (";", "|") and last[:1] == ("echo",))


def question(words: tuple[str, ...]) -> Question:
    """What one program of a test asks, as far as its arguments tell."""
    url = URL.search(" ".join(words))
    if url:
        return _http(words, url[0])
    program = words[0].rpartition("/")[2] if words else ""
    if program == "redis-cli":
        return _redis(words)
    if program in ("nc", "ncat") and len([one for one in words[1:] if not one.startswith("-")]) >= 2:
        host, port = [one for one in words[1:] if not one.startswith("-")][-2:]
        return Question(words, host, int(port) if port.isdigit() else 0)
    return Question(words)


def _http(words: tuple[str, ...], text: str) -> Question:
    parts = urlsplit(text)
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        port = 0
    return Question(words, parts.hostname or "", port, parts.path or "/")


def _redis(words: tuple[str, ...]) -> Question:
    host, port = "", PORTS["redis"]
    for option, value in zip(words, (*words[1:], ""), strict=True):
        if option == "-h":
            host = value
        elif option == "-p":
            port = int(value) if value.isdigit() else 0
        elif option == "-u":
            parts = urlsplit(value)
            host, port = parts.hostname or "", parts.port or PORTS["redis"]
    return Question(words, host, port)
