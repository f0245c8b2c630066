"""Which program a command of a script starts in the end, whether that program runs tests, and which of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from checker.script import unwrapped
from checker.workflows.expressions import evaluate
from checker.workflows.grammar import ExpressionError
from checker.workflows.shell import Command, read

# They run what is named somewhere behind them.
LAUNCHERS = (
    "uv", "poetry", "pdm", "hatch", "pipenv", "rye", "pixi", "conda", "micromamba", "docker", "podman", "xvfb-run",
    "sudo", "xargs", "npx", "script", "make", "just", "task", "invoke", "inv",
)  # fmt: skip
# What stands behind these is put in place, and not started.
INSTALLS = {"install", "add"}
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
# By whom the tests are chosen: its variable, and the names by which it is started.
OPTIONS, PYTEST = "PYTEST_ADDOPTS", ("pytest", "py.test")
CHOOSES = re.compile(r"-[vqxsl]*([km])=?(\S.*)?", re.DOTALL)
# What stands behind these is no test that is named.
VALUED = (
    "-k", "-m", "--deselect", "--ignore", "--ignore-glob", "--cov", "--cov-config", "-c", "--config-file", "-p",
    "--confcutdir", "-o", "--override-ini", "-W", "--rootdir", "--basetemp", "--junitxml", "--junit-xml",
)  # fmt: skip
# A file, a test in one, or a folder below that of the tests; a pattern that takes each file of a folder.
PART = re.compile(r"^[^‹]*(?:\.py$|::)|^(?:\./)?tests/[^.‹]+$")
EACH = re.compile(r"(?:^|/)(?:(?:test_?)?\*(?:_test)?\.py|\**|)$")
WHOLE = {".", "./", "tests", "tests/", "./tests", "./tests/"}
# Names, and what joins them, in an expression of pytest.
PARTS = re.compile(r"[()]|[^\s()]+")
NOTHING: Mapping[str, str] = MappingProxyType({})
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
    return bool(calls(words))


def calls(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The calls of runners of tests that a command ends in, such as ('pytest', '-q'); none when it runs no test."""
    words = unwrapped(tuple(words))
    name = words[0].rpartition("/")[2] if words else ""
    if name in RUNNERS:
        return [] if set(words[1:]) & set(RUNNERS[name]) else [words]
    if name in TASKS and any(TARGET.search(word) for word in words[1:]) and "run" not in words[1:2]:
        return [] if set(words[1:]) & set(DRY) else [words]
    if PYTHON.fullmatch(name) or name == "coverage":
        return _by_module(words[1:], name)
    if name in SHELLS:
        inline = [words[place + 1] for place, word in enumerate(words[:-1]) if re.fullmatch(r"-\w*c", word)]
        return [call for text in inline for one in read(text, {}).commands for call in calls(one.words)]
    if name in LAUNCHERS:
        return next(filter(None, map(calls, _started(words))), [])
    return []


def _started(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What a launcher may start: the words from each name on that can run tests."""
    for place, word in enumerate(words[1:], 1):
        if word in INSTALLS:
            return
        if _starts_a_runner(word):
            yield words[place:]


def _starts_a_runner(word: str) -> bool:
    name = word.rpartition("/")[2]
    return name in RUNNERS or name in (*SHELLS, "coverage", "make") or bool(PYTHON.fullmatch(name))


def _by_module(words: Sequence[str], name: str) -> list[tuple[str, ...]]:
    """`python -m pytest`, `coverage run -m pytest`, `python -m coverage run -m pytest`."""
    if name == "coverage" and words[:1] != ("run",):
        return []
    for place, word in enumerate(words[:-1]):
        if word == "-m":
            return calls(words[place + 1 :])
    return []


# -- which tests ------------------------------------------------------------------------------------------------
def selection(words: Sequence[str], env: Mapping[str, str] = NOTHING) -> str:
    """What a command picks out of pytest's tests, such as `-k smoke`; an empty text when it runs them all.

    Empty too for what a run alone knows, and for runners whose settings lie in another file: tox, nox, make.
    """
    given = [word.removeprefix(f"{OPTIONS}=") for word in words if word.startswith(f"{OPTIONS}=")]
    picked = [_picked(call, (given or [env.get(OPTIONS, "")])[-1]) for call in calls(words)]
    return "" if "" in picked else next(iter(picked), "")


def _picked(call: tuple[str, ...], options: str) -> str:
    if call[0].rpartition("/")[2] not in PYTEST:
        return ""
    several = [word.startswith("-") and " " in word and not CHOOSES.fullmatch(word) for word in call[1:]]
    own = [_split(word) if many else [word] for word, many in zip(call[1:], several, strict=True)]
    words = [*_split(options), *chain(*own)]
    chosen: dict[str, str] = {}
    named: list[str] = []
    before = ""
    for word, after in zip(words, [*words, ""][1:], strict=True):
        found = CHOOSES.fullmatch(word)
        if found and before not in VALUED:
            chosen[found[1]] = found[2] or after
        elif before not in VALUED and not word.startswith("-"):
            named.append(word)
        before = f"-{found[1]}" if found and not found[2] else word
    for option, expression in chosen.items():
        if not _keeps_the_rest(expression):
            return f"-{option} {shlex.quote(expression)}"
    parts = [word for word in named if PART.search(EACH.sub("", word))]
    return "" if set(named) & WHOLE else " ".join(parts)


def _split(text: str) -> list[str]:
    """The words of a variable, as pytest or the shell splits it: `pytest $ARGS` with `-q -k smoke`."""
    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def _keeps_the_rest(expression: str) -> bool:
    """Whether `-k` or `-m` runs a test that has none of the names: `not slow` does, `smoke` does not."""
    if not expression.strip() or "‹" in expression:
        return True
    signs = {"not": "!", "and": "&&", "or": "||", "(": "(", ")": ")"}
    try:
        return bool(evaluate(" ".join(signs.get(one, "false") for one in PARTS.findall(expression)), {}))
    except ExpressionError:
        return expression.lstrip().startswith("not ")
