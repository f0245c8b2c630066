"""Probes of the machine: Python, disk, ports, proxies, programs."""

from __future__ import annotations

import importlib.util
import os
import socket

from checker.doctor.place import Place, Problem

OLDEST = (3, 11)
ENOUGH = 1_500_000_000
# The path of a unix socket may have 107 characters; ours add about 20 to the folder for temporary files.
LONGEST_TEMPORARY = 80


def python_version(place: Place) -> Problem | None:
    if place.python[:2] >= OLDEST:
        return None
    seen = ".".join(map(str, place.python))
    return Problem(f"This is Python {seen}; the course needs 3.11 or newer.", "make start PYTHON=python3.11")


def venv_module(place: Place) -> Problem | None:
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return None
    return Problem("This Python cannot make environments: its venv module is missing.", "apt-get install python3-venv")


def free_space(place: Place) -> Problem | None:
    free = place.free_bytes(place.root)
    if free >= ENOUGH:
        return None
    return Problem(f"There are {free // 10**6} MB free; the course needs {ENOUGH // 10**6} MB.", "rm -r build")


def temporary_folder(place: Place) -> Problem | None:
    if not os.access(place.temporary, os.W_OK):
        return Problem(
            f"The folder for temporary files, {place.temporary.name!r}, cannot be written.", "export TMPDIR=/tmp"
        )
    if len(str(place.temporary)) > LONGEST_TEMPORARY:
        length = len(str(place.temporary))
        return Problem(
            f"The path for temporary files has {length} characters; sockets need a short one.", "export TMPDIR=/tmp"
        )
    return None


def busy_ports(place: Place) -> Problem | None:
    busy = [str(port) for port in place.ports if _answers(port)]
    if not busy:
        return None
    return Problem(
        f"Port {' and '.join(busy)} is in use; another one will be taken and said.", "make start", notice=True
    )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def proxy(place: Place) -> Problem | None:
    names = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
    is_set = next((name for name in names if place.environ.get(name)), None)
    spared = f"{place.environ.get('NO_PROXY', '')},{place.environ.get('no_proxy', '')}"
    if is_set is None or "127.0.0.1" in spared or "*" in spared:
        return None
    return Problem(
        f"{is_set} is set and NO_PROXY does not name 127.0.0.1: requests to your own service go to the proxy.",
        "export NO_PROXY=127.0.0.1,localhost",
    )


def python_variables(place: Place) -> Problem | None:
    for name in ("PYTHONHOME", "PYTHONPATH"):
        if place.environ.get(name):
            return Problem(f"{name} is set: Python reads packages from another place first.", f"unset {name}")
    return None


def utf8_locale(place: Place) -> Problem | None:
    named = next((place.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if place.environ.get(name)), "")
    if os.name == "nt" or named in ("", "C", "POSIX") or "utf" in named.lower():
        # Python itself turns C and POSIX into UTF-8 (PEP 538, PEP 540).
        return None
    return Problem(f"The locale {named!r} is not UTF-8: movie titles are read wrongly.", "export LC_ALL=C.UTF-8")


def git(place: Place) -> Problem | None:
    if place.which("git"):
        return None
    return Problem("git is not installed; handing in needs it.", "apt-get install git", notice=True)


def make(place: Place) -> Problem | None:
    if place.which("make"):
        return None
    return Problem(
        "make is not installed; every target works without it.", "python3 -m course.bootstrap start", notice=True
    )


def clock(place: Place) -> Problem | None:
    newest = (place.root / "pyproject.toml").stat().st_mtime
    if newest <= place.now() + 86_400:
        return None
    return Problem("The clock stands before the course's own files were made; downloads fail then.", "date")


PROBES = (
    python_version, venv_module, free_space, temporary_folder, busy_ports, proxy, python_variables, utf8_locale, git,
    make, clock,
)  # fmt: skip
