"""Where packages come from: the index that pip and uv are set to, or a classroom's folder and nothing else."""

from __future__ import annotations

import json
import os
import platform
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from course.start import stamps
from course.start.console import Trouble
from course.start.places import Places

SETTING = "COURSE_CLASSROOM"
LIST = "classroom.json"
WHEELHOUSE = "wheelhouse"
SECONDS = 30
# The list of a classroom with site and slides has some hundred kilobytes.
MOST_BYTES = 16 * 1024 * 1024
SYSTEMS = {"linux": "linux", "darwin": "macos"}
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Source:
    """`classroom` is a folder or an address; empty stands for the index."""

    classroom: str = ""

    @property
    def pip(self) -> list[str]:
        """What `pip install` is told: these files and no index."""
        if not self.classroom:
            return []
        # Over the local network there is no certificate; the lock's hashes say whether a file is the right one.
        trust = ["--trusted-host", urlsplit(self.classroom).netloc] if self.served else []
        return ["--no-index", "--find-links", self._links, *trust]

    @property
    def uv(self) -> list[str]:
        if not self.classroom:
            return []
        return ["--no-index", "--find-links", self._links, *([] if self.served else ["--offline"])]

    @property
    def served(self) -> bool:
        return is_address(self.classroom)

    @property
    def told(self) -> str:
        """Words for the end of a sentence; none for the index."""
        return f" from {self.classroom}" if self.classroom else ""

    @property
    def _links(self) -> str:
        return f"{self.classroom}/{WHEELHOUSE}/"

    def surroundings(self, env: Mapping[str, str]) -> dict[str, str]:
        """The same without a setting that would send pip or uv anywhere else."""
        if not self.classroom:
            return dict(env)
        kept = {name: value for name, value in env.items() if not name.upper().startswith(("PIP_", "UV_"))}
        host = urlsplit(self.classroom).hostname or ""
        straight = {"NO_PROXY": host, "no_proxy": host} if self.served else {}
        # Thirty people ask one laptop: uv's fifty downloads at once would each wait for all others.
        return {**kept, **straight, "PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1", "UV_CONCURRENT_DOWNLOADS": "4"}


INDEX = Source()


def is_address(named: str) -> bool:
    return named.startswith(("http://", "https://"))


def this_platform() -> str:
    """This machine as a classroom names it, `linux-x86_64`."""
    machine = platform.machine().lower()
    return f"{SYSTEMS.get(sys.platform, sys.platform)}-{MACHINES.get(machine, machine)}"


def this_python() -> str:
    return ".".join(map(str, sys.version_info[:2]))


def find(places: Places, lock: Path, again: str, environ: Mapping[str, str] = os.environ) -> Source:
    """The classroom that the setting names or that lies beside this folder, else the index.

    Raises Trouble when the classroom has not all that `lock` asks for here. `again` is the command for another try.
    """
    named = environ.get(SETTING)
    if named is None:
        beside = places.root.parent
        named = str(beside) if (beside / LIST).is_file() else ""
    if not named:
        return INDEX
    place = named.rstrip("/") if is_address(named) else str(Path(named).expanduser().resolve())
    network = f"{SETTING}= {again}, which asks the network"
    _refuse(_listed(place, network), place, (places.root / lock, lock), network)
    return Source(place)


def _listed(place: str, network: str) -> dict[str, Any]:
    """What classroom.json says. Raises Trouble when there is none, or another file of that name."""
    try:
        listed = json.loads(_fetched(f"{place}/{LIST}") if is_address(place) else Path(place, LIST).read_bytes())
        return {"targets": list(listed["targets"]), "locks": dict(listed["locks"])}
    except OSError:
        if is_address(place):
            raise Trouble(
                f"no classroom answers at {place!r}.",
                f"ask for the address, and whether both machines share a network; or {network}",
            ) from None
        raise Trouble(
            f"{place!r} holds no {LIST}, so it is no classroom.",
            f"{SETTING}= with the folder that holds it, or with the address that your instructor shows; or {network}",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Trouble(
            f"{LIST} in {place!r} is not the list of a classroom.",
            f"ask for another copy of the classroom; or {network}",
        ) from None


def _fetched(url: str) -> bytes:
    # Straight to the machine that was named: never through a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=SECONDS) as reply:
        return bytes(reply.read(MOST_BYTES))


def _refuse(listed: dict[str, Any], place: str, lock: tuple[Path, Path], network: str) -> None:
    """Say now what pip would say after minutes, by the name of the first package that it misses."""
    path, name = lock
    if listed["locks"].get(name.name) != stamps.file_digest(path):
        raise Trouble(
            f"the classroom {place!r} was made for other packages than those of {str(name)!r}.",
            f"take pack and classroom from one place; or {network}",
        )
    here = (this_platform(), this_python())
    for target in listed["targets"]:
        if (target["platform"], target["python"]) == here and target["missing"]:
            raise Trouble(
                f"the classroom {place!r} lacks packages for this machine: {', '.join(target['missing'])}.", network
            )
    if all((target["platform"], target["python"]) != here for target in listed["targets"]):
        known = " or ".join(f"{target['platform']} with Python {target['python']}" for target in listed["targets"])
        raise Trouble(
            f"the classroom {place!r} is for {known}; this is {here[0]} with Python {here[1]}.",
            f"use one of those Pythons, as in python3.12 start.py; or {network}",
        )
