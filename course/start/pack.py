"""What `start.py` of a trainee pack does: the environment from lock and wheels, then JupyterLab and the service."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from course.start import source, stamps
from course.start.console import Console, Step, Trouble
from course.start.environment import (
    COMPILING,
    LEARN,
    PATIENCE,
    compiled,
    locked_block,
    no_venv_text,
    no_venv_way_out,
)
from course.start.logged import run, writable
from course.start.places import Places
from course.start.session import heed_signals, open_both, stays
from course.start.source import Source

STAMP = "pack-stamp.json"


def env(places: Places, console: Console) -> int:
    """What a terminal needs: .venv, and work/ complete with a seed for each exercise."""
    _environment(places, console)
    _exercises(places, console)
    console.line("next: read work/01_prediction_endpoint/README.md, then run: .venv/bin/checker check 1")
    return 0


def _exercises(places: Places, console: Console) -> None:
    with console.step("exercises", "looking into work/") as step:
        _run(places, step, "the starters could not be copied", places.program("checker"), "start")
        step.done("in work/; what is yours stays")


def _environment(places: Places, console: Console) -> None:
    """Make .venv, unless its stamp says that it was made here from just these files."""
    writable(places.build)
    with console.step("environment", "looking") as step:
        stamp = places.venv / STAMP
        sources = _sources(places)
        known = stamps.read(stamp)
        if known is not None and known.sources == sources and places.python.exists():
            step.done("complete")
            return
        packages = source.find(places, LEARN, "python3 start.py")
        _new_venv(places, step)
        tool = _install(places, step, packages)
        stamps.write(stamp, stamps.Stamp(sources, {}, tool))
        step.done(f"made by {tool}{packages.told}")


def open_all(places: Places, console: Console) -> int:
    """Everything that a trainee needs, running, until Ctrl-C at a terminal; elsewhere once, as a trial."""
    began = time.monotonic()
    heed_signals(stay=stays())
    _environment(places, console)
    _exercises(places, console)
    with ExitStack() as stack:
        running = open_both(places, console, stack.callback)
        console.line(f"\n  JupyterLab      {console.address(running.lab_url)}")
        console.line(f"  Sample service  {console.address(running.service_url)}\n")
        console.line("First: open the JupyterLab address; START_HERE turns your first check green.")
        console.line(f"Ready after {time.monotonic() - began:.0f} s.")
        if stays():
            try:
                console.line("Ctrl-C here ends both; what you wrote stays in work/.")
                running.lab.process.wait()
            except KeyboardInterrupt:
                console.line()
    console.line("Both servers have ended.")
    return 0


def _sources(places: Places) -> str:
    # The folder is part of it: programs in .venv/bin name it, so a pack that was moved needs a new one.
    files = [places.root / LEARN, *_wheels(places)]
    return stamps.digest(files, str(places.venv), ".".join(map(str, sys.version_info[:2])))


def _wheels(places: Places) -> list[Path]:
    return sorted((places.root / "wheels").glob("*.whl"))


def _new_venv(places: Places, step: Step) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Trouble(no_venv_text(sys.executable, missing[0]), no_venv_way_out())
    step.doing("making .venv")
    _run(places, step, ".venv could not be made", sys.executable, "-m", "venv", "--clear", places.venv)


def _install(places: Places, step: Step, packages: Source) -> str:
    """Install lock and wheels; which tool did it. uv comes first, from the lock: it takes a tenth of pip's time."""
    locked: list[str | Path] = ["--require-hashes", "-r", places.root / LEARN]
    pip: list[str | Path] = [places.python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    env = {**PATIENCE, **packages.surroundings(places.surroundings())}
    by_uv = _with_uv(places, step, [*pip, *packages.pip], [*packages.uv, *locked], env)
    if not by_uv:
        step.doing("installing packages with pip, some minutes")
        what = f"the packages could not be {'taken' if packages.classroom else 'fetched'}{packages.told}"
        # The lock holds everything; asked for what a package needs, pip looks for a newest one, without a hash.
        _run(places, step, what, *pip, "--no-compile", "--no-deps", *packages.pip, *locked, env=env)
    step.doing("installing checker and movie_service")
    own: list[str | Path] = ["--no-index", "--no-deps", *_wheels(places)]
    _run(places, step, "checker and movie_service could not be installed", *pip, *own)
    step.doing(COMPILING)
    run(compiled(places), step, log=_log(places), cwd=places.root, env=places.surroundings())
    return "uv" if by_uv else "pip"


def _with_uv(
    places: Places, step: Step, pip: list[str | Path], locked: list[str | Path], env: Mapping[str, str]
) -> bool:
    """Whether uv could be fetched and did it; where it could not, it does not read pip's settings, say."""
    wanted = places.build / "uv.txt"
    wanted.write_text(locked_block((places.root / LEARN).read_text(encoding="utf-8"), "uv"), encoding="utf-8")
    uv: list[str | Path] = [places.program("uv"), "pip", "install", "--python", places.python, *locked]
    for argv, doing in (([*pip, "--require-hashes", "-r", wanted], "fetching uv"), (uv, "installing packages with uv")):
        step.doing(doing)
        if run(argv, step, log=_log(places), cwd=places.root, env=env).code != 0:
            return False
    return True


def _run(places: Places, step: Step, what: str, *argv: str | Path, env: Mapping[str, str] | None = None) -> None:
    done = run(argv, step, log=_log(places), cwd=places.root, env=places.surroundings() if env is None else env)
    if done.code != 0:
        raise Trouble(
            f"{what}:\n{done.tail}",
            f"mend what it says, then python3 start.py again; all that was said: {places.named(done.log)}",
        )


def _log(places: Places) -> Path:
    return places.logs / "start.log"
