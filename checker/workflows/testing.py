"""Which program a command of a script starts in the end, and whether that program runs tests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checker.script import unwrapped
from checker.workflows.shell import Command, read

# They run what is named somewhere behind them.
LAUNCHERS = (
    "uv", "poetry", "pdm", "hatch", "pipenv", "rye", "pixi", "conda", "micromamba", "docker", "podman", "xvfb-run",
    "sudo", "xargs", "npx", "script", "make", "just", "task", "invoke", "inv",
)  # fmt: skip
TASKS = ("make", "just", "task", "invoke", "inv", "hatch", "pdm")
TARGET = re.compile(r"(?:^|[-_:])(?:tests?|check)(?:$|[-_:])")
SHELLS = ("sh", "bash")
PYTHON = re.compile(r"python[\d.]*|pypy[\d.]*")
# A runner of tests, and the options with which it runs none of them.
IDLE = ("--version", "--help", "-h")
RUNNERS = {
    "pytest": (*IDLE, "-V", "--collect-only", "--collectonly", "--co", "--fixtures", "--markers", "--setup-plan"),
    "py.test": (*IDLE, "-V", "--collect-only", "--collectonly", "--co", "--fixtures", "--markers", "--setup-plan"),
    "tox": (*IDLE, "-l", "--listenvs", "-a", "--listenvs-all", "--notest", "-n", "--showconfig"),
    "nox": (*IDLE, "-l", "--list", "--list-sessions", "--install-only"),
    "unittest": IDLE,
}  # fmt: skip
DRY = ("-n", "--dry-run", "--just-print", "--list", "-q", "--question")
# They look at text, or tell it.
TELLERS = (
    "echo", "printf", ":", "true", "cat", "grep", "test", "[", "[[", "which", "type", "ls", "chmod", "shellcheck", "cd",
)  # fmt: skip


def acts(command: Command) -> bool:
    """Whether a command does what its words name; echo and its kin only speak of it."""
    words = unwrapped(command.words)
    return bool(words) and words[0].rpartition("/")[2] not in TELLERS


def runs_tests(words: Sequence[str]) -> bool:
    """Whether a command runs tests, by way of whatever starts the runner."""
    words = unwrapped(tuple(words))
    name = words[0].rpartition("/")[2] if words else ""
    if name in RUNNERS:
        return not set(words[1:]) & set(RUNNERS[name])
    if name in TASKS and any(TARGET.search(word) for word in words[1:]) and "run" not in words[1:2]:
        return not set(words[1:]) & set(DRY)
    if PYTHON.fullmatch(name) or name == "coverage":
        return _by_module(words[1:], name)
    if name in SHELLS:
        inline = [words[place + 1] for place, word in enumerate(words[:-1]) if re.fullmatch(r"-\w*c", word)]
        return any(runs_tests(one.words) for text in inline for one in read(text, {}).commands)
    if name in LAUNCHERS:
        return any(_starts_a_runner(words[place]) and runs_tests(words[place:]) for place in range(1, len(words)))
    return False


def _starts_a_runner(word: str) -> bool:
    name = word.rpartition("/")[2]
    return name in RUNNERS or name in (*SHELLS, "coverage", "make") or bool(PYTHON.fullmatch(name))


def _by_module(words: Sequence[str], name: str) -> bool:
    """`python -m pytest`, `coverage run -m pytest`, `python -m coverage run -m pytest`."""
    if name == "coverage" and words[:1] != ("run",):
        return False
    for place, word in enumerate(words[:-1]):
        if word == "-m":
            return runs_tests(words[place + 1 :])
    return False
