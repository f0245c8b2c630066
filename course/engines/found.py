"""What is known of an engine on this machine, and how one gets it on this system."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

Say = Callable[[str], None]


class EngineTrouble(Exception):
    """An engine cannot be found, brought up or ended. The message says what is wrong, `next_step` what to do."""

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step


class NotHere(EngineTrouble):
    """Something is missing that `up` does not install: no fault when all engines are brought up."""


@dataclass(frozen=True)
class Found:
    """One engine. `needed` is a sentence when it was not found; `env` and `path` go with every command for it."""

    name: str
    found: bool
    version: str = ""
    where: str = ""
    needed: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def missing(name: str, wrong: str, **ways: str) -> Found:
    """Not found: what is wrong, and the way to get it on this system (`mac`, `windows`, `debian`, `linux`)."""
    way = ways.get(system()) or ways.get("linux", "")
    return Found(name, False, needed=f"{wrong} {way}".strip())


def system() -> str:
    """`debian` is Debian or Ubuntu as root, where `make infra` brings engines up; `windows` is WSL."""
    if platform.system() == "Darwin":
        return "mac"
    if "microsoft" in platform.release().lower():
        return "windows"
    return "debian" if can_bring_up() else "linux"


def can_bring_up() -> bool:
    """Say whether `up` can work here: Linux, root, apt-get."""
    return platform.system() == "Linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None
