"""Runs a buildspec beside a World: the commands in the sandbox of the trainee's code, the answers from here.

What was built, tested and pushed is seen from here. How a phase ended is the word of the process that ran it.
"""

from __future__ import annotations

import json
import os
import posixpath
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
from checker.sandbox import inside

AGENT = Path(__file__).with_name("agent.py")
HOME = ".codebuild"
# Programs that ask the World in place of doing anything. Everything else is the machine's own.
PROGRAMS = (
    "docker", "podman", "aws", "git", "jq", "pytest", "py.test", "tox", "nox", "pip", "pip3", "uv", "poetry", "make",
    "python", "python3", "yum", "dnf", "apt-get", "npm", "coverage",
)  # fmt: skip
MAX_ARTIFACT, MAX_FILES, MAX_QUESTION = 100_000, 2000, 200_000
SECONDS = 30.0
UPLOAD = "UPLOAD_ARTIFACTS"


class Place(Protocol):
    """Where commands run: a `submission`, or a folder of one's own."""

    @property
    def folder(self) -> Path: ...

    @property
    def inside(self) -> str: ...

    def let_reach(self, port: int) -> None: ...

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
    # What CodeBuild and the project gave it.
    variables: Mapping[str, str]

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
    shutil.copytree(place.folder, source, symlinks=True, ignore=_not_sent, copy_function=shutil.copyfile)
    (home / "agent.py").write_text(AGENT.read_text("utf-8"), encoding="utf-8")
    with _listening(world) as (port, token):
        (home / "plan.json").write_text(
            json.dumps(_plan(spec, f"{place.inside}/{home.name}/src", variables) | {"port": port, "token": token}),
            encoding="utf-8",
        )
        place.let_reach(port)
        done = place.run(f"{home.name}/agent.py", f"{home.name}/plan.json", timeout=SECONDS)
    phases, exported = _result(place.folder, f"{home.name}/result.json", spec)
    found, missing = (
        _collected(spec, place.folder, f"{home.name}/src") if any(one.name == "build" for one in phases) else ({}, "")
    )
    if missing:
        phases = (*phases, Ended(UPLOAD, f"no matching artifact paths found: {missing}"))
    # bash names the file of a command that it cannot read, and that is ours.
    log = done.output.replace(f"{place.inside}/{home.name}/state/command", "command")
    return Build(world, phases, log, exported, {} if missing else found, variables)


def _not_sent(folder: str, names: list[str]) -> list[str]:
    """Homes of other runs, and what is no plain file or folder: a run before this one may have left links and pipes."""
    plain = {one.name for one in os.scandir(folder) if one.is_file(follow_symlinks=False) or _is_folder(one)}
    return [name for name in names if name not in plain or name.startswith(HOME)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _refuse_machine() -> None:
    if sys.platform == "win32" or not shutil.which("bash"):
        raise CouldNotCheck(Finding(seen="This machine has no bash, in which a buildspec runs. On Windows, use WSL."))


def _plan(spec: Buildspec, source: str, variables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "phases": [
            {"name": one.name, "commands": one.commands, "last": one.last, "on_failure": one.on_failure}
            for one in spec.phases
        ],
        # What the project and CodeBuild say wins over the buildspec.
        "variables": {**spec.variables, **variables, "CODEBUILD_SRC_DIR": source},
        "exported": list(spec.exported),
        "keeps_state": spec.keeps_state,
        "shell": spec.shell,
        "folder": source,
        "programs": list(PROGRAMS),
    }


@contextmanager
def _listening(world: World) -> Iterator[tuple[int, str]]:
    """A port of this machine on which stand-ins ask, and the word that they say first."""
    token = secrets.token_hex(16)

    class Answering(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            heard = _question(self.rfile)
            if len(heard) > 4 and heard[0] == token:
                reply = world.answer(tuple(heard[4:]), *heard[1:4])
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


def _result(folder: Path, name: str, spec: Buildspec) -> tuple[tuple[Ended, ...], dict[str, str]]:
    """What the agent reports. Its word may cost points; what was built and pushed is known without it."""
    names = {one.name for one in spec.phases}
    try:
        value = json.loads(_bytes(folder, name))
        phases = tuple(Ended(str(one["name"]), str(one["failed"])[:500]) for one in value["phases"])
        exported = {str(key): str(one)[:1000] for key, one in value["exported"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        phases, exported = (), {}
    if not phases or not {one.name for one in phases} <= names:
        expected, next_ = "phases that run to their end", "Does a command end more than its own shell?"
        raise NotYet(Finding("ran the phases", "the run ended before its phases did", expected, spec.name, next_))
    return phases, exported


def _bytes(folder: Path, name: str) -> bytes:
    """The content of a file that commands made; nothing of what is no plain file, or too large."""
    try:
        content = inside.read(folder, name)
    except OSError:
        return b""
    return content if len(content) <= MAX_ARTIFACT else b""


def _collected(spec: Buildspec, folder: Path, source: str) -> tuple[dict[str, bytes], str]:
    """The artifact's files by their name in it, and the first pattern that fits none."""
    raw = spec.raw.get("artifacts")
    if not isinstance(raw, dict) or not isinstance(raw.get("files"), list | str):
        return {}, ""
    patterns = [raw["files"]] if isinstance(raw["files"], str) else raw["files"]
    base = posixpath.normpath(f"{source}/{raw.get('base-directory', '.')}")
    if not f"{base}/".startswith(f"{source}/"):
        return {}, str(raw.get("base-directory"))
    there = inside.files_below(folder, base, most=MAX_FILES)
    flat = str(raw.get("discard-paths", "no")).lower() in ("yes", "true")
    found: dict[str, bytes] = {}
    for pattern in map(str, patterns):
        fitting = [one for one in there if fits(one, pattern)]
        if not fitting:
            return {}, pattern
        for one in fitting:
            found[posixpath.basename(one) if flat else one] = _bytes(folder, f"{base}/{one}")
    return found, ""


def fits(name: str, pattern: str) -> bool:
    """Whether a file fits `a/b.txt`, `dir/*` or `**/*`; `*` stays within a folder, `**` does not."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.removeprefix("./"))
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(meant.get(part, re.escape(part)) for part in parts), name) is not None
