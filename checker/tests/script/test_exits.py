"""The exit code of a line for a shell: computed, and the same lines in a real sh with a stand-in for redis-cli."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from checker.compose.asking import outcome, programs
from checker.compose.model import Healthcheck
from checker.script.exits import reached_programs

# The line, and its exit code while Redis answers and while it does not.
LINES = {
    "redis-cli ping": (0, 1),
    "redis-cli ping | cat": (0, 0),
    "redis-cli ping | grep PONG": (0, 1),
    "redis-cli ping | grep -v PONG": (1, 1),
    "redis-cli ping | grep -c PONG": (0, 1),
    "redis-cli ping 2>&1 | grep -q .": (0, 0),
    "redis-cli ping 2>/dev/null | tr -d '\\r' | grep -qx PONG": (0, 1),
    "redis-cli ping | wc -l": (0, 0),
    "redis-cli ping | sed s/P/p/": (0, 0),
    "redis-cli ping >/dev/null": (0, 1),
    "redis-cli ping || exit 1": (0, 1),
    "redis-cli ping || exit 3": (0, 3),
    "redis-cli ping || true": (0, 0),
    "redis-cli ping && exit 0 || exit 1": (0, 1),
    "redis-cli ping; exit 0": (0, 0),
    "redis-cli ping; exit $?": (0, 1),
    "redis-cli ping ; echo fine": (0, 0),
    "redis-cli ping; [ $? -eq 0 ]": (0, 1),
    "! redis-cli ping": (1, 0),
    "set -e; redis-cli ping; true": (0, 1),
    "set -e; redis-cli ping || true; true": (0, 0),
    "(redis-cli ping) || exit 1": (0, 1),
    "{ redis-cli ping; }": (0, 1),
    "(exit 4); echo on": (0, 0),
    "if redis-cli ping; then exit 0; else exit 1; fi": (0, 1),
    "if redis-cli ping; then exit 0; fi": (0, 0),
    '[ "$(redis-cli ping)" = "PONG" ]': (0, 1),
    "[ `redis-cli ping 2>/dev/null`x = PONGx ]": (0, 1),
    'test "$(redis-cli ping)" != PONG': (1, 0),
    'test -n "$(redis-cli ping)"': (0, 1),
    'x=$(redis-cli ping); [ "$x" = PONG ]': (0, 1),
    "x=$(redis-cli ping)": (0, 1),
    "timeout 3 redis-cli ping": (0, 1),
    "timeout -k 1 3 redis-cli ping": (0, 1),
    "exec redis-cli ping": (0, 1),
    "sh -c 'redis-cli ping'": (0, 1),
    "sh -ec 'redis-cli ping; true'": (0, 1),
    "echo PONG | grep PONG": (0, 0),
    "no-such-program || redis-cli ping": (0, 1),
}
REDIS_CLI = """#!/bin/sh
if [ -n "$ANSWERS" ]; then echo PONG; else echo refused >&2; exit 1; fi
"""


def shell(text: str) -> Healthcheck:
    return Healthcheck(("CMD-SHELL", text), False, "compose.yaml:1")


def codes(text: str) -> tuple[int | None, int | None]:
    absent = {"no-such-program"}
    there, gone = (outcome(shell(text), answers=answers, absent=absent).code for answers in (True, False))
    return there, gone


@pytest.mark.parametrize("text", LINES)
def test_exit_code_is_computed(text):
    assert codes(text) == LINES[text]


@pytest.mark.skipif(shutil.which("sh") is None, reason="no sh on this machine")
@pytest.mark.parametrize("text", LINES)
def test_a_real_shell_says_the_same(text, tmp_path):
    stand_in = tmp_path / "redis-cli"
    stand_in.write_text(REDIS_CLI)
    stand_in.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"

    ran = [
        subprocess.run(["sh", "-c", text], env={"PATH": path, "ANSWERS": answers}, capture_output=True, check=False)
        for answers in ("1", "")
    ]

    assert tuple(one.returncode for one in ran) == LINES[text]


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1 2; do redis-cli ping && exit 0; done; exit 1",
        "redis-cli ping &",
        "redis-cli ping | mystery",
        "redis-cli ping < file",
        "redis-cli ping | grep PONG file",
        "redis-cli ping | awk 'END {exit 1}'",
    ],
)
def test_what_cannot_be_worked_out_is_left_open(text):
    assert None in codes(text)


def test_programs_of_both_worlds_are_named_in_their_order():
    assert programs(shell("timeout 2 redis-cli ping || curl redis:1 | cat")) == [
        ("redis-cli", "ping"),
        ("curl", "redis:1"),
        ("cat",),
    ]
    assert programs(shell("while true; do redis-cli ping; done"))[0] == ("true",)
    assert programs(Healthcheck((), False, "")) == []


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (("python", "app.py"), ("python", "app.py")),
        (("sh", "-c", "sleep 3 && exec python app.py"), ("python", "app.py")),
        (("timeout", "9", "env", "A=1", "python", "app.py"), ("python", "app.py")),
        (("sleep", "infinity"), ("sleep", "infinity")),
        (("sh", "-c", "while true; do sleep 1; done"), ("sleep", "1")),
    ],
)
def test_program_behind_shells_and_wrappers(words, last):
    assert reached_programs(words)[-1] == last
