"""Exercise 11 kills its writer in forks, and in processes of their own where a system cannot fork."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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
SWEEP = "import json, sys, driving; print(json.dumps(driving.swept({!r}, 'key', json.loads(sys.argv[1]), {})))"
# Killed after the first two rows, and started anew with a folder in place of the bucket.
RENAMED = """import json, sys, driving
rows = json.loads(sys.argv[1])
driving.until_put = lambda *given: (driving.record(log := driving.start("spool", "key"), rows[:2]), log.spool.batches())
driving.killed("spool", "key", rows[:2])
driving.again("spool", "key", rows[2:], "bucket")
print(json.dumps(driving.remains("spool", [row["request_id"] for row in rows])))"""


def told(folder: Path, code: str, writer: str = "solution") -> Any:
    """What a piece of code prints beside a writer: the reference's, or that of a variant."""
    (folder / "writer.py").write_text(derive((EXERCISE / writer / "writer.py").read_text("utf-8"))[1])
    (folder / "lake.py").write_text((EXERCISE / "solution/lake.py").read_text("utf-8"))
    (folder / "driving.py").write_text(sibling(str(EXERCISE / "checks/conftest.py"), "driving").CODE)
    env = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(ROWS)], cwd=folder, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.full
@pytest.mark.parametrize("before", ["", "import os; del os.fork; "], ids=["fork", "no fork"])
def test_a_killed_writer_is_started_anew(tmp_path, before):
    found = told(tmp_path, before + SWEEP.format("in_ship", 1))

    # So many are killed beside each other.
    assert [sorted(ids) for _, ids, _ in found] == [["r0", "r1", "r2", "r3"]] * 3
    assert [left for _, _, left in found] == [{"then": ["r0", "r1"], "now": [], "error": ""}] * 3


@pytest.mark.full
def test_a_start_that_cannot_read_a_file_says_so(tmp_path):
    found = told(tmp_path, SWEEP.format("in_record", 12), "wrong/line_in_two_writes")

    line = (tmp_path / "writer.py").read_text().split("path.open()")[0].count("\n") + 1
    joined = [left for _, ids, left in found if not ids]
    assert len(joined) == 1
    assert joined[0]["then"] == ["r0", "r1"]
    assert joined[0]["now"] == ["r0", "r1", "r2", "r3"]
    assert joined[0]["error"].startswith(f"JSONDecodeError at line {line}: Extra data: line 1 column ")


@pytest.mark.full
def test_rows_that_the_next_start_wrote_over_stood_in_the_folder_before(tmp_path):
    found = told(tmp_path, RENAMED, "wrong/number_begins_anew")

    assert found == {"then": ["r0", "r1"], "now": [], "error": ""}


@pytest.mark.full
def test_nobody_can_tell_what_stands_in_a_file_that_is_no_text(tmp_path):
    found = told(tmp_path, RENAMED, "right/sqlite_spool")

    assert found == {"then": None, "now": None, "error": ""}
