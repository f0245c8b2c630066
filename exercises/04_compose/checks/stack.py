"""The project that Compose would build from a hand-in on a fresh clone, and what this stack's programs listen on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from itertools import pairwise

from checker import Submission
from checker.compose import Project, Refused, Service, load
from checker.compose.network import ANYWHERE, is_local
from checker.errors import Finding, NotYet
from checker.readers import read_yaml

BASE, OVERRIDE = "compose.yaml", "compose.override.yaml"
EXAMPLE = ".example"
# Stands for every value that somebody fills in after cloning.
FILLED = "filled-in-by-hand"
# A line that waits for its value: NAME=, NAME="", or the name alone.
UNFILLED = re.compile(r"[ \t]*(export[ \t]+)?[A-Za-z_]\w*[ \t]*([=:][ \t]*(\"\"|'')?)?\s*")
PORTS = {"api": 8000, "redis": 6379, "prometheus": 9090, "grafana": 3000}
PROFILE, PROVISIONING = "dashboards", "/etc/grafana/provisioning"


@dataclass(frozen=True)
class Stack:
    """The files of one hand-in. `base` is what a server starts, `both` what `docker compose up` starts."""

    files: tuple[tuple[str, str], ...]
    ignores: str = ""

    @staticmethod
    def of(submission: Submission) -> Stack:
        names = submission.files("*.yaml", "*.yml", f"*{EXAMPLE}")
        return Stack(tuple((name, submission.text(name)) for name in names), submission.text(".gitignore"))

    @property
    def texts(self) -> dict[str, str]:
        return dict(self.files)

    def base(self, *profiles: str) -> Project:
        return _project(self.files, (BASE,), profiles, True)

    def both(self, *profiles: str) -> Project:
        return _project(self.files, (BASE, OVERRIDE), profiles, True)

    def travels(self, name: str) -> bool:
        """Whether git takes a file: the last pattern of .gitignore that fits decides."""
        kept = True
        for line in map(str.strip, self.ignores.split("\n")):
            if line and not line.startswith("#") and fnmatch(beside(name), line.lstrip("!").lstrip("/")):
                kept = line.startswith("!")
        return kept

    def unfilled(self) -> list[Project]:
        """Both projects where nobody has filled in anything; an override that Compose refuses is left out."""
        found = [_project(self.files, (BASE,), (), False)]
        with suppress(Refused, NotYet):
            found.append(_project(self.files, (BASE, OVERRIDE), (), False))
        return found


@lru_cache(maxsize=64)
def _project(
    files: tuple[tuple[str, str], ...], names: tuple[str, ...], profiles: tuple[str, ...], filled: bool
) -> Project:
    texts = dict(files)
    for name in list(texts):
        if name.endswith(EXAMPLE):
            texts[name.removesuffix(EXAMPLE)] = fill(texts[name]) if filled else ""
    # A variable that a file demands is one that somebody fills in: `${NAME:?…}` must not end the reading.
    return load(texts, names, profiles=profiles, folder="04_compose", strict=False)


def fill(text: str) -> str:
    """An example file as somebody fills it in after cloning."""
    return "\n".join(map(_filled, text.split("\n")))


def _filled(line: str) -> str:
    if not UNFILLED.fullmatch(line):
        return line
    name = line.rstrip(" \t\r\"'")
    return f"{name}{FILLED}" if name.endswith(("=", ":")) else f"{name}={FILLED}"


def refusal(build: Callable[[], Project], command: str, fallback: str) -> Finding | None:
    """What Compose would stop at."""
    try:
        build()
    except Refused as refused:
        return Finding(
            tried=f"built the project as `{command}` does",
            seen=refused.says,
            expected="files that Compose accepts",
            where=refused.where or fallback,
            next=refused.next,
        )
    return None


def listens(service: Service) -> int:
    """The port that the program of a service listens on in its container; 0 where nobody knows."""
    words = service.command()
    for option, value in pairwise(words):
        if service.name == "redis" and option == "--port" and value.isdigit():
            return int(value)
    return PORTS.get(service.name, 0)


def hears_itself_only(service: Service) -> bool:
    """Whether the program of redis or prometheus listens at the container's own address alone."""
    words = service.command()
    given = " ".join(words).replace("--web.listen-address=", "--bind ").replace("--web.listen-address", "--bind")
    after = given.partition("--bind ")[2].partition(" --")[0].replace(",", " ").split()
    hosts = [one.lstrip("-").rpartition(":")[0] if service.name == "prometheus" else one.lstrip("-") for one in after]
    return bool(hosts) and all(is_local(one) and one not in ANYWHERE for one in hosts)


def beside(path: str) -> str:
    """A path of a Compose file as a name below the folder."""
    return posixpath.normpath(path)


def parsed(name: str, text: str) -> object:
    """A YAML file that is mounted into a container."""
    return read_yaml(name, text)


def profile_fault(stack: Stack) -> Finding | None:
    """How Grafana starts where it should not, or does not where it should, or without its settings."""
    refused = refusal(lambda: stack.base(PROFILE), f"docker compose --profile {PROFILE} config", BASE)
    if refused:
        return refused
    project = stack.base(PROFILE)
    if "grafana" in stack.base().services:
        return _profile("grafana starts with every docker compose up", project.place("services", "grafana"))
    if "grafana" not in project.services:
        where = project.place("services", "grafana", "profiles")
        return _profile(f"with --profile {PROFILE} no grafana starts", where)
    grafana = project.services["grafana"]
    mounted = [beside(one.source) for one in grafana.mounts if one.target == PROVISIONING]
    if mounted != ["grafana"]:
        return _profile(
            f"the folder grafana is not at {PROVISIONING}, so it has no dashboard", grafana.place("volumes")
        )
    return None


def _profile(seen: str, where: str) -> Finding:
    return Finding(
        tried=f"built the project without a profile, and with --profile {PROFILE}",
        seen=seen,
        expected=f"grafana starts with the profile {PROFILE}, only with it, and with the folder grafana as it was",
        where=where,
        next="Which profile does the service name, what does a service without one do, and what was mounted there?",
    )
