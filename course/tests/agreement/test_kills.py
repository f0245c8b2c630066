"""Exercise 11 kills its writer in forks, and in processes of their own where a system cannot fork."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from checker import sibling
from checker.markers import derive
from course.build.sync import ROOT

EXERCISE = ROOT / "exercises" / "11_prediction_log"
ROWS = [
    {
        "request_id": f"r{number}", "made_at": 1_795_000_000_000 + number, "user_id": number, "movie_id": 1,
        "score": 0.5, "liked": 1, "latency_ms": 3.0, "model_version": "v1",
    }
    for number in range(4)
]  # fmt: skip
SWEEP = "import json, sys, driving; print(json.dumps(driving.swept('in_ship', 'key', json.loads(sys.argv[1]), 1)))"


def swept(folder: Path, before: str = "") -> list[tuple[int, list[str]]]:
    """What the sweep tells of the first moments in the reference writer's ship()."""
    (folder / "writer.py").write_text(derive((EXERCISE / "solution/writer.py").read_text("utf-8"))[1])
    (folder / "lake.py").write_text((EXERCISE / "solution/lake.py").read_text("utf-8"))
    (folder / "driving.py").write_text(sibling(str(EXERCISE / "checks/conftest.py"), "driving").CODE)
    env = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    done = subprocess.run(
        [sys.executable, "-c", before + SWEEP, json.dumps(ROWS)], cwd=folder, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [(line, sorted(ids)) for line, ids in json.loads(done.stdout)]


@pytest.mark.full
@pytest.mark.parametrize("before", ["", "import os; del os.fork; "], ids=["fork", "no fork"])
def test_a_killed_writer_is_started_anew(tmp_path, before):
    found = [ids for _, ids in swept(tmp_path, before)]

    # So many are killed beside each other.
    assert found == [["r0", "r1", "r2", "r3"]] * 3
