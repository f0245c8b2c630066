"""Real disks: one that is full in the middle of a run, one that is read-only; then the same run goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.classroom.exports import export
from checker.classroom.run import Options, grade_class
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG

HERE = Path(__file__).resolve().parents[3]
# Results come from a run before, by their jobs' digests: what is tried is what is kept, not what is judged.
RUN = """
import sys
from pathlib import Path
from checker.course import find_course
from checker.errors import CheckerError
from checker.tests.classroom.killed import grade
root, *places = map(Path, sys.argv[1:])
try:
    grade(find_course(root), *places)
except CheckerError as error:
    print(error)
else:
    print("whole")
"""
KEPT = "What was judged before is kept."


@pytest.fixture
def alone(folder, mini, given, here, tmp_path):
    """Four people, graded where there is room."""
    for number, kind in enumerate((RIGHT, PARTIAL, EMPTY, RIGHT)):
        folder(f"person {number}/{SLUG}", kind | {"greeting.py": f"{kind['greeting.py']}\n# person {number}\n"})
    out = tmp_path / "alone"
    export(grade_class(mini, Options(given, out, seed=7), execute=here), out, ["csv"])
    return out


@pytest.fixture
def again(mini, given, alone, tmp_path):
    """The command that grades them."""
    (tmp_path / "run.py").write_text(RUN)
    return f"{sys.executable} {tmp_path / 'run.py'} {mini.root} {given} {alone} {tmp_path / 'out'}"


@pytest.fixture
def small(tmp_path):
    """Run a shell's commands with a small disk as `out`, which is mounted for them alone."""
    if shutil.which("unshare") is None:
        pytest.skip("a disk of one's own needs unshare of util-linux")
    (tmp_path / "out").mkdir()
    own = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "sh", "-c"]
    mount = f"mount -t tmpfs -o size=80k none {tmp_path / 'out'}"
    tried = subprocess.run([*own, mount], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"a disk of one's own cannot be had here: {tried.stderr.strip()}")

    def run(script):
        env = {**os.environ, "PYTHONPATH": str(HERE)}
        argv = [*own, f"set -e; {mount}\n{script}"]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)

    return run


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "some"), [("56k", True), ("24k", False)], ids=["keeping", "collecting"])
def test_a_full_disk_and_a_read_only_one_lose_nothing(small, again, tmp_path, size, *, some):
    out, alone = tmp_path / "out", tmp_path / "alone"

    done = small(
        f"mount -o remount,size={size} {out}; {again}; ls {out}/kept | wc -l || true\n"
        f"mount -o remount,size=10m,ro {out}; {again}\n"
        f"mount -o remount,rw {out}; {again}; cp {out}/gradebook.csv {tmp_path}"
    )

    full, kept, read_only, whole = done.stdout.splitlines()
    assert full == f"Results cannot be written to {str(out)!r}: No space left on device. {KEPT}"
    assert (0 < int(kept) < 4) == some
    assert read_only == f"Results cannot be kept in {str(out)!r}: Read-only file system."
    assert whole == "whole"
    assert (tmp_path / "gradebook.csv").read_bytes() == (alone / "gradebook.csv").read_bytes()
