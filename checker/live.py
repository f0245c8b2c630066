"""Live rows: a check that asks a real engine (Docker, Kubernetes, …), as evidence beside the grade.

The checker knows no engine. It asks the course's command of `[tool.checker] engines` whether one answers and how it is
reached, and runs what a check says with that.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker import messages as m
from checker.cleaning import plain, stable
from checker.course import Course
from checker.declare import Check
from checker.errors import CouldNotCheck, Finding, TooSlow
from checker.reply import Reply
from checker.shell import end_group

FIND_SECONDS = 60.0
OUTPUT_BYTES = 256 * 1024
# Between two looks at something that takes seconds to become true.
PAUSE = 0.25
ONE_LOOK = 30.0
PYTHON_BASE = re.compile(r"(?im)^(\s*FROM\s+(?:--platform=\S+\s+)?)((?:docker\.io/)?(?:library/)?python[:@]\S+)")


@dataclass(frozen=True)
class Found:
    """What the course's command says of one engine. `needed` is a sentence: what would have to be there."""

    name: str
    found: bool
    version: str = ""
    needed: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """A command that ended. `output` is stdout and stderr in order, without terminal codes and folder names."""

    exit_code: int
    output: str
    seconds: float

    @property
    def stable(self) -> str:
        """The output with ids, addresses, ages and times as marks: equal for two runs of the same thing."""
        return stable(self.output)

    def last(self, lines: int = 3) -> str:
        """The last lines that say something, as one text for `seen`."""
        said = [line.strip() for line in self.stable.splitlines() if line.strip()]
        return "\n".join(said[-lines:]) or m.NO_OUTPUT.format(code=self.exit_code)

    def said(self, what: str) -> str:
        """What the last line that begins with these words says after them; an empty text where none does."""
        lines = [line for line in self.output.splitlines() if line.startswith(what)]
        return lines[-1].removeprefix(what).strip() if lines else ""


class Engines:
    """The engines of a course, each asked for once and remembered until it is asked `again`."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._known: dict[str, Found] = {}

    def find(self, name: str, *, again: bool = False) -> Found:
        if again or name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def forget(self) -> None:
        """Ask anew: an engine may have been started or ended since."""
        self._known.clear()

    def versions(self) -> dict[str, str]:
        """The version that each engine which was found reported of itself."""
        return {name: found.version for name, found in sorted(self._known.items()) if found.found}

    def _ask(self, name: str) -> Found:
        command = [str(word) for word in self.course.table.get("engines", ())]
        if not command:
            return Found(name, False, needed=m.NO_ENGINES.format(name=name))
        argv = [sys.executable, *command, name, "--json"]
        try:
            done = subprocess.run(
                argv, cwd=self.course.root, capture_output=True, text=True, timeout=FIND_SECONDS, check=False
            )
            table = json.loads(done.stdout)
            return Found(
                name, bool(table["found"]), str(table.get("version", "")), str(table.get("needed", "")),
                dict(table.get("env", {})), tuple(table.get("path", ())), dict(table.get("facts", {})),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
            command_line = " ".join(["python", *command, name])
            return Found(
                name, False, needed=m.ENGINE_UNKNOWN.format(name=name, command=command_line, type=type(error).__name__)
            )


class Engine:
    """One engine for one check. What a check makes in it gets names of its own, and is removed at the end."""

    def __init__(self, engines: Engines, found: Found, folder: Path) -> None:
        self._engines, self._found, self._folder = engines, found, folder
        self._token = secrets.token_hex(4)
        self._at_end: list[list[str]] = []
        self._numbers: dict[str, str] = {}

    @property
    def name(self) -> str:
        return self._found.name

    @property
    def version(self) -> str:
        return self._found.version

    @property
    def facts(self) -> Mapping[str, str]:
        """What the course says of how to reach it, e.g. `{"registry": "127.0.0.1:5000"}`."""
        return self._found.facts

    def base_for(self, dockerfile: str) -> tuple[str, tuple[str, ...]]:
        """A Dockerfile for an engine that can pull nothing: the local base for each `FROM python:…` that is not there.

        Also what was replaced, a sentence each, to be said beside the verdict. Elsewhere the text as it is.
        """
        return with_local_base(dockerfile, self.facts)

    def unique(self, word: str) -> str:
        """A name that no other run uses; in outputs it reads as `word`."""
        return f"ck-{self._token}-{word}"

    def digits(self, count: int) -> str:
        """Digits of this run's own, e.g. 12 for an account of an AWS emulator; in outputs they read as `<number>`."""
        number = str(int(self._token, 16) % 10**count).zfill(count)
        self._numbers[number] = "<number>"
        return number

    def at_end(self, argv: Sequence[str]) -> None:
        """Run this after the check, whatever it says; the last one first. Its failure is no verdict."""
        self._at_end.append(list(argv))

    def run(
        self, argv: Sequence[str], *, timeout: float = 120.0, env: Mapping[str, str] | None = None, input: str = ""
    ) -> Ran:
        """Run a command in the folder of the submission. No end in time is `too slow`.

        When it fails and the engine answers no longer, the row reads `could not check`.
        """
        ran = self._run(argv, timeout=timeout, env=env, input=input)
        if ran.exit_code != 0:
            now = self._engines.find(self.name, again=True)
            if not now.found:
                raise CouldNotCheck(Finding(seen=now.needed))
        return ran

    def until(self, argv: Sequence[str], ok: Callable[[Ran], object], *, timeout: float = 60.0) -> Ran:
        """Run a command again and again until `ok` holds of it or the time is over; the last run either way."""
        ends = time.monotonic() + timeout
        while True:
            ran = self._run(argv, timeout=ONE_LOOK)
            if ok(ran) or time.monotonic() > ends:
                return ran
            time.sleep(PAUSE)

    def get(self, url: str, *, wait: float = 0.0, timeout: float = 10.0) -> Reply:
        """GET from this machine, again and again for `wait` seconds until it answers with 200.

        Nobody there is status 0.
        """
        if not url.startswith(("http://127.0.0.1:", "http://localhost:")):
            raise ValueError(m.NOT_LOOPBACK.format(url=url))
        ends = time.monotonic() + wait
        while True:
            reply = _get(url, timeout)
            if reply.status == 200 or time.monotonic() > ends:
                return reply
            time.sleep(PAUSE)

    def close(self) -> None:
        for argv in reversed(self._at_end):
            try:
                self._run(argv, timeout=60.0)
            except (CouldNotCheck, TooSlow):
                continue

    def _run(
        self, argv: Sequence[str], *, timeout: float, env: Mapping[str, str] | None = None, input: str = ""
    ) -> Ran:
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                list(argv), cwd=self._folder, env=self._environment() | dict(env or {}), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            said = m.NO_PROGRAM.format(program=argv[0], name=self.name, problem=error.strerror or error)
            raise CouldNotCheck(Finding(seen=said)) from None
        try:
            output, _ = process.communicate(input.encode(), timeout=timeout)
        except subprocess.TimeoutExpired:
            end_group(process)
            process.communicate()
            seen, expected = m.SLOW.format(seconds=timeout), m.SLOW_EXPECTED.format(seconds=timeout)
            raise TooSlow(Finding(f"ran {self._said(argv)}", seen, expected, "", m.SLOW_NEXT)) from None
        text = output[-OUTPUT_BYTES:].decode("utf-8", errors="replace")
        return Ran(process.returncode, self._readable(text), time.monotonic() - started)

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([*self._found.path, os.environ.get("PATH", "")])
        return os.environ | dict(self._found.env) | {"PATH": path}

    def _readable(self, text: str) -> str:
        return plain(text, {str(self._folder): ".", f"ck-{self._token}-": "", **self._numbers})

    def _said(self, argv: Sequence[str]) -> str:
        return self._readable(" ".join(argv))


def _get(url: str, timeout: float) -> Reply:
    # Imported when it is asked for: every other check starts without it.
    import http.client
    import urllib.error
    import urllib.request

    tried = f"sent GET {url}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:
            return Reply(answer.status, _lower(answer.headers.items()), answer.read(), tried, "", None)
    except urllib.error.HTTPError as error:
        return Reply(error.code, _lower(error.headers.items()), error.read(), tried, "", None)
    except (OSError, http.client.HTTPException):
        return Reply(0, {}, b"", tried, "", None)


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key.lower(): value for key, value in headers}


def with_local_base(dockerfile: str, facts: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Put the engine's local base in place of every Python image that it does not have, and say so.

    `facts` of an engine: `base` is that image, `local` names all that are there. Without them nothing changes.
    """
    base, there = facts.get("base", ""), facts.get("local", "").split()
    said: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        name = re.sub(r"^(docker\.io/)?(library/)?", "", found[2])
        if name in (base, *there):
            return f"{found[1]}{name}"
        said.append(m.STANDS_IN.format(image=found[2], base=base))
        return f"{found[1]}{base}"

    return (PYTHON_BASE.sub(replaced, dockerfile) if base else dockerfile), tuple(dict.fromkeys(said))


def declaration_faults(checks: Mapping[str, Check], live: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What is wrong between exercise.toml's `[live]` and the declared checks."""
    said = [
        f"exercise.toml names the live check {name!r}, which is not declared." for name in live if name not in checks
    ]
    for one in checks.values():
        if one.id in live and one.points:
            said.append(
                f"The live check {one.id!r} has {one.points} points. "
                "A live row has none: points are for what is judged on every machine."
            )
        said += [
            f"The check {one.id!r} comes after {name!r}, which is a live row. Let it come after one that always runs."
            for name in one.after
            if name in live and one.id not in live
        ]
    return said
