"""Groups of the kernel's: where they are made, what they are told, and that none is left.

What needs no controller is tried in the real tree wherever root or a delegated session may write to it; limits are
tried where memory and processes are counted by cgroup v2.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.errors import NotYet
from checker.sandbox import cgroups, clone, limits
from checker.submission import Submission
from checker.tests.sandbox.having import needs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cgroups exist on Linux only")
ROOT = Path(__file__).parents[3]
# A limit of every group, whatever the tree counts.
TOLD = {"cgroup.max.depth": "0"}


@pytest.fixture
def groups() -> cgroups.Groups:
    try:
        return cgroups.delegated(frozenset(), TOLD)
    except cgroups.NotDelegated as reason:
        pytest.skip(f"no group can be made here: {reason}")


@pytest.fixture
def group(groups) -> Iterator[Path]:
    made = groups.new()
    yield made
    cgroups.remove(made)


def test_a_command_runs_within_a_group_that_was_told_its_limits(groups, group):
    ran = subprocess.run(
        cgroups.within(group, ["cat", "/proc/self/cgroup"]), capture_output=True, check=True, text=True
    )

    assert f"/{group.name}\n" in ran.stdout
    assert (group / "cgroup.max.depth").read_text() == "0\n"
    group.rmdir()
    assert list(groups.base.glob(f"{cgroups.PREFIX}*-{os.getpid()}-*")) == []


def test_a_fork_begins_in_its_group(group):
    read, write = os.pipe()
    try:
        pid = clone.fork(group)
    except PermissionError:
        pytest.skip("this process may make no namespaces")
    if pid == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    try:
        assert (group / "cgroup.procs").read_text().split() == [str(pid)]
    finally:
        os.close(write)
        os.waitpid(pid, 0)
        os.close(read)


def test_groups_of_a_grader_that_was_killed_go_with_the_next_one(groups, group):
    program = (
        "from checker.sandbox import cgroups; import os, sys\n"
        "groups = cgroups.delegated(frozenset(), {})\n"
        "print(groups.new(), groups.new(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    left = [Path(name) for name in killed.stdout.split()]
    assert killed.returncode == -signal.SIGKILL
    assert [one.is_dir() for one in left] == [True, True]

    cgroups.delegated(frozenset(), TOLD)

    assert [one.exists() for one in left] == [False, False]
    assert group.is_dir(), "that of a living process is its own"


# -- where groups are made: a tree of plain files ---------------------------------------------------------------------
@pytest.fixture
def tree(tmp_path, monkeypatch) -> Path:
    """A tree as systemd makes it: user.slice delegated, a terminal's scope below it with this process."""
    own = tmp_path / "user.slice/app.slice/terminal.scope"
    own.mkdir(parents=True)
    for folder in (tmp_path, *own.parents[:2], own):
        (folder / "cgroup.controllers").write_text("cpu memory pids\n")
        (folder / "cgroup.procs").write_text("")
        (folder / "cgroup.subtree_control").write_text("")
        (folder / "cgroup.type").write_text("domain\n")
    (own / "cgroup.procs").write_text(f"{os.getpid()}\n")
    monkeypatch.setattr(cgroups, "_place", lambda: (tmp_path, own))
    monkeypatch.setattr(cgroups, "_try", lambda groups: None)
    monkeypatch.setattr(cgroups.os, "getxattr", lambda path, name: b"0")
    return tmp_path


def test_the_nearest_group_that_counts_for_those_below_is_taken(tree):
    for name in ("user.slice", "user.slice/app.slice"):
        (tree / name / "cgroup.subtree_control").write_text("memory pids\n")

    assert cgroups.delegated().base == tree / "user.slice/app.slice"


def test_a_delegated_group_is_made_to_count_and_its_processes_step_aside(tree, monkeypatch):
    monkeypatch.setattr(cgroups.os, "getxattr", lambda path, name: b"1")
    own = tree / "user.slice/app.slice/terminal.scope"

    assert cgroups.delegated().base == own
    assert (own / "grader/cgroup.procs").read_text() == str(os.getpid())
    assert (own / "cgroup.subtree_control").read_text() == "+cpu"


def test_a_group_of_somebody_else_s_is_left_alone(tree, monkeypatch):
    monkeypatch.setattr(cgroups, "_may", lambda base: False)

    with pytest.raises(cgroups.NotDelegated, match=r"^no cgroup is delegated to it$"):
        cgroups.delegated()


def test_a_tree_that_does_not_count_is_of_no_use(tree):
    (tree / "cgroup.controllers").write_text("hugetlb\n")

    with pytest.raises(cgroups.NotDelegated, match=r"^its cgroup v2 counts neither memory nor processes$"):
        cgroups.delegated()


# -- limits, where they are had ---------------------------------------------------------------------------------------
@pytest.fixture
def counted(workers) -> cgroups.Groups:
    """Groups that count; the fork server made its own before."""
    try:
        return cgroups.delegated()
    except cgroups.NotDelegated as reason:
        pytest.skip(f"no cgroup counts memory and processes here: {reason}")


@pytest.mark.parametrize("workers", [pytest.param("namespace", marks=needs("namespace"))], indirect=True)
class TestCounted:
    def test_more_memory_than_a_worker_may_hold_ends_it(self, counted, door):
        code = "def f():\n    held = [b'x' * (1 << 20) for _ in range(256)]\n    return len(held)\n"
        submission = door(code)
        assert submission.call("greeting.f", timeout=60) == 256
        group = of_worker(counted, submission)
        assert (group / "memory.max").read_text() == f"{limits.MEMORY}\n"
        (group / "memory.max").write_text(str(128 << 20))

        with pytest.raises(NotYet) as ended:
            submission.call("greeting.f", timeout=60)

        assert ended.value.finding.seen == "the program ended before it answered"
        assert "oom_group_kill 1" in (group / "memory.events").read_text()

    def test_processes_are_counted(self, counted, door):
        submission = door("def f(): return 1\n")
        submission.call("greeting.f")

        assert (of_worker(counted, submission) / "pids.max").read_text() == f"{limits.PROCESSES + 4}\n"

    def test_no_group_is_left(self, counted, door):
        submission = door("def f(): return 1\n")
        submission.call("greeting.f")
        group = of_worker(counted, submission)

        submission.close()

        assert not group.exists()


def of_worker(counted: cgroups.Groups, submission: Submission) -> Path:
    """The group that its worker is in; spare workers have groups too."""
    found = counted.base.glob(f"{cgroups.PREFIX}*")
    return next(one for one in found if str(submission._worker.pid) in (one / "cgroup.procs").read_text().split())
