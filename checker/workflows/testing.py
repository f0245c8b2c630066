"""Which program a command of a script starts in the end, whether that program runs tests, and which of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from posixpath import normpath
from types import MappingProxyType
from typing import NamedTuple

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
GIVEN = re.compile(rf"(?:--env=|-e)?{OPTIONS}=(.*)", re.DOTALL)
CHOOSES = re.compile(r"-[vqxsl]*([km])=?(\S.*)?", re.DOTALL)
# What stands behind these is no test that is named.
VALUED = (
    "-k", "-m", "--deselect", "--ignore", "--ignore-glob", "--cov", "--cov-config", "-c", "--config-file", "-p",
    "--confcutdir", "-o", "--override-ini", "-W", "--rootdir", "--basetemp", "--junitxml", "--junit-xml",
)  # fmt: skip
# What stands behind these is left out.
LEAVES = re.compile(r"(--ignore|--ignore-glob|--deselect)(?:=(.+))?", re.DOTALL)
# The settings of pytest that say what a test is, and the values beside which no test of the usual names is left out.
OVERRIDE = re.compile(r"(?:-o|--override-ini)=?(.*)", re.DOTALL)
WIDE = {
    "python_files": {"test_*.py", "test*.py", "*.py"},
    "python_classes": {"Test", "Test*", "*"},
    "python_functions": {"test", "test_", "test*", "test_*", "*"},
    "testpaths": {".", "tests", "tests/"},
}
# A file, a test in one, or a folder below that of the tests; a pattern that takes each file of a folder.
FOLDER = re.compile(r"^tests/[^.‹]+$")
# Where tests lie, by pytest's own names; a pattern that begins with a sign for anything meets them too.
OF_TESTS = re.compile(r"(?:^|/)tests?(?:$|[/_.*])|_tests?(?:$|[/.:])|^[^/]*[*?\[]")
PART = re.compile(rf"^[^‹]*(?:\.py$|::)|{FOLDER.pattern}")
EACH = re.compile(r"(?:^|/)(?:(?:test_?)?\*(?:_test)?\.py|\**|)$")
WHOLE = {".", "tests"}
# Names, and what joins them, in an expression of pytest.
PARTS = re.compile(r"[()]|[^\s()]+")
NOTHING: Mapping[str, str] = MappingProxyType({})
DRY = ("-n", "--dry-run", "--just-print", "--list", "-q", "--question")
# They look at text, or tell it.
TELLERS = (
    "echo", "printf", ":", "true", "cat", "grep", "test", "[", "[[", "which", "type", "ls", "chmod", "shellcheck", "cd",
)  # fmt: skip


class Call(NamedTuple):
    """A call of a runner of tests: its words, and the folder in which it is started, as far as that is known."""

    words: tuple[str, ...]
    folder: str = ""


def acts(command: Command) -> bool:
    """Whether a command does what its words name; echo and its kin only speak of it."""
    words = unwrapped(command.words)
    return bool(words) and words[0].rpartition("/")[2] not in TELLERS


def runs_tests(words: Sequence[str]) -> bool:
    """Whether a command runs tests, by way of whatever starts the runner."""
    return bool(calls(words))


def calls(words: Sequence[str], folder: str = "") -> list[Call]:
    """The calls of runners of tests that a command ends in, such as `pytest -q`; none when it runs no test."""
    words = unwrapped(tuple(words))
    name = words[0].rpartition("/")[2] if words else ""
    if name in RUNNERS:
        return [] if set(words[1:]) & set(RUNNERS[name]) else [Call(words, folder)]
    if name in TASKS and any(TARGET.search(word) for word in words[1:]) and "run" not in words[1:2]:
        return [] if set(words[1:]) & set(DRY) else [Call(words, folder)]
    if PYTHON.fullmatch(name) or name == "coverage":
        return _by_module(words[1:], name, folder)
    if name in SHELLS:
        inline = [words[place + 1] for place, word in enumerate(words[:-1]) if re.fullmatch(r"-\w*c", word)]
        commands = [one for text in inline for one in read(text, {}, folder=folder).commands]
        return [call for one in commands for call in calls(one.words, one.folder)]
    if name in LAUNCHERS:
        return next(filter(None, (calls(one, folder) for one in _started(words))), [])
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


def _by_module(words: Sequence[str], name: str, folder: str) -> list[Call]:
    """`python -m pytest`, `coverage run -m pytest`, `python -m coverage run -m pytest`."""
    if name == "coverage" and words[:1] != ("run",):
        return []
    for place, word in enumerate(words[:-1]):
        if word == "-m":
            return calls(words[place + 1 :], folder)
    return []


# -- which tests ------------------------------------------------------------------------------------------------
def selection(words: Sequence[str], env: Mapping[str, str] = NOTHING, folder: str = "") -> str:
    """What a command picks out of pytest's tests, such as `-k smoke`; an empty text when it runs them all.

    Empty too for what a run alone knows, and for runners whose settings lie in another file: tox, nox, make.
    """
    picked = [_picked(call) for call in _of_pytest(words, env, folder)]
    return "" if "" in picked else next(iter(picked), "")


def left_out(words: Sequence[str], env: Mapping[str, str] = NOTHING, folder: str = "") -> str:
    """The folder of tests that a command leaves out, such as `tests/unit`; an empty text when it leaves none out."""
    found = [_path_left_out(call, _is_folder) for call in _of_pytest(words, env, folder)]
    return "" if "" in found else next(iter(found), "")


def excluded(words: Sequence[str], env: Mapping[str, str] = NOTHING, folder: str = "") -> str:
    """What a command leaves out by --ignore, --ignore-glob or --deselect: a folder, file, pattern or single test."""
    found = [_path_left_out(call, _is_of_tests) for call in _of_pytest(words, env, folder)]
    return "" if "" in found else next(iter(found), "")


def _of_pytest(words: Sequence[str], env: Mapping[str, str], folder: str) -> Iterator[Call]:
    """The calls of runners, those of pytest with the words of its variable; others tell nothing of what they pick."""
    given = [found[1] for word in words if (found := GIVEN.fullmatch(word))]
    for call in calls(words, folder):
        if call.words[0].rpartition("/")[2] in PYTEST:
            several = [word.startswith("-") and " " in word and not _has_value(word) for word in call.words[1:]]
            own = [_split(word) if many else [word] for word, many in zip(call.words[1:], several, strict=True)]
            whole = (*_split((given or [env.get(OPTIONS, "")])[-1]), *chain(*own))
            added = [_split(value) for name, value in _overrides(whole) if name == "addopts"]
            yield Call((*chain(*added), *whole), call.folder)
        else:
            yield Call(())


def _has_value(word: str) -> bool:
    return bool(CHOOSES.fullmatch(word) or OVERRIDE.fullmatch(word))


def _overrides(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The settings that a call sets by `-o name=value`."""
    for word, after in zip(words, [*words, ""][1:], strict=True):
        if found := OVERRIDE.fullmatch(word):
            name, _, value = (found[1] or after).partition("=")
            yield name, value


def _narrowed(words: Sequence[str]) -> str:
    """The first setting of a call by which a file, class, function or folder of the usual name is no test."""
    for name, value in _overrides(words):
        kept = WIDE.get(name, set())
        if kept and "‹" not in value and not kept & set(value.split() or ["."]):
            return f"-o {shlex.quote(f'{name}={value}')}"
    return ""


def _picked(call: Call) -> str:
    chosen: dict[str, str] = {}
    named: list[str] = []
    before = ""
    for word, after in zip(call.words, [*call.words, ""][1:], strict=True):
        found = CHOOSES.fullmatch(word)
        if found and before not in VALUED:
            chosen[found[1]] = found[2] or after
        elif before not in VALUED and not word.startswith("-"):
            named.append(word)
        before = f"-{found[1]}" if found and not found[2] else word
    for option, expression in chosen.items():
        if not _keeps_the_rest(expression):
            return f"-{option} {shlex.quote(expression)}"
    if narrowed := _narrowed(call.words):
        return narrowed
    places = {word: _place(call.folder, word) for word in named or ["."]}
    parts = [place if call.folder else word for word, place in places.items() if PART.search(place)]
    return "" if set(places.values()) & WHOLE else " ".join(parts)


def _path_left_out(call: Call, told: Callable[[str, str], bool]) -> str:
    """The first path behind an option of LEAVES that is to be told."""
    for word, after in zip(call.words, [*call.words, ""][1:], strict=True):
        found = LEAVES.fullmatch(word)
        place = _place(call.folder, found[2] or after) if found and (found[2] or after) else ""
        if found and place and told(found[1], place):
            return place
    return ""


def _is_folder(_: str, place: str) -> bool:
    return place in WHOLE or bool(FOLDER.search(place))


def _is_of_tests(option: str, place: str) -> bool:
    return option == "--deselect" or place in WHOLE or bool(OF_TESTS.search(place))


def _place(folder: str, word: str) -> str:
    """A word of a call as a path from where the job began, without the sign for each of its files."""
    return normpath(f"{folder or '.'}/{EACH.sub('', word) or '.'}")


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
