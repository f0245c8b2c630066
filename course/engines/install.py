"""Programs that are not there yet: Debian's packages; Go modules and Python environments, made once and kept."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.engines.found import EngineTrouble, Say
from course.engines.places import cache, programs
from course.engines.running import must, output
from course.engines.table import HERE, Pin, pins

GO_FLAGS = ("-trimpath", "-ldflags", "-s -w")
# The builds share two cores with whatever else runs.
GENTLY = ("nice", "-n", "10")
# dpkg has a lock of its own, and refuses a second caller at once.
_one_apt = threading.Lock()


@dataclass(frozen=True)
class Part:
    """Something of an engine that is made once and kept: in which folder, and how."""

    kept: Path
    make: Callable[[Say], object]
    # By Go, with all cores; else it is fetched and unpacked.
    compiled: bool = False


def apt(*names: str, say: Say) -> None:
    """Install what is missing of the packages of these pins. No service is started by it."""
    with _one_apt:
        _apt([package for name in names for package in pins()[name].packages], say)


def _apt(wanted: Sequence[str], say: Say) -> None:
    absent = [one for one in wanted if output(["dpkg-query", "-W", "-f", "${db:Status-Status}", one]) != "installed"]
    if not absent:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise EngineTrouble(
            f"The packages {', '.join(absent)} are missing.", "install them, or run this as root on Debian"
        )
    say(f"installing {', '.join(absent)}")
    # In runlevel 1 no package starts its service: what runs is what we start.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *absent]
    try:
        must(install, what="apt-get install", env=quiet)
    except EngineTrouble:
        # Package lists may be missing or old.
        must(["apt-get", "update"], what="apt-get update", env=quiet)
        must(install, what="apt-get install", env=quiet)


def go_program(name: str, *, say: Say) -> Path:
    """The program of a pin that is a Go module, built in a module of its own when it is not kept yet."""
    pin = pins()[name]
    return link(kept("go", name, _go_inputs(pin), lambda folder: _build(pin, folder), say=say) / name)


def go_part(name: str) -> Part:
    return Part(kept_at("go", name, _go_inputs(pins()[name])), lambda say: go_program(name, say=say), compiled=True)


def _go_inputs(pin: Pin) -> tuple[str, ...]:
    return (pin.version, _target(pin), *_flags(pin), *(_main(pin).values()))


def _target(pin: Pin) -> str:
    return "." if pin.main else "/".join(part for part in (pin.module, pin.package) if part)


def _main(pin: Pin) -> dict[str, str]:
    """Sources of our own around the module, by name."""
    return {path.name: path.read_text() for path in sorted((HERE / pin.main).glob("*.go"))} if pin.main else {}


def _flags(pin: Pin) -> tuple[str, ...]:
    *others, linked = GO_FLAGS
    return (*others, f"{linked} -X {pin.stamp}=v{pin.version}" if pin.stamp else linked)


def _build(pin: Pin, folder: Path) -> None:
    # A module of its own for each: versions that one needs break another. `go install …@version` would refuse
    # modules whose go.mod replaces or excludes.
    with tempfile.TemporaryDirectory(prefix="engine-") as place:
        source, target = Path(place), _target(pin)
        tool = "" if pin.main else f"\ntool {target}\n"
        (source / "go.mod").write_text(f"module build\n\ngo 1.26.0\n\nrequire {pin.module} v{pin.version}\n{tool}")
        for name, text in _main(pin).items():
            (source / name).write_text(text)
        write_sums(source, pin)
        go(["mod", "tidy"], source)
        go(["build", *_flags(pin), "-o", str(folder / pin.name), target], source)


def write_sums(folder: Path, *known: Pin) -> None:
    """A go.sum with our own digests: Go refuses a module that differs, wherever it came from."""
    lines = [f"{pin.module} v{pin.version} {pin.sum}\n" for pin in known]
    (folder / "go.sum").write_text("".join(lines))


def go(words: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None) -> None:
    if shutil.which("go") is None:
        raise EngineTrouble("Go is not installed, which builds this engine.", "install Go 1.26 or newer")
    env = {"GOFLAGS": "-buildvcs=false"} | dict(env or {})
    must([*GENTLY, "go", *words], what=f"go {words[0]}", cwd=folder, timeout=3000, env=env)


def python_environment(name: str, lock: Path, *, say: Say) -> None:
    """An environment of its own for a program from PyPI, with what its lock file names and nothing else."""
    inputs = (lock.read_text(encoding="utf-8"),)
    if not python_of(name, lock).exists():
        # Its interpreter may have gone with an upgrade of the system.
        shutil.rmtree(_environment(name, lock), ignore_errors=True)
    kept("python", name, inputs, lambda folder: _install_locked(lock, folder), say=say)


def python_part(name: str, lock: Path) -> Part:
    return Part(_environment(name, lock), lambda say: python_environment(name, lock, say=say))


def python_program(name: str, *, say: Say) -> None:
    """The program of a pin that is a Python module, run by the interpreter of its own environment."""
    lock = lock_of(name)
    python_environment(name, lock, say=say)
    # Its own script names the folder in which it was installed, which has another name since.
    started = f'#!/bin/sh\nexec {shlex.quote(str(python_of(name, lock)))} -m {pins()[name].module} "$@"\n'
    place = programs() / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(started, encoding="utf-8")
    place.chmod(0o755)


def lock_of(name: str) -> Path:
    return HERE / "locks" / f"{name}.txt"


def python_of(name: str, lock: Path) -> Path:
    """Its interpreter, whether it is there or not."""
    return _environment(name, lock) / "bin" / "python"


def _environment(name: str, lock: Path) -> Path:
    return kept_at("python", name, (lock.read_text(encoding="utf-8"),))


def _install_locked(lock: Path, folder: Path) -> None:
    must([*GENTLY, sys.executable, "-m", "venv", "--without-pip", str(folder)], what="making an environment")
    python = str(folder / "bin" / "python")
    words = ["install", "--require-hashes", "--quiet", "-r", str(lock)]
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    if Path(uv).exists():
        # The second try needs no network: everything may be in uv's cache.
        for mode in ([], ["--offline"]):
            if output([uv, "pip", *words, "--python", python, *mode], timeout=900) is not None:
                return
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    must([*GENTLY, *pip, *words, "--no-deps"], what=f"installing {lock.stem}", timeout=1800)


def kept_at(kind: str, name: str, inputs: Sequence[str]) -> Path:
    """Where the folder of these inputs is kept, whether it is there or not."""
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:16]
    return cache() / kind / f"{name}-{digest}"


def kept(kind: str, name: str, inputs: Sequence[str], make: Callable[[Path], None], *, say: Say) -> Path:
    """The folder that `make` fills, kept by a digest of `inputs`; half a folder is never kept."""
    folder = kept_at(kind, name, inputs)
    if folder.is_dir():
        return folder
    say(f"making {name}")
    began = time.monotonic()
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{name}-*"):
        # Of a run that was ended by force; one at a time works here, the machine's lock sees to it.
        shutil.rmtree(left, ignore_errors=True)
    half = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
    try:
        make(half)
        half.chmod(0o755)
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    say(f"made {name} in {time.monotonic() - began:.0f} s")
    return folder


def link(program: Path, name: str = "", *, folder: Path | None = None) -> Path:
    """Put a program into a folder, by default the one that stands first on the PATH of every command for engines."""
    folder = folder or programs()
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / (name or program.name)
    if not place.is_symlink() or place.readlink() != program:
        place.unlink(missing_ok=True)
        place.symlink_to(program)
    return place


def which(program: str) -> str | None:
    """A program of ours, else one on the PATH."""
    ours = programs() / program
    return str(ours) if ours.exists() else shutil.which(program)
