"""Which commands run tests, by whatever way, and which only speak of them."""

from __future__ import annotations

import shlex

import pytest

from checker.workflows.shell import Command, read
from checker.workflows.testing import acts, excluded, left_out, runs_tests, selection


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
        "docker run --rm app echo", "uv sync", "uv pip install pytest",
        "poetry add pytest", "sudo pip install -U pytest", "test -f pytest.ini", "",
    ],
)  # fmt: skip
def test_this_runs_none(command: str) -> None:
    assert not runs_tests(_words(command))


@pytest.mark.parametrize(
    "command",
    [
        "pytest", "pytest tests", "python -m pytest ./tests/ -q", "pytest -m 'not slow'", "pytest -k 'not slow or api'",
        "pytest -k 'not (slow or gpu) and not api'", "pytest -mnot\\ slow", "pytest -k ''", "pytest -k a -k ''",
        "pytest --deselect tests/test_api.py::test_one", "pytest --ignore tests/test_slow.py -x", "pytest -n 4 tests",
        "pytest --deselect=tests/test_api.py", "pytest tests/test_*.py", "pytest tests/**", "pytest -c conf.py",
        "pytest tests tests/test_api.py", "pytest tests/*.py", "bash -c 'pytest -k smoke && pytest'", "make test",
        "tox -- -k smoke", "uv run --with pytest pytest", "pytest -W error::DeprecationWarning", "coverage report", "",
        "pytest -o addopts=", "pytest -o xfail_strict=true", "pytest -o 'python_files=test_*.py check_*.py'",
        "pytest -o testpaths='tests more'", "pytest -o testpaths=", "pytest -o python_functions=test",
        "pytest -o addopts='-k smoke' -k ''", "pytest -o",
        "pytest tests/unit tests", "pytest --junitxml tests/out", "pytest --cov tests/unit", "pytest src tests/*",
    ],
)  # fmt: skip
def test_this_runs_all_tests_or_nobody_knows(command: str) -> None:
    assert selection(_words(command)) == ""


@pytest.mark.parametrize(
    ("command", "picked"),
    [
        ("pytest -k smoke", "-k smoke"), ("pytest -m smoke", "-m smoke"), ("pytest -k=smoke", "-k smoke"),
        ("pytest -ksmoke", "-k smoke"), ("pytest -qk smoke", "-k smoke"), ("pytest -m 'a or b'", "-m 'a or b'"),
        ("pytest -k 'not slow and api'", "-k 'not slow and api'"), ("python -m pytest -m smoke -q", "-m smoke"),
        ("uv run pytest -k smoke", "-k smoke"), ("uv run --with pytest pytest -k smoke", "-k smoke"),
        ("uv run python -m pytest -k smoke", "-k smoke"), ("coverage run -m pytest -k smoke", "-k smoke"),
        ("bash -c 'cd app; pytest -k smoke'", "-k smoke"), ("docker run --rm app pytest -m smoke", "-m smoke"),
        ("pytest tests/test_smoke.py", "tests/test_smoke.py"), ("bash -c 'cd tests/unit; pytest'", "tests/unit"),
        ("pytest -q ./tests/test_api*.py", "./tests/test_api*.py"),
        ("pytest tests/test_api.py::test_one", "tests/test_api.py::test_one"),
        ("pytest tests/test_a.py tests/test_b.py", "tests/test_a.py tests/test_b.py"),
        ("env PYTEST_ADDOPTS='-k smoke' pytest", "-k smoke"),
        ("docker run -e PYTEST_ADDOPTS=-ksmoke app pytest", "-k smoke"),
        ("docker run --env=PYTEST_ADDOPTS=-ksmoke app pytest", "-k smoke"),
        ("pytest tests/unit", "tests/unit"), ("pytest -q ./tests/unit/", "./tests/unit/"),
        ("pytest tests/unit tests/api", "tests/unit tests/api"), ("pytest tests/unit/*.py", "tests/unit/*.py"),
        ("pytest tests/unit/**", "tests/unit/**"), ("pytest -n auto tests/unit", "tests/unit"),
        ("pytest -o python_files=test_app.py", "-o python_files=test_app.py"),
        ("pytest --override-ini=python_functions='test_a test_b'", "-o 'python_functions=test_a test_b'"),
        ("pytest -opython_classes=TestApp", "-o python_classes=TestApp"),
        ("pytest -o python_files=", "-o python_files="),
        ("pytest --override-ini testpaths=tests/unit -q", "-o testpaths=tests/unit"),
        ("env PYTEST_ADDOPTS='-o python_files=a.py' pytest", "-o python_files=a.py"),
        ("pytest -o addopts='-k smoke'", "-k smoke"), ("pytest '--override-ini=addopts=-q -m smoke'", "-m smoke"),
    ],
)  # fmt: skip
def test_this_picks_some_tests(command: str, picked: str) -> None:
    assert selection(_words(command)) == picked


@pytest.mark.parametrize(
    ("script", "picked"),
    [
        ("export PYTEST_ADDOPTS='-q -k smoke'\npytest", "-k smoke"), ("PYTEST_ADDOPTS=-msmoke pytest -q", "-m smoke"),
        ("ARGS='-q -k smoke'\npytest $ARGS", "-k smoke"), ("PYTEST_ADDOPTS='-k smoke' pytest -k 'not slow'", ""),
        ("PYTEST_ADDOPTS=tests/test_a.py pytest -q", "tests/test_a.py"), ('pytest -k "$NAMES"', ""),
        ("pytest $(git diff --name-only)", ""), ('pytest "tests/test_$PART.py"', ""), ('pytest "tests/$PART"', ""),
        ("PYTEST_ADDOPTS=\"'\" pytest", ""), ('pytest -o "python_files=$FILES"', ""),
        ("for one in tests/test_*.py; do pytest $one; done", ""), ("make test PYTEST_ADDOPTS=-ksmoke", ""),
    ],
)  # fmt: skip
def test_variables_pick_tests_too(script: str, picked: str) -> None:
    command = read(script, {}).commands[-1]

    assert selection(command.words, command.env) == picked


@pytest.mark.parametrize(
    ("script", "picked"),
    [
        ("cd tests/unit && pytest", "tests/unit"), ("cd ./tests/unit\npytest -q", "tests/unit"),
        ("cd tests; pytest unit", "tests/unit"), ("pushd tests; cd unit; pytest", "tests/unit"),
        ("(cd tests/unit; pytest)", "tests/unit"), ("cd tests && pytest", ""), ("cd tests/unit; pytest ..", ""),
        ("cd tests/unit; cd ../..; pytest", ""), ("(cd tests/unit; ls); pytest", ""),
        ("cd tests/unit; cd -; pytest", ""),
        ("(\ncd tests/unit\nls\n)\npytest", ""), ("cd tests/unit; cd $HOME; pytest", ""), ("cd app; pytest", ""),
        ("N=$(cd tests/unit; ls); pytest", ""), ("cd tests/unit; cd /app; pytest", ""),
        ("cd tests/unit; cd; pytest", ""),
    ],
)  # fmt: skip
def test_the_folder_picks_tests_too(script: str, picked: str) -> None:
    command = next(one for one in read(script, {}).commands if runs_tests(one.words))

    assert selection(command.words, command.env, command.folder) == picked


def test_a_step_starts_in_its_folder() -> None:
    command = read("pytest", {}, folder="./tests/unit/").commands[0]

    assert selection(command.words, command.env, command.folder) == "tests/unit"


@pytest.mark.parametrize(
    ("script", "folder"),
    [
        ("pytest --ignore tests", "tests"), ("pytest -q --ignore=./tests/unit/", "tests/unit"),
        ("pytest --ignore-glob='tests/unit/*'", "tests/unit"), ("pytest --deselect tests/unit", "tests/unit"),
        ("export PYTEST_ADDOPTS=--ignore=tests/unit; pytest", "tests/unit"),
        ("cd tests; pytest --ignore unit", "tests/unit"),
        ("pytest --ignore tests/test_slow.py", ""), ("pytest --ignore-glob '*_slow.py'", ""),
        ("pytest --ignore docs", ""),
        ("pytest --deselect tests/test_api.py::test_one", ""), ("pytest --ignore", ""), ("pytest tests/unit", ""),
        ('pytest --ignore "tests/$PART"', ""), ("tox -- --ignore tests", ""),
        ("bash -c 'pytest --ignore tests; pytest'", ""),
    ],
)  # fmt: skip
def test_this_leaves_a_folder_of_tests_out(script: str, folder: str) -> None:
    command = read(script, {}).commands[-1]

    assert left_out(command.words, command.env, command.folder) == folder


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("pytest --ignore tests", "tests"), ("pytest --ignore=./tests/unit/", "tests/unit"),
        ("pytest --ignore tests/test_slow.py", "tests/test_slow.py"), ("pytest --ignore=app/tests", "app/tests"),
        ("pytest --ignore=app/a_test.py", "app/a_test.py"), ("pytest --ignore test_api.py", "test_api.py"),
        ("pytest --ignore-glob='*slow*'", "*slow*"), ("pytest --ignore-glob 'tests/test_s*.py'", "tests/test_s*.py"),
        ("pytest --ignore-glob='*'", "."), ("cd tests; pytest --ignore unit", "tests/unit"),
        ("pytest --deselect tests/test_api.py", "tests/test_api.py"), ("pytest --deselect=app/x.py::C", "app/x.py::C"),
        ("PYTEST_ADDOPTS='-q --deselect tests/test_api.py::test_one' pytest", "tests/test_api.py::test_one"),
        ("pytest -q", ""), ("pytest -m 'not slow'", ""), ("pytest --ignore docs --ignore=.pytest_cache", ""),
        ("pytest --ignore=latest", ""), ("pytest --ignore-glob='docs/*'", ""), ("pytest --ignore", ""),
        ("pytest --deselect", ""), ("tox -- --ignore tests", ""), ("pytest tests/unit", ""),
        ("bash -c 'pytest --deselect tests/test_api.py; pytest'", ""), ("ruff check --ignore E501 tests", ""),
    ],
)  # fmt: skip
def test_this_leaves_tests_out(script: str, told: str) -> None:
    command = read(script, {}).commands[-1]

    assert excluded(command.words, command.env, command.folder) == told


@pytest.mark.parametrize(
    ("command", "due"),
    [("docker push app", True), ("echo docker push app", False), ("timeout 9 docker push app", True), ("", False)],
)
def test_echo_only_speaks(command: str, due: bool) -> None:
    assert acts(Command(_words(command))) is due


def _words(command: str) -> tuple[str, ...]:
    return tuple(shlex.split(command))
