"""Which files of this machine a worker may read."""

from __future__ import annotations

import pytest

from checker.sandbox import paths

NAMES = ["cpu.cfs_period_us", "cpu.cfs_quota_us", "cpu.max", "memory.limit_in_bytes", "memory.max"]


@pytest.mark.parametrize(
    ("groups", "folders"),
    [
        ("0::/user.slice/a.scope\n", {"", "/user.slice/a.scope"}),
        ("4:memory:/box\n1:cpu,cpuacct:/\n", {"", "/memory", "/memory/box", "/cpu", "/cpuacct"}),
        ("0::/\n", {""}),
        ("", {""}),
    ],
    ids=["version 2", "version 1", "a container's own", "none"],
)
def test_the_limits_of_one_s_own_groups_are_read_and_nothing_else_of_groups(groups, folders):
    found = [path.removeprefix("/sys/fs/cgroup").rpartition("/") for path in paths.own_limits(groups)]

    assert {folder for folder, _, _ in found} == folders
    assert all(sorted(name for folder, _, name in found if folder == one) == NAMES for one in folders)
