"""A folder for drafts, an untouched skeleton, and a skeleton that someone has filled in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.cli import main

ROOT = Path(__file__).parents[3]
FILLED = Path(__file__).parent / "data" / "12_retries"


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the shell in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def skeleton(drafts: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What `checker new-exercise 12_tracing --into .` writes."""
    assert main(["new-exercise", "12_tracing", "--into", "."]) == 0
    capsys.readouterr()
    return drafts / "12_tracing"


@pytest.fixture(scope="session")
def make_starter() -> Callable[[Path], None]:
    """Make a starter as an author does: the checker itself makes no notebooks."""

    def make(folder: Path) -> None:
        argv = [sys.executable, "-m", "course", "starter", str(folder)]
        subprocess.run(argv, cwd=ROOT, check=True, capture_output=True)

    return make


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, make_starter: Callable[[Path], None]) -> Path:
    """A course of one draft that is filled in, with its starter. Made once: tests must not write into it."""
    root = tmp_path_factory.mktemp("drafts")
    assert main(["new-exercise", "12_retries", "--into", str(root)]) == 0
    shutil.rmtree(root / "12_retries")
    shutil.copytree(FILLED, root / "12_retries", ignore=shutil.ignore_patterns("__pycache__"))
    make_starter(root / "12_retries")
    return root
