"""Which commands run tests, by whatever way, and which only speak of them."""

from __future__ import annotations

import shlex

import pytest

from checker.workflows.shell import Command
from checker.workflows.testing import acts, runs_tests


@pytest.mark.parametrize(
    "command",
    [
        "pytest", "python -m pytest -q", "python3.13 -m pytest", ".venv/bin/pytest tests", "uv run --frozen pytest",
        "poetry run pytest", "coverage run -m pytest", "python -m coverage run -m pytest", "python -m unittest",
        "tox -e py313", "nox -s tests", "make test", "make -C app check", "just test", "hatch test", "hatch run pytest",
        "timeout 600 pytest", "env A=1 pytest", "bash -ec 'cd app; pytest'", "docker run --rm app pytest -q",
        "docker compose run app python -m pytest", "xvfb-run pytest", "pytest -k 'not slow'",
    ],
)  # fmt: skip
def test_this_runs_tests(command: str) -> None:
    assert runs_tests(_words(command))


@pytest.mark.parametrize(
    "command",
    [
        "echo pytest", "pytest --collect-only", "pytest --co -q", "python -m pytest --version", "pytest --fixtures",
        "tox --listenvs", "nox -l", "make -n test", "make build", "pip install pytest", "cat pytest.log",
        "grep pytest log", "python pytest_config.py", "coverage report", "bash -c 'echo pytest'", "which pytest",
        "docker run --rm app echo", "uv sync", "test -f pytest.ini", "",
    ],
)  # fmt: skip
def test_this_runs_none(command: str) -> None:
    assert not runs_tests(_words(command))


@pytest.mark.parametrize(
    ("command", "due"),
    [("docker push app", True), ("echo docker push app", False), ("timeout 9 docker push app", True), ("", False)],
)
def test_echo_only_speaks(command: str, due: bool) -> None:
    assert acts(Command(_words(command))) is due


def _words(command: str) -> tuple[str, ...]:
    return tuple(shlex.split(command))
