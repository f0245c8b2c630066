"""Engines that are a server on loopback: found by what answers on their port, brought up on Debian as root.

Each kind says how it is known, installed and started; verbs, refusals and the end are the same for all.
"""

from __future__ import annotations

import shutil
import socket
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.install import Part
from course.engines.places import STATE
from course.engines.running import PATIENCE, alive, kill, log_tail, start, wait_until

PAGE_BYTES = 1_000_000


@dataclass(frozen=True)
class Server(ABC):
    """One such engine: where it answers, what for, and the command that starts one on any other system."""

    name: str
    port: int
    # What is asked to know it by its answer.
    page: str
    enables: str
    way: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        """Small files of one run, gone with the boot."""
        return STATE / self.name

    @abstractmethod
    def version_in(self, text: str, headers: Message) -> str | None:
        """The version that an answer of the page reports; None when it is another program's."""

    @abstractmethod
    def install(self, say: Say) -> None:
        """Make what `command` starts, where it is not there yet."""

    @abstractmethod
    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """What starts it, with its environment; files that it reads are written here."""

    def reached(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The environment of its clients, and facts beside the endpoint."""
        return {}, {}

    def ways(self) -> dict[str, str]:
        """How one gets it, for each system."""
        return {"debian": "Bring it up: make infra.", "linux": f"Start it in a terminal of its own: {self.way}."}

    def clean(self) -> None:  # noqa: B027 - most leave nothing
        """Remove what it leaves outside its folder, once it has ended."""

    def find(self) -> Found:
        """The one that answers: ours, or one that was started by hand."""
        version = self.version()
        if version is None:
            return self._missing()
        env, facts = self.reached()
        where = "ours" if alive(self.name) else "started by hand"
        known = {"endpoint": self.endpoint} | dict(facts)
        return Found(self.name, True, version, f"{self.endpoint} ({where})", "", env, (), known)

    def _missing(self) -> Found:
        if taken(self.port):
            wrong = f"Port {self.port} of 127.0.0.1 is taken by another program than {self.name}."
            return missing(self.name, wrong, linux="End that one first.")
        return missing(self.name, f"{self.name} does not answer on 127.0.0.1:{self.port}.", **self.ways())

    def up(self, say: Say) -> None:
        found = self.find()
        if found.found:
            return
        if not can_bring_up() or (taken(self.port) and not alive(self.name)):
            raise EngineTrouble(found.needed)
        self.install(say)
        self._start(say)

    def parts(self) -> list[Part]:
        """What `install` makes and keeps; nothing for one that is a package."""
        return []

    def _start(self, say: Say) -> None:
        """Start what is installed."""
        say(f"starting {self.name}")
        self._end()
        self.folder.mkdir(parents=True)
        argv, env = self.command()
        start(self.name, argv, env=env)
        try:
            wait_until(lambda: self.version() or not alive(self.name), what=self.name, seconds=PATIENCE)
        except EngineTrouble:
            pass
        if self.version() is None:
            tail = log_tail(self.name)
            self._end()
            wrong = f"{self.name} was started and does not answer:\n{tail}"
            raise EngineTrouble(wrong, "make infra-down, then make infra")

    def down(self, say: Say) -> None:
        """End ours with all that it made; one that was started by hand is left alone."""
        if alive(self.name):
            say(f"ending {self.name}")
        self._end()

    def _end(self) -> None:
        ran = alive(self.name)
        kill(self.name)
        if ran or self.folder.is_dir():
            self.clean()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fault(self) -> str:
        """What is wrong with one that was started here, or keeps another from its port; nothing when none was."""
        found = self.find()
        return found.needed if not found.found and (alive(self.name) or taken(self.port)) else ""

    def version(self) -> str | None:
        """The version that it reports; None when nobody or somebody else answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.endpoint + self.page, timeout=5) as answer:
                return self.version_in(answer.read(PAGE_BYTES).decode("utf-8", errors="replace"), answer.headers)
        except (OSError, ValueError, urllib.error.URLError):
            return None


def taken(port: int) -> bool:
    """Say whether any program listens on this port of loopback."""
    with socket.socket() as tried:
        tried.settimeout(2)
        return tried.connect_ex(("127.0.0.1", port)) == 0
