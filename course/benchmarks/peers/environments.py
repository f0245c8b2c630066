"""An environment for each peer, from PyPI by the ordinary client, in build/bench-peers, made once and kept."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from course.benchmarks.report import BenchTrouble
from course.start import stamps
from course.start.console import Step
from course.start.logged import run
from course.start.places import Places

STAMP = "course-stamp.json"
# What the model needs beside the server, the same for all.
MODEL = ("lightgbm==4.7.0", "numpy==2.4.6")


@dataclass(frozen=True)
class Package:
    """A server as PyPI has it."""

    name: str
    requirement: str

    @property
    def requirements(self) -> tuple[str, ...]:
        return (self.requirement, *MODEL)


def ensure(package: Package, places: Places, step: Step) -> Path:
    """The environment's Python; BenchTrouble when the package does not install on this machine."""
    folder = places.build / "bench-peers" / package.name.lower()
    python = folder / "bin" / "python"
    sources = stamps.digest([], str(folder), sys.version, *package.requirements)
    stamp = stamps.read(folder / STAMP)
    if stamp is not None and stamp.sources == sources and python.exists():
        return python
    step.doing(f"installing {package.requirement}")
    _do(package, [places.python, "-m", "venv", "--clear", folder], places, step)
    if places.program("uv").exists():
        words: list[str | Path] = [places.program("uv"), "pip", "install", "--compile-bytecode", "--python", python]
    else:
        words = [python, "-m", "pip", "--disable-pip-version-check", "install"]
    _do(package, [*words, *package.requirements], places, step)
    stamps.write(folder / STAMP, stamps.Stamp(sources, {}))
    return python


def _do(package: Package, words: list[str | Path], places: Places, step: Step) -> None:
    done = run(words, step, log=places.logs / "bench-peers.log", cwd=places.root, env=places.surroundings())
    if done.code != 0:
        last = done.tail.strip().splitlines()[-1:] or ["no reason was given"]
        raise BenchTrouble(f"{package.requirement} does not install here: {last[0].strip()}")
