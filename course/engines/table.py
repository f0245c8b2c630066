"""versions.toml and images.toml, read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pin:
    """One program with its version and where it comes from: a Go module, Debian's packages, PyPI or an archive."""

    name: str
    version: str
    source: str
    # Of Go, of Maven, or the one that Python runs.
    module: str = ""
    package: str = ""
    packages: tuple[str, ...] = ()
    # Of an archive.
    sha256: str = ""
    # Of a Go module, as go.sum has it.
    sum: str = ""
    # A program of ours around the module, in this folder of course/engines.
    main: str = ""
    # The Go variable that holds the version which the program says of itself.
    stamp: str = ""


@dataclass(frozen=True)
class Image:
    """A base image that is made here: its tag, Debian's suite and packages, and what it is for."""

    tag: str
    suite: str
    use: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class StandIn:
    """An image that is built here of another one: Debian's package of the same program, with the same way to start."""

    tag: str
    of: str
    use: str
    packages: tuple[str, ...]
    lines: tuple[str, ...]


@cache
def pins() -> dict[str, Pin]:
    table = tomllib.loads((HERE / "versions.toml").read_text(encoding="utf-8"))
    return {
        name: Pin(
            name, one["version"], one["from"], one.get("module", ""), one.get("package", ""),
            tuple(one.get("packages", ())), one.get("sha256", ""), one.get("sum", ""), one.get("main", ""),
            one.get("stamp", ""),
        )
        for name, one in table.items()
    }  # fmt: skip


@cache
def images() -> tuple[Image, ...]:
    return tuple(Image(one["tag"], one["suite"], one["use"], tuple(one["packages"])) for one in _images()["image"])


@cache
def stand_ins() -> tuple[StandIn, ...]:
    return tuple(
        StandIn(one["tag"], one["of"], one["use"], tuple(one["packages"]), tuple(one["lines"]))
        for one in _images()["stand_in"]
    )


def _images() -> dict[str, Any]:
    return tomllib.loads((HERE / "images.toml").read_text(encoding="utf-8"))
