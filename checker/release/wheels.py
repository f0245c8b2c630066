"""Builds the wheels that travel in a pack: from a clean copy of the sources, with the tools that are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from checker.errors import ExerciseFault
from checker.release.contents import Wheel

IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info", "tests", ".*")
# Run in the copy: setuptools leaves its build/ beside the sources and would pack stale modules from it next time.
BUILD = "import sys, setuptools.build_meta as b; print(b.build_wheel(sys.argv[1]))"
# 1980 is the first year that a zip file can hold: with one time for all files, equal sources give equal wheels.
EPOCH = "315532800"


def build(wheel: Wheel, out: Path) -> Path:
    """Build one wheel into `out` and return its path. Needs no network."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "source"
        copy.mkdir()
        for name in wheel.take:
            _take(wheel.folder / name, copy / name)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", BUILD, str(out.resolve())],
            cwd=copy,
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise ExerciseFault(f"No wheel could be built of {str(wheel.folder)!r}: {last}", "python3 -m pip check")
    return out / done.stdout.strip().splitlines()[-1]


def _take(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=IGNORED)
    elif source.is_file():
        shutil.copyfile(source, target)
    else:
        raise ExerciseFault(
            f"pyproject.toml: a wheel of [tool.checker.pack] takes {str(source)!r}, which is not there. "
            "Take the name out or bring the file back."
        )
