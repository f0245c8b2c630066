"""The given script of exercise 6: what it draws, and what it says where nothing is drawn yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker import sibling
from course.tests.agreement.ecs_answer import CHECKS, EXERCISE

TRUTH = sibling(CHECKS, "answers")
NOT_YET = """\
There is no .checker.json in this folder: what follows is the same for everybody, and not your draw.
try: checker start

"""


def said(folder: Path, word: str) -> str:
    command = [sys.executable, "-I", str(folder / "night.py"), word]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(EXERCISE / "starter" / "night.py", tmp_path)
    return tmp_path


@pytest.mark.parametrize("word", ["a", "b", "deployment"])
def test_a_draw_that_is_nobodys_says_so(folder: Path, word: str) -> None:
    shown = said(folder, word)

    (folder / ".checker.json").write_text('{"seed": 1}', "utf-8")

    assert shown == NOT_YET + said(folder, word)


def test_what_is_not_drawn_says_nothing_of_it(folder: Path) -> None:
    assert said(folder, "denied").startswith("1  the task stopped before its container started\n")


def test_the_two_numbers_of_a_deployment_always_differ() -> None:
    for seed in range(1, 3000):
        numbers = TRUTH.numbers(seed)
        assert numbers["failed_tasks"] != numbers["least_serving"], seed


def test_the_table_ends_where_the_breaker_does() -> None:
    for seed in range(1, 300):
        service, rows = TRUTH.NIGHT["drawn"](seed), TRUTH.NIGHT["deployment"](seed)
        at_once, limit = service["highest"] - service["lowest"], service["desired"] / 2

        (last,) = (failed for *_, failed, state in rows if state == "FAILED")

        assert last - at_once < limit <= last
        assert [failed for *_, failed, _ in rows[1:-1]] == list(range(0, last + 1, at_once))
