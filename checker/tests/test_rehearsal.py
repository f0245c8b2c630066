"""What the fork server makes ready beforehand leaves nothing that a fork could hang on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from checker import rehearsal

pytest.importorskip("fastapi", reason="FastAPI is not installed")

LEFT_BEHIND = """
import asyncio, os, sys, threading
from checker import rehearsal
before = len(os.listdir("/proc/self/fd"))
rehearsal.rehearse(["fastapi"])
print(threading.active_count(), len(os.listdir("/proc/self/fd")) - before, "fastapi.routing" in sys.modules)
"""


def test_what_a_server_imports_late_comes_with_uvicorn():
    assert rehearsal.also(["json"]) == ["json"]
    assert rehearsal.also(["uvicorn", "json"]) == ["uvicorn", "json", *rehearsal.SERVER]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the fork server exists on Linux only")
def test_rehearsal_leaves_one_thread_and_no_open_file():
    done = subprocess.run([sys.executable, "-c", LEFT_BEHIND], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("1 0 True\n", "")


def test_without_fastapi_nothing_is_rehearsed():
    code = "import sys; from checker import rehearsal; rehearsal.rehearse(['json']); print('fastapi' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("False\n", "")
