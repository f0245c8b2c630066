"""The machines of a room: what each is called, which wheels it takes, and what markers say there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms

from course.bootstrap import MINIMUM
from course.start.console import Trouble
from course.start.source import this_platform, this_python

# What a wheel may ask of the system: glibc of 2018 and later, macOS 14 and later.
GLIBC = range(5, 29)
MACOS = (14, 0)
# manylinux spells Arm in another way than we do.
LINUX_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# On Windows the course runs in WSL, which is a Linux.
WITHIN = {"windows-x86_64": "linux-x86_64", "windows-arm64": "linux-arm64"}
PLATFORMS = ("linux-x86_64", "linux-arm64", "macos-x86_64", "macos-arm64")


@dataclass(frozen=True, order=True)
class Target:
    """One kind of machine with one Python."""

    platform: str
    python: str

    def __str__(self) -> str:
        return f"{self.platform} with Python {self.python}"

    @property
    def version(self) -> tuple[int, int]:
        major, _, minor = self.python.partition(".")
        return int(major), int(minor)

    @property
    def platforms(self) -> list[str]:
        """Platform tags as pip takes them, the oldest system first: the wheel that most machines can use."""
        system, _, machine = self.platform.partition("-")
        if system == "macos":
            return list(mac_platforms(MACOS, machine))
        arch = LINUX_MACHINES[machine]
        old = {5: ["manylinux1"], 12: ["manylinux2010"], 17: ["manylinux2014"]}
        names = [name for minor in GLIBC for name in (f"manylinux_2_{minor}", *old.get(minor, []))]
        return [f"{name}_{arch}" for name in (*names, "linux")]

    @property
    def tags(self) -> frozenset[Tag]:
        """Every tag of a wheel that can be installed there."""
        return _tags(self)

    @property
    def pip(self) -> list[str]:
        """What makes `pip download` choose for this machine instead of its own."""
        words = [word for name in self.platforms for word in ("--platform", name)]
        abi = f"cp{self.python.replace('.', '')}"
        # The last patch: pip takes "3.11" for 3.11.0, and leaves out what asks for 3.11.5.
        return [*words, "--python-version", f"{self.python}.99", "--implementation", "cp", "--abi", abi]

    def environments(self) -> list[dict[str, str]]:
        """What markers are evaluated with: of a version's patches the first and one after the last."""
        system, _, machine = self.platform.partition("-")
        arch = LINUX_MACHINES[machine] if system == "linux" else machine
        both = {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": arch,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux" if system == "linux" else "Darwin",
            "platform_version": "",
            "python_version": self.python,
            "sys_platform": "linux" if system == "linux" else "darwin",
        }
        patches = [f"{self.python}.{patch}" for patch in (0, 99)]
        return [both | {"python_full_version": full, "implementation_version": full} for full in patches]


@cache
def _tags(target: Target) -> frozenset[Tag]:
    abi = f"cp{target.python.replace('.', '')}"
    platforms = target.platforms
    tags = set(cpython_tags(target.version, [abi], platforms))
    return frozenset(tags | set(compatible_tags(target.version, abi, platforms)))


def targets(platforms: Sequence[str] | None, pythons: Sequence[str] | None) -> list[Target]:
    """Every platform with every Python, without doubles. Raises Trouble naming what is not known."""
    named = [_platform(name) for name in platforms or [this_platform()]]
    versions = [_python(text) for text in pythons or [this_python()]]
    return sorted({Target(name, version) for name in named for version in versions})


def _platform(name: str) -> str:
    known = WITHIN.get(name, name)
    if known not in PLATFORMS:
        raise Trouble(
            f"there is no platform {name!r}; known are {', '.join((*PLATFORMS, *WITHIN))}.",
            "on such a machine: python3 -c 'import platform; print(platform.system(), platform.machine())'",
            code=2,
        )
    return known


def _python(text: str) -> str:
    found = re.fullmatch(r"(\d)\.(\d{1,2})", text)
    if found is None or (int(found[1]), int(found[2])) < MINIMUM:
        raise Trouble(
            f"{text!r} is no Python for the course, which needs 3.11 or newer.",
            "two numbers for each: --python 3.12 3.13",
            code=2,
        )
    return text
