"""An environment of requirements/serve.txt alone, in build/bench-env, made once and kept."""

from __future__ import annotations

import sys
from pathlib import Path

from course.benchmarks.report import BenchTrouble
from course.start import stamps
from course.start.console import Step
from course.start.logged import Run, run
from course.start.places import Places

LOCK = Path("requirements/serve.txt")
STAMP = "course-stamp.json"


def ensure(places: Places, step: Step) -> Path:
    """The environment's Python. uv's cache, filled by `make start`, is enough without a network."""
    folder = places.build / "bench-env"
    python = folder / "bin" / "python"
    sources = stamps.digest([places.root / LOCK], str(folder), sys.version)
    stamp = stamps.read(folder / STAMP)
    if stamp is not None and stamp.sources == sources and python.exists():
        return python
    step.doing(f"making {places.named(folder)} from {LOCK}")
    _must(_run(places, step, [places.python, "-m", "venv", "--clear", folder]))
    _install(places, step, python)
    stamps.write(folder / STAMP, stamps.Stamp(sources, {}))
    return python


def _install(places: Places, step: Step, python: Path) -> None:
    locked: list[str | Path] = ["--require-hashes", "-r", LOCK]
    if places.program("uv").exists():
        uv = [places.program("uv"), "pip", "install", "--python", python, "--compile-bytecode", *locked]
        for words in ([*uv, "--offline"], uv):
            if _run(places, step, words).code == 0:
                return
    # uv does not read pip's settings, so pip may reach an index that uv does not.
    _must(_run(places, step, [python, "-m", "pip", "--disable-pip-version-check", "install", *locked]))


def _run(places: Places, step: Step, argv: list[str | Path]) -> Run:
    return run(argv, step, log=places.logs / "bench-env.log", cwd=places.root, env=places.surroundings())


def _must(done: Run) -> None:
    if done.code != 0:
        raise BenchTrouble(f"build/bench-env could not be made from {LOCK}:\n{done.tail}\nConnect to the network once.")
