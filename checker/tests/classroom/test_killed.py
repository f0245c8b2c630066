"""The grader is killed at random moments of a run of sixty, and goes on: the same gradebook, byte for byte."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.classroom.store import Store
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG
from checker.tests.classroom.killed import picture
from checker.tests.classroom.waiting import until

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the killed graders are forked, which this system cannot do"),
]
HERE = Path(__file__).resolve().parents[3]


@pytest.fixture
def sixty(folder):
    """Sixty people, no two with the same files."""
    for number in range(60):
        kind = (RIGHT, PARTIAL, EMPTY)[number % 3]
        text = f"{kind['greeting.py']}\n# person {number}\n"
        folder(f"person {number:02d}/{SLUG}", kind | {"greeting.py": text})


@pytest.fixture
def command(mini, given):
    def words(out):
        return [sys.executable, "-m", "checker", "grade", str(given), "--out", str(out), "--seed", "7", "--jobs", "2"]

    return words


def run(words, mini):
    (mini.root / "tmp").mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": str(HERE), "TMPDIR": str(mini.root / "tmp")}
    return subprocess.Popen(words, cwd=mini.root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def whole(words, mini):
    process = run(words, mini)
    said = process.communicate()[1]
    assert process.returncode == 1, said
    return said


@pytest.mark.twice_a_week(4)
def test_killed_graders_go_on_to_the_same_bytes(sixty, command, mini, given, tmp_path):
    reference = tmp_path / "reference"
    whole(command(reference), mini)
    # Killed with its processes at work, thrice: once early, once in the middle, once late.
    for share in (0.1, 0.5, 0.9):
        process = run(command(tmp_path / "out"), mini)
        _wait_for(tmp_path / "out", share * 60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    whole(command(tmp_path / "out"), mini)
    assert picture(tmp_path / "out") == picture(reference)
    until(lambda: not list((mini.root / "tmp").glob("grade-*")), 300)

    words = [str(mini.root), str(given), str(reference), str(tmp_path / "killed"), "50", str(random.randrange(10**6))]
    done = subprocess.run(
        [sys.executable, "-m", "checker.tests.classroom.killed", *words],
        cwd=HERE, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, (words, done.stderr)
    found = json.loads(done.stdout)
    assert (found["killed"], found["different"]) == (50, 0), words
    assert found["unfinished"] > 0


def _wait_for(out, count):
    """Until so many results are kept."""
    until(lambda: len(list((out / "kept").glob("*/*.json"))) >= count, 300)
    assert Store(out).path.exists()
