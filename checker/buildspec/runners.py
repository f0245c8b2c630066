"""The programs that run tests: which calls run some, and what they say. Nothing of it is executed."""

from __future__ import annotations

from checker.buildspec.words import options
from checker.buildspec.world import TESTS, Call, Reply, World

RUNNERS = ("pytest", "py.test", "tox", "nox", "unittest")
# These bring programs, they run none; `uv` and `poetry` do both.
INSTALLERS = ("pip", "pip3", "yum", "dnf", "apt-get")
INSTALLS = {"install", "add", "sync", "pip", "lock", "ci", "download"}
# A runner that is asked one of these runs no test.
RUNS_NOTHING = {"--collect-only", "--co", "--version", "-V", "--help", "-h", "--fixtures", "--markers", "--setup-plan"}
# pytest's tests that failed last: on a build host none did, and the second option says what happens then.
LAST_FAILED, IF_NONE = {"--lf", "--last-failed"}, ("--lfnf", "--last-failed-no-failures")


def runs_tests(words: tuple[str, ...], addopts: str = "") -> bool:
    """Whether a call runs tests, and does not fetch, list or describe their program."""
    program, rest = words[0], words[1:]
    brings = program in INSTALLERS or "pip" in rest[:2] or (program != "make" and bool(INSTALLS & set(rest[:1])))
    asked = (*addopts.split(), *rest)
    if brings or RUNS_NOTHING & set(asked) or (LAST_FAILED & set(asked) and "none" in options(asked, *IF_NONE)):
        return False
    # coverage runs whatever module or file it is told, and it reports.
    named = any(word in RUNNERS for word in words)
    return named or ("coverage" not in words[:3] and any(word.startswith("test") for word in words))


def tests(world: World, words: tuple[str, ...], phase: str, addopts: str) -> Reply:
    reply = Reply(1, "1 failed, 41 passed") if TESTS in world.fails else Reply(0, "42 passed")
    world.tested.append(Call(words, phase, reply, addopts))
    return reply
