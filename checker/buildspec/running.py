"""Runs a buildspec beside a World: the commands in the sandbox of the trainee's code, the answers from here.

What was built, tested and pushed is seen from here. How a phase ended is the word of the process that ran it.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from checker.buildspec.reading import Buildspec
from checker.buildspec.world import World
from checker.errors import CouldNotCheck, Finding, NotYet

AGENT = Path(__file__).with_name("agent.py")
HOME = ".codebuild"
# Programs that ask the World in place of doing anything. Everything else is the machine's own.
PROGRAMS = (
    "docker", "podman", "aws", "git", "jq", "pytest", "py.test", "tox", "nox", "pip", "pip3", "uv", "poetry", "make",
    "python", "python3", "yum", "dnf", "apt-get", "npm",
)  # fmt: skip
MAX_ARTIFACT, MAX_FILES, MAX_QUESTION = 100_000, 2000, 200_000
SECONDS = 30.0
UPLOAD = "UPLOAD_ARTIFACTS"


class Place(Protocol):
    """Where commands run: a `submission`, or a folder of one's own."""

    @property
    def folder(self) -> Path: ...

    def run(self, script: str, *args: str, env: dict[str, str] | None = None, timeout: float = ...) -> Any: ...


@dataclass(frozen=True)
class Ended:
    """How one phase ended: `why` is CodeBuild's sentence where it failed."""

    name: str
    why: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.why)


@dataclass(frozen=True)
class Build:
    """One run of a buildspec, and what it left behind."""

    world: World
    phases: tuple[Ended, ...]
    log: str
    exported: Mapping[str, str]
    artifacts: Mapping[str, bytes]

    @property
    def succeeded(self) -> bool:
        return bool(self.phases) and not any(one.failed for one in self.phases)

    @property
    def status(self) -> str:
        return "SUCCEEDED" if self.succeeded else "FAILED"

    @property
    def failure(self) -> Ended | None:
        """The phase that failed first."""
        return next((one for one in self.phases if one.failed), None)

    def phase(self, name: str) -> Ended | None:
        return next((one for one in self.phases if one.name == name), None)


def run_in(place: Place, spec: Buildspec, world: World, variables: Mapping[str, str]) -> Build:
    """Run the phases with these variables of CodeBuild and the project, over a fresh copy of the folder's files."""
    _refuse_machine()
    number = len(list(place.folder.glob(f"{HOME}-*"))) + 1
    home = place.folder / f"{HOME}-{number}"
    source = home / "src"
    names = [one for one in place.folder.iterdir() if not one.name.startswith(HOME)]
    source.mkdir(parents=True)
    for one in names:
        (shutil.copytree if one.is_dir() else shutil.copy2)(one, source / one.name)
    (home / "agent.py").write_text(AGENT.read_text("utf-8"), encoding="utf-8")
    with _listening(world) as (port, token):
        (home / "plan.json").write_text(
            json.dumps(_plan(spec, source, variables) | {"port": port, "token": token}), encoding="utf-8"
        )
        done = place.run(f"{home.name}/agent.py", f"{home.name}/plan.json", timeout=SECONDS)
    phases, exported = _result(home / "result.json", spec)
    found, missing = _collected(spec, source) if any(one.name == "build" for one in phases) else ({}, "")
    if missing:
        phases = (*phases, Ended(UPLOAD, f"no matching artifact paths found: {missing}"))
    return Build(world, phases, done.output, exported, {} if missing else found)


def _refuse_machine() -> None:
    if sys.platform == "win32" or not shutil.which("bash"):
        raise CouldNotCheck(Finding(seen="This machine has no bash, in which a buildspec runs. On Windows, use WSL."))


def _plan(spec: Buildspec, source: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "phases": [
            {"name": one.name, "commands": one.commands, "last": one.last, "on_failure": one.on_failure}
            for one in spec.phases
        ],
        # What the project and CodeBuild say wins over the buildspec.
        "variables": {**spec.variables, **variables, "CODEBUILD_SRC_DIR": str(source)},
        "exported": list(spec.exported),
        "keeps_state": spec.keeps_state,
        "shell": spec.shell,
        "folder": str(source),
        "programs": list(PROGRAMS),
    }


@contextmanager
def _listening(world: World) -> Iterator[tuple[int, str]]:
    """A port of this machine on which stand-ins ask, and the word that they say first."""
    token = secrets.token_hex(16)

    class Answering(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            heard = _question(self.rfile)
            if len(heard) > 3 and heard[0] == token:
                reply = world.answer(tuple(heard[3:]), heard[1], heard[2])
                self.wfile.write(f"{reply.code}\n{reply.text}".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], token
        finally:
            server.shutdown()
            thread.join()


def _question(stream: Any) -> list[str]:
    """What one stand-in says: words that end with the sign 036, up to the sign 035."""
    heard = b""
    while not heard.endswith(b"\x1d") and len(heard) < MAX_QUESTION:
        part = stream.read1(MAX_QUESTION)
        if not part:
            break
        heard += part
    return heard.removesuffix(b"\x1d").decode("utf-8", errors="replace").split("\x1e")[:-1]


def _result(path: Path, spec: Buildspec) -> tuple[tuple[Ended, ...], dict[str, str]]:
    """What the agent reports. Its word may cost points; what was built and pushed is known without it."""
    names = {one.name for one in spec.phases}
    try:
        value = json.loads(_bytes(path) or b"")
        phases = tuple(Ended(str(one["name"]), str(one["failed"])[:500]) for one in value["phases"])
        exported = {str(key): str(one)[:1000] for key, one in value["exported"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        phases, exported = (), {}
    if not phases or not {one.name for one in phases} <= names:
        expected, next_ = "phases that run to their end", "Does a command end more than its own shell?"
        raise NotYet(Finding("ran the phases", "the run ended before its phases did", expected, spec.name, next_))
    return phases, exported


def _bytes(path: Path) -> bytes | None:
    """The content of a file that commands made; None for what is no plain file, or too large."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_ARTIFACT:
        return None
    return path.read_bytes()


def _collected(spec: Buildspec, source: Path) -> tuple[dict[str, bytes], str]:
    """The artifact's files by their name in it, and the first pattern that fits none."""
    raw = spec.raw.get("artifacts")
    if not isinstance(raw, dict) or not isinstance(raw.get("files"), list):
        return {}, ""
    base = source / str(raw.get("base-directory", "."))
    if source.resolve() not in (base.resolve(), *base.resolve().parents):
        return {}, str(raw.get("base-directory"))
    there = [one for one in sorted(base.rglob("*"))[:MAX_FILES] if one.is_file()]
    flat = str(raw.get("discard-paths", "no")).lower() in ("yes", "true")
    found: dict[str, bytes] = {}
    for pattern in map(str, raw["files"]):
        fitting = [one for one in there if fits(one.relative_to(base).as_posix(), pattern)]
        if not fitting:
            return {}, pattern
        for one in fitting:
            found[one.name if flat else one.relative_to(base).as_posix()] = _bytes(one) or b""
    return found, ""


def fits(name: str, pattern: str) -> bool:
    """Whether a file fits `a/b.txt`, `dir/*` or `**/*`; `*` stays within a folder, `**` does not."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.removeprefix("./"))
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(meant.get(part, re.escape(part)) for part in parts), name) is not None
