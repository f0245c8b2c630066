"""Probes of .venv: there, whole, of the right packages, and able to load LightGBM."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

from checker.doctor.place import Place, Problem


def there(place: Place) -> Problem | None:
    if place.venv.is_dir():
        return None
    return Problem("There is no environment yet (.venv).", place.make_environment)


def half_made(place: Place) -> Problem | None:
    stamp = place.table.get("environment_stamp", "course-stamp.json")
    if not place.venv.is_dir() or (place.venv / stamp).exists():
        return None
    return Problem("The environment is half made: its installation was cut off.", place.make_environment)


def moved(place: Place) -> Problem | None:
    script = place.venv / "bin" / "pip"
    if not script.is_file():
        return None
    first = script.read_bytes()[:1000].split(b"# -*-")[0].decode("utf-8", errors="replace")
    if str(place.venv) in first or str(place.venv.resolve()) in first:
        return None
    return Problem(
        "The environment was made in another folder: its programs start a Python that is not there.",
        place.make_environment,
    )


def packages(place: Place) -> Problem | None:
    """Compare the lock with what is installed; markers that do not apply here are left out."""
    if place.site_packages is None:
        return None
    installed = _installed(place.site_packages)
    lock = place.root / str(place.table.get("lock", "requirements/dev.txt"))
    if not lock.is_file():
        return None
    for name, version in _locked(lock):
        if name not in installed:
            return Problem(f"The package {name} {version} is missing from the environment.", place.make_environment)
        if installed[name] != version:
            return Problem(
                f"The package {name} has version {installed[name]}; the lock says {version}.", place.make_environment
            )
    return None


def _installed(site_packages: Path) -> dict[str, str]:
    pairs = (info.name.removesuffix(".dist-info").rsplit("-", 1) for info in site_packages.glob("*.dist-info"))
    return {_normal(name): version for name, version in pairs}


def _locked(lock: Path) -> list[tuple[str, str]]:
    # Lines with a marker (`; sys_platform == …`) may not apply to this machine; the installer has judged those.
    pattern = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.MULTILINE)
    return [(_normal(name), version) for name, version in pattern.findall(lock.read_text(encoding="utf-8"))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def own_packages(place: Place) -> Problem | None:
    if place.site_packages is None:
        return None
    installed = _installed(place.site_packages)
    for name in place.table.get("own_packages", ("course-checker",)):
        if _normal(name) not in installed:
            return Problem(
                f"The course's own package {name} is not installed in the environment.", place.make_environment
            )
    return None


def openmp(place: Place) -> Problem | None:
    if place.site_packages is None:
        return None
    library = next(place.site_packages.glob("lightgbm/lib/lib_lightgbm.*"), None)
    if library is None:
        return None
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        if "gomp" not in str(error) and "libomp" not in str(error):
            return Problem(f"LightGBM cannot be loaded: {str(error).rpartition(': ')[2]}.", place.make_environment)
        name, repair = ("libomp", "brew install libomp") if os.uname().sysname == "Darwin" else (
            "libgomp.so.1", "apt-get install libgomp1")  # fmt: skip
        return Problem(f"LightGBM needs {name}, which is not on this machine.", repair)
    return None


def alembic(place: Place) -> Problem | None:
    if place.site_packages is None or not list(place.site_packages.glob("nbgrader-*.dist-info")):
        return None
    if (place.venv / "bin" / "alembic").exists() or place.which("alembic"):
        return None
    return Problem("nbgrader calls the program alembic, which is not in the environment.", place.make_environment)


def other_environment(place: Place) -> Problem | None:
    active = place.environ.get("VIRTUAL_ENV") or place.environ.get("CONDA_PREFIX")
    if not active or Path(active).resolve() == place.venv.resolve():
        return None
    return Problem(f"Another environment is active ({Path(active).name}); make and checker use .venv all the same.",
                   "deactivate", notice=True)  # fmt: skip


PROBES = (there, half_made, moved, packages, own_packages, openmp, alembic, other_environment)
