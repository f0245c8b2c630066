"""Data and model for the tests of every room, made once per state of course/training and shared by all workers.

Long stories that are not told today are held back here (checker/law/today.py).
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.law.today import hold_back_stories
from course.start.places import Places
from course.start.products import training_digest

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / "build" / "test-cache"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait for each other stand together at the front: one worker begins there, others take from its end."""
    hold_back_stories(items)
    items.sort(key=lambda item: item.get_closest_marker("cluster") is None)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The default data set in MovieLens-100K format; tests must not write into it."""
    return _made("data", "data")


@pytest.fixture(scope="session")
def bundle_dir(data_dir: Path) -> Path:
    """The model bundle trained from `data_dir`; tests must not write into it."""
    return _made("model", "train", "--data", str(data_dir))


def _made(name: str, *words: str) -> Path:
    """Ask `python -m course` for it unless it is there; a second worker waits for the first."""
    folder = CACHE / training_digest(Places(ROOT), sys.version)[:16] / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            argv = [sys.executable, "-m", "course", *words, "--out", str(half)]
            done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.fail(f"{' '.join(words[:1])} ended with exit code {done.returncode}:\n{done.stderr}")
            half.rename(folder)
    return folder
