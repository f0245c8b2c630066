"""What traffic.py of exercise 9 says of a service that does not start, in whole texts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from course.build.sync import ROOT

pytestmark = pytest.mark.slow

METRICS = ROOT / "exercises" / "09_metrics"


def traffic(folder: Path, app: str, *options: str) -> Any:
    """Run traffic.py beside an app of a few lines."""
    shutil.copy(METRICS / "starter" / "traffic.py", folder)
    (folder / "app.py").write_text(app, "utf-8")
    return subprocess.run(
        [sys.executable, "traffic.py", *options], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_service_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    done = traffic(tmp_path, "raise ValueError('no registry')\n")

    first, *rest = done.stderr.splitlines()
    assert done.returncode == 1
    assert first == "The service does not start: its process has ended with exit code 1."
    assert rest[-1] == "ValueError: no registry"


def test_a_service_that_answers_with_an_error_is_quoted(tmp_path: Path) -> None:
    done = traffic(
        tmp_path, "async def app(scope, receive, send):\n    assert scope['type'] != 'http', 'a broken line'\n"
    )

    first, *rest = done.stderr.splitlines()
    assert first == "The service does not start: GET /health/live is answered with status 500."
    assert rest[-1] == "AssertionError: a broken line"


def test_a_service_that_does_not_answer_is_told_the_seconds(tmp_path: Path) -> None:
    done = traffic(tmp_path, "import time\n\ntime.sleep(600)\n", "--patience", "1")

    assert (done.returncode, done.stderr) == (
        1,
        "The service does not start: nothing answers at its port within 1 s; on a busy machine try --patience 2.\n"
        "It has said nothing.\n",
    )
