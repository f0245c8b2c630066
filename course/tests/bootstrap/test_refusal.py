"""A Python or a system that cannot run the course is told so in two lines."""

import ast
import subprocess
from pathlib import Path
from shutil import which

import pytest

from course.bootstrap import refusal

ROOT = Path(__file__).parents[3]
OLD = ("python3.6", "python3.7", "python3.8", "python3.9", "python3.10")


def test_new_enough_is_let_through():
    assert refusal((3, 11, 0), "posix") is None
    assert refusal((3, 14, 2), "posix") is None


def test_too_old_names_the_newer_one_on_the_path():
    assert refusal((3, 8, 18), "posix", "python3.12") == (
        "error: this is Python 3.8.18; the course needs 3.11 or newer.\ntry: make start PYTHON=python3.12"
    )


def test_too_old_and_no_newer_one():
    assert refusal((3, 10, 1), "posix") == (
        "error: this is Python 3.10.1; the course needs 3.11 or newer.\n"
        "try: install Python 3.11 or newer, then run make start."
    )


def test_windows_is_sent_to_wsl():
    assert refusal((3, 12, 0), "nt") == (
        "error: the course runs on Linux and macOS; on Windows it runs inside WSL.\n"
        "try: wsl --install, then clone the course inside WSL and run make start there."
    )


@pytest.mark.parametrize("path", ["course/bootstrap.py", "course/__init__.py"])
def test_an_old_python_can_read_what_it_meets_first(path):
    ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.slow
def test_an_old_python_says_so_itself():
    for name in OLD:
        if which(name) and subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0:
            break
    else:
        pytest.skip("no Python from 3.6 to 3.10 is on the PATH")

    told = subprocess.run(
        [name, "-m", "course.bootstrap", "start"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert told.returncode == 2
    assert told.stderr.startswith(f"error: this is Python {name[6:]}.")
