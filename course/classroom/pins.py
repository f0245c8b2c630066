"""The lock as a classroom needs it: each package with its hashes, and which files in a folder are it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from course.classroom.targets import Target
from course.start import stamps

PIN = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*\])?==(?P<version>[^\s;\\]+)( *; *(?P<marker>[^\\]+))?")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package at one version. `marker` says where it is wanted, empty everywhere."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def line(self) -> str:
        """The pin for `pip download`, without its marker: pip would ask that of its own machine."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{one}" for one in sorted(self.hashes))])

    def wanted(self, target: Target) -> bool:
        if not self.marker:
            return True
        return any(Marker(self.marker).evaluate(dict(one)) for one in target.environments())

    def serving(self, target: Target, there: Mapping[str, str]) -> list[str]:
        """The files, of those given with their digests, that are this package for the target."""
        return [name for name, digest in there.items() if digest in self.hashes and _fits(name, self.name, target)]


def _fits(file: str, package: str, target: Target) -> bool:
    try:
        name, _, _, tags = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return False
    return name == canonicalize_name(package) and not tags.isdisjoint(target.tags)


def read_pins(locks: Iterable[Path]) -> list[Pin]:
    """Every package of the locks, once."""
    found: dict[tuple[str, str, str], Pin] = {}
    for lock in locks:
        # A package with its hashes is one line, folded by backslashes.
        for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            match = PIN.match(line)
            if match:
                marker = re.sub(r"--hash=.*", "", match["marker"] or "").strip()
                pin = Pin(match["name"], match["version"], marker, frozenset(HASH.findall(line)))
                found[pin.name, pin.version, pin.marker] = pin
    return list(found.values())


def wheels_in(folder: Path) -> dict[str, str]:
    """Every wheel of a folder with the digest that it has now; one that cannot be read has none that fits."""
    return {path.name: _digest(path) for path in sorted(folder.glob("*.whl"))}


def _digest(path: Path) -> str:
    try:
        return stamps.file_digest(path)
    except OSError:
        return "unreadable"
