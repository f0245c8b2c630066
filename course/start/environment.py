"""Makes .venv from the hash-locked files: uv when it can be had, pip otherwise; a second run does nothing."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course.start import source, stamps
from course.start.bytecode import locked_names
from course.start.console import Console, Step, Trouble
from course.start.logged import Run, alone, run, writable
from course.start.places import Places
from course.start.source import INDEX, Source

LOCK, LEARN = Path("requirements/dev.txt"), Path("requirements/learn.txt")
OWN = (Path("pyproject.toml"), Path("course/service/pyproject.toml"))
STAMP = "course-stamp.json"
COMPILING = "compiling what exercises import"

# A download on a busy line takes longer than uv's 30 s.
PATIENCE = {"UV_HTTP_TIMEOUT": "120", "UV_PYTHON_DOWNLOADS": "never"}


@dataclass(frozen=True)
class Made:
    """`seconds` is 0 when the environment was there already."""

    seconds: float


def ensure(places: Places, console: Console) -> Made:
    """Make or complete the environment, unless its stamp says that it is complete."""
    if complete(places):
        return Made(0.0)
    writable(places.root)
    began = time.monotonic()
    with console.step("environment", "looking") as step, alone(places.build / "environment.lock", step):
        if complete(places):
            return Made(0.0)
        how = _make(places, step, source.find(places, LOCK, "make env"))
        step.done(how)
    return Made(time.monotonic() - began)


def complete(places: Places) -> bool:
    stamp = stamps.read(places.venv / STAMP)
    return stamp is not None and stamp.sources == _sources(places)


def _sources(places: Places) -> str:
    # The folder is part of it: programs in .venv/bin name it, so a clone that was moved needs a new one.
    files = [places.root / path for path in (LOCK, *OWN)]
    return stamps.digest(files, str(places.venv), _version(places.python) or "none")


def _version(python: Path) -> str | None:
    """What the interpreter says of itself; None when it is gone, for one after an upgrade of the system."""
    code = "import sys; print(sys.version_info[:2], sys.prefix)"
    try:
        asked = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _make(places: Places, step: Step, packages: Source) -> str:
    stamp = places.venv / STAMP
    usable = _usable(places, moved=stamp.exists())
    stamp.unlink(missing_ok=True)
    if not usable:
        _new_venv(places, step)
    tool = _install_locked(places, step, packages)
    _install_own(places, step, uv=tool == "uv")
    step.doing(COMPILING)
    _run(places, step, compiled(places))
    stamps.write(stamp, stamps.Stamp(_sources(places), {}, f"made by {tool}"))
    count = len(locked_names(places.root / LOCK))
    return f"{count} packages{packages.told}, by {tool}" + (", completed" if usable else "")


def _usable(places: Places, *, moved: bool) -> bool:
    """Whether what is there can be completed: an interpreter that starts, and pip."""
    version = _version(places.python)
    if version is None or not places.program("pip").exists():
        return False
    # With a stamp, the lock changed or the folder moved; pip's own first line tells which.
    first = places.program("pip").read_bytes()[:400]
    return not moved or str(places.venv).encode() in first


def _new_venv(places: Places, step: Step) -> None:
    if places.venv.exists() and not (places.venv / "pyvenv.cfg").exists() and any(places.venv.iterdir()):
        raise Trouble(
            f"{places.named(places.venv)!r} is there and is not a Python environment.",
            "move it elsewhere, then run make start again.",
        )
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Trouble(no_venv_text(sys.executable, missing[0]), no_venv_way_out())
    step.doing("making .venv")
    made = run(
        [sys.executable, "-m", "venv", "--clear", places.venv],
        step,
        log=places.logs / "environment.log",
        cwd=places.root,
        env=places.surroundings(),
    )
    if made.code != 0:
        raise Trouble(f"{sys.executable} could not make .venv:\n{made.tail}", "python3 -m venv .venv")


def no_venv_text(python: str, missing: str) -> str:
    return f"{python} cannot make an environment: its module {missing!r} is not installed."


def no_venv_way_out(running: tuple[int, ...] = sys.version_info[:2]) -> str:
    version = ".".join(map(str, running))
    return f"sudo apt install python{version}-venv (Debian, Ubuntu), or name another: make start PYTHON=…"


def _install_locked(places: Places, step: Step, packages: Source) -> str:
    """Install the lock; the tool that did it. uv takes a tenth of pip's time."""
    if _have_uv(places, step, packages):
        step.doing(f"installing {len(locked_names(places.root / LOCK))} packages with uv")
        # The second try needs no network: everything may be in uv's cache from another clone.
        for mode in [packages.uv] if packages.classroom else ([], ["--offline"]):
            words = ["--require-hashes", "-r", str(LOCK), *mode]
            if _run(places, step, [*_uv(places), *words], packages).code == 0:
                return "uv"
        if not packages.classroom:
            step.say("uv could not fetch the packages (it does not read pip's settings); pip does it now.")
    step.doing(f"installing {len(locked_names(places.root / LOCK))} packages with pip, some minutes")
    # The lock holds everything; asked for what a package needs, pip looks for a newest one of its own, without a hash.
    locked: list[str | Path] = ["install", "--no-compile", "--no-deps", *packages.pip, "--require-hashes", "-r", LOCK]
    done = _run(places, step, [*_pip(places), *locked], packages)
    if done.code == 0:
        return "pip"
    said = f"All that was said: {places.named(done.log)}"
    if packages.classroom:
        raise Trouble(
            f"the packages could not be taken{packages.told}:\n{done.tail}",
            f"ask for another copy of the classroom, then make env. {said}",
        )
    raise Trouble(
        f"the packages of {str(LOCK)!r} could not be fetched:\n{done.tail}",
        f"connect to the network or set pip's index and proxy, then run make start again; it goes on from here. {said}",
    )


def _have_uv(places: Places, step: Step, packages: Source) -> bool:
    if places.program("uv").exists():
        return True
    step.doing("fetching uv")
    wanted = places.build / "uv.txt"
    wanted.write_text(locked_block((places.root / LOCK).read_text(encoding="utf-8"), "uv"), encoding="utf-8")
    words: list[str | Path] = ["install", *packages.pip, "--require-hashes", "-r", wanted]
    return _run(places, step, [*_pip(places), *words], packages).code == 0


def locked_block(lock: str, name: str) -> str:
    """The lines of one package in a hash-locked file: the pin and its hashes."""
    block: list[str] = []
    for line in lock.splitlines():
        if line.startswith(f"{name}=="):
            block = [line]
        elif block and line.startswith(" "):
            block.append(line)
        elif block:
            break
    return "\n".join(block) + "\n"


def _install_own(places: Places, step: Step, *, uv: bool) -> None:
    """The checker and the service, editable; setuptools came with the lock, so the network is not asked."""
    step.doing("installing checker and movie_service from the clone")
    tool = [*_uv(places), "--offline"] if uv else [*_pip(places), "install", "--no-index"]
    own = ["--no-deps", "--no-build-isolation", "-e", ".", "-e", "course/service"]
    done = _run(places, step, [*tool, *own])
    if done.code != 0:
        raise Trouble(
            f"checker and movie_service could not be installed from the clone:\n{done.tail}",
            f"git status, to see what differs from the course; all that was said: {places.named(done.log)}",
        )


def compiled(places: Places) -> list[str | Path]:
    """The command that compiles them, once the packages are there."""
    return [places.python, "-m", "course.start.bytecode", LEARN]


def _uv(places: Places) -> list[str | Path]:
    return [places.program("uv"), "pip", "install", "--python", places.python]


def _pip(places: Places) -> list[str | Path]:
    return [places.python, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def _run(places: Places, step: Step, argv: Sequence[str | Path], packages: Source = INDEX) -> Run:
    env = {**PATIENCE, **packages.surroundings(places.surroundings())}
    return run(argv, step, log=places.logs / "environment.log", cwd=places.root, env=env)
