"""`python -m checker.buildspec --fail tests`: runs the phases here, by CodeBuild's rules, and prints CodeBuild's log.

The commands of the file are executed, in a copy of the folder; docker, aws, the test runners and the installers are
stand-ins that only answer. Nothing is built, and nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from checker.buildspec.reading import QUOTES, WRITTEN, Buildspec, read, schema_faults
from checker.buildspec.running import Build, run_in
from checker.buildspec.world import DOCKER_BUILD, DOCKER_PUSH, HOST, START, TESTS, Registry, World, codebuild_variables
from checker.errors import CouldNotCheck, NotYet

FAULTS = {"tests": TESTS, "docker-build": DOCKER_BUILD, "start": START, "docker-push": DOCKER_PUSH}
# What to try after a fault of the schema, by what it asks.
TRY = {
    QUOTES: "put quotes around the whole command",
    WRITTEN: "compare the key and its indentation with AWS's reference",
}
REPOSITORY = "movie-service"
MAX_FILE = 1_000_000


class Output(NamedTuple):
    """What a script printed."""

    output: str


@dataclass(frozen=True)
class Folder:
    """A folder in which the phases run as a process of this user."""

    folder: Path

    @property
    def inside(self) -> str:
        return str(self.folder)

    def let_reach(self, port: int) -> None:
        """Every port is within reach of this user's own process."""

    def run(self, script: str, *args: str, env: dict[str, str] | None = None, timeout: float = 30.0) -> Output:
        command = [sys.executable, script, *args]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
            check=False, env=env,
        )  # fmt: skip
        return Output(done.stdout)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0: the build succeeded; 1: it failed, or CodeBuild refuses the file; 2: the call is wrong.

    3: the file cannot be read or run here.
    """
    given = _arguments(argv)
    path = Path(given.file)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        print(f"error: There is no file {given.file!r} here.\ntry: ls *.yml")
        return 3
    except (OSError, UnicodeDecodeError):
        print(f"error: The file {given.file!r} cannot be read as text.\ntry: file {path.name}")
        return 3
    try:
        spec = read(path.name, text)
        faults = schema_faults(spec.raw)
        if faults:
            # A run of what is left of the file would look like a run of the file.
            print("\n".join(f"error: {spec.at(*one.path)}: {one.message}." for one in faults))
            print(f"CodeBuild refuses such a file, and nothing runs.\ntry: {TRY[faults[0].next]}")
            return 1
        build = _run(path, spec, given)
    except (NotYet, CouldNotCheck) as fault:
        print(f"error: {path.name}, {fault.finding.seen}.\ntry: open the line in an editor")
        return 3
    except subprocess.TimeoutExpired:
        print("error: The phases did not end within 30 seconds.\ntry: look for a command that waits")
        return 3
    print(build.log.rstrip())
    print("\n".join(_left(build)))
    return 0 if build.succeeded else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m checker.buildspec", description=__doc__)
    parser.add_argument("file", nargs="?", default="buildspec.yml", help="the buildspec (default: buildspec.yml)")
    parser.add_argument("--fail", action="append", default=[], choices=FAULTS, help="what fails in this run")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the project")
    return parser.parse_args(argv)


def _run(path: Path, spec: Buildspec, given: argparse.Namespace) -> Build:
    rng = random.Random()
    registry = Registry()
    world = World(rng, registry, tuple(FAULTS[one] for one in given.fail))
    project = {"REPOSITORY_URI": f"{HOST}/{REPOSITORY}", **dict(pair.partition("=")[::2] for pair in given.set)}
    commit = f"{rng.getrandbits(160):040x}"
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        for one in path.resolve().parent.iterdir():
            if one.is_file() and one.stat().st_size < MAX_FILE:
                shutil.copy2(one, folder)
        return run_in(Folder(Path(folder)), spec, world, codebuild_variables(rng, commit, project))


def _left(build: Build) -> list[str]:
    """What stands after the run, in the order in which a pipeline asks for it."""
    lines = ["", f"The build {build.status}. Nothing was built for real; docker and aws are stand-ins."]
    lines += [
        f"  pushed    {one.repository}:{one.tag}  {one.digest[:19]}…  ({one.phase})" for one in build.world.pushes
    ]
    lines += [] if build.world.pushes else ["  pushed    nothing"]
    for name, content in build.artifacts.items():
        shown = content.decode("utf-8", errors="replace").strip()
        lines.append(f"  artifact  {name}: {shown[:200]}" if name.endswith(".json") else f"  artifact  {name}")
    lines += [f"  exported  {name}={value}" for name, value in build.exported.items()]
    if build.artifacts and not build.succeeded:
        lines.append("  handed on to nobody: after a build that FAILED no later stage of a pipeline begins")
    ended = build.phases[-1]
    return lines + ([f"  artifact  {ended.why}"] if ended.name == "UPLOAD_ARTIFACTS" else [])


if __name__ == "__main__":
    sys.exit(main())
