"""How long a `preStop` hook lets a container go on."""

from __future__ import annotations

import json

import pytest

from checker.kube.hooks import Pause, pause
from checker.kube.pods import containers

NO_PROGRAM = "no program is called 'sleep 10': each word of a command stands in an entry of its own"
BACKGROUND = "the sign & sends the pause into the background, and the hook ends at once"


def _pause(made, text, hook):
    held = text.replace(
        "          readinessProbe:", f"          lifecycle: {{preStop: {json.dumps(hook)}}}\n          readinessProbe:"
    )
    return pause(containers(made(held))[0])


@pytest.mark.parametrize(
    ("hook", "seconds"),
    [
        ({"sleep": {"seconds": 5}}, 5),
        ({"httpGet": {"path": "/drain", "port": 8000}}, 0),
    ],
)
def test_other_hooks(made, text, hook, seconds):
    assert _pause(made, text, hook) == Pause(seconds)


def test_no_hook_is_no_pause(made):
    assert pause(containers(made())[0]) == Pause(0)


@pytest.mark.parametrize(
    ("command", "paused"),
    [
        (["sleep", "10"], Pause(10)),
        (["/bin/sleep", "1m"], Pause(60)),
        (["sleep", "2.5"], Pause(2)),
        (["sleep", "infinity"], Pause(0)),
        (["sleep 10"], Pause(0, NO_PROGRAM)),
        (["sh", "-c", "sleep 10"], Pause(10)),
        (["/bin/sh", "-ec", "echo bye; exec /bin/sleep 4 && echo gone"], Pause(4)),
        (["sh", "-c", "echo bye\nsleep 4\n"], Pause(4)),
        (["sh", "-c", "# nodes hear of it late\nsleep 4 # or later\n"], Pause(4)),
        (["sh", "-c", "sleep 10 || true"], Pause(10)),
        (["sh", "-c", "sleep 10 &"], Pause(0, BACKGROUND)),
        (["sh", "-c", "sleep 10 & wait"], Pause(10)),
        (["sh", "-c", "echo 'sleep 10'"], Pause(0)),
        (["sh", "-c", "echo 'sleep 10"], Pause(0, "its quotes do not close")),
        (["sh"], Pause(0)),
        (["python", "-c", "import time; time.sleep(10)"], Pause(10)),
        (["/usr/bin/python3", "-c", "from time import sleep\nsleep(2.5)\nsleep(3)"], Pause(5)),
        (["python", "-c", "__import__('time').sleep(4)"], Pause(4)),
        (["python", "-c", "import time as t; t.sleep(4)"], Pause(4)),
        (
            ["python", "-c", "time.sleep(4)"],
            Pause(0, "the line of Python knows no 'time': it imports nothing of that name, and ends at once"),
        ),
        (["python", "-c", "import time; time.sleep("], Pause(0)),
        (["python", "-c", "import time; time.sleep(n)"], Pause(0)),
        (["python", "drain.py"], Pause(0)),
        (["true"], Pause(0)),
    ],
)
def test_a_command(made, text, command, paused):
    assert _pause(made, text, {"exec": {"command": command}}) == paused
