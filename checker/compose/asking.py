"""What a healthcheck asks: which programs run, which address they turn to, and how the whole ends."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.compose.model import Healthcheck
from checker.dockerfile.shell import simple_commands
from checker.script import Ended, Unclear, ends, ends_exec

URL = re.compile(r"https?://[^\s'\")\\]+")
PORTS = {"http": 80, "https": 443, "redis": 6379}
# Options of redis-cli that take a value.
REDIS_VALUED = ("-h", "-p", "-a", "-u", "-n", "-t", "-s", "-r", "-i", "-d", "-D", "--user", "--pass")


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


@dataclass(frozen=True)
class Outcome:
    """What a test comes to in one state of the world: its exit code, None where a run alone knows, and its programs."""

    code: int | None
    calls: tuple[tuple[str, ...], ...]


def outcome(healthcheck: Healthcheck, *, answers: bool, absent: Container[str] = ()) -> Outcome:
    """How a test ends while whoever it asks answers, or does not. The image has none of the programs in `absent`."""
    calls: list[tuple[str, ...]] = []

    def program(words: tuple[str, ...], given: str | None) -> Ended | None:
        calls.append(words)
        asked = question(words)
        if asked.program in absent or " " in asked.program:
            return Ended(127, "", f"{asked.program}: not found\n")
        if asked.program == "redis-cli":
            return _redis_cli(words, given, answers)
        if asked.port:
            return Ended(0, _told(asked, given)) if answers else Ended(1, "", "connection refused\n")
        return None

    words = healthcheck.test
    try:
        if words[:1] == ("CMD",):
            return Outcome(ends_exec(words[1:], program).code, tuple(calls))
        # A shell takes one text; what stands behind it in the list are its arguments, and no part of the command.
        return Outcome(ends(words[1] if len(words) > 1 else "", program).code, tuple(calls))
    except Unclear:
        return Outcome(None, tuple(calls))


def programs(healthcheck: Healthcheck, absent: Container[str] = ()) -> list[tuple[str, ...]]:
    """The programs of a test with their arguments, in the order in which they are reached."""
    worlds = (outcome(healthcheck, answers=answers, absent=absent) for answers in (True, False))
    found = list(dict.fromkeys(call for world in worlds for call in world.calls))
    if found or not healthcheck.test:
        return found
    # A line that is not followed, such as a loop, still names its programs.
    return [one.words for one in simple_commands(" ".join(healthcheck.test[1:2])) if one.words]


def _redis_cli(words: tuple[str, ...], given: str | None, answers: bool) -> Ended:
    command = redis_command(words)
    refused = "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n"
    if not command:
        # It reads commands from the pipe, and ends with 0 whatever became of them: tried with redis-cli 7.0.
        pong = "PONG\n" if given is not None and given.split()[:1] in (["PING"], ["ping"]) else None
        return Ended(0, pong) if answers else Ended(0, "", refused)
    if not answers:
        return Ended(1, "", refused)
    return Ended(0, "PONG\n" if tuple(map(str.lower, command)) == ("ping",) else None)


def redis_command(words: tuple[str, ...]) -> tuple[str, ...]:
    """What stands behind the options of redis-cli."""
    left = list(words[1:])
    while left and left[0].startswith("-"):
        left = left[2 if left[0] in REDIS_VALUED else 1 :]
    return tuple(left)


def _told(asked: Question, given: str | None) -> str | None:
    """What comes back over a bare connection: Redis answers a PING there too."""
    if asked.program in ("nc", "ncat") and given is not None:
        return "+PONG\n" if "ping" in given.lower() else ""
    return None


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
