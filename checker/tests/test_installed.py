"""The checker as a wheel: its folder is then that of all packages, which a submission may use."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import checker
from checker.tests.conftest import GOOD, clean
from checker.worker import clone_of

PACKAGE = Path(checker.__file__).parent


@pytest.mark.parametrize(
    ("module", "clone"),
    [
        ("/clone/checker/worker.py", "/clone"),
        ("/env/lib/python3.11/site-packages/checker/worker.py", ""),
        ("/usr/lib/python3/dist-packages/checker/worker.py", ""),
    ],
)
def test_only_a_clone_is_hidden(module, clone):
    assert clone_of(Path(module)) == clone


@pytest.mark.slow
def test_a_wheel_holds_each_file_that_the_checker_reads():
    """Of a buildspec, too: without its schema, exercise 8 could not be checked from a pack."""
    settings = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["checker"]
    named = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and not path.suffix.startswith(".py")}

    left_out = {path.relative_to(PACKAGE).as_posix() for path in files - named}

    assert {name for name in left_out if "tests" not in Path(name).parts} == set()


@pytest.mark.slow
def test_a_submission_imports_what_is_installed_beside_the_checker(mini, tmp_path):
    packages = tmp_path / "site-packages"
    shutil.copytree(PACKAGE, packages / "checker", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    (packages / "neighbor.py").write_text("WORD = 'Hello'\n")
    env = os.environ | {"PYTHONPATH": str(packages)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "checker", *words], cwd=mini.root, env=env, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip

    (mini.exercises_folder / "01_greeting" / "README.md").write_text("# Greeting\n")
    assert run("start", "1").returncode == 0
    (mini.work / "01_greeting" / "greeting.py").write_text(f"import neighbor\n{clean(GOOD / 'greeting.py')}")
    (mini.work / "01_greeting" / "answers.toml").write_text("length = 3\n")

    said = run("check", "1").stdout

    assert "ModuleNotFoundError" not in said
    assert "passed" in said
