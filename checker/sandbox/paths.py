"""What of this machine a worker may read: the interpreter, its packages, the system's libraries. No home, no clone.

Single files of /etc are named: the whole of it holds the password hashes, which root may read.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

SYSTEM = (
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/local/bin",
    "/usr/local/lib", "/usr/local/lib64", "/usr/local/share", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
    "/nix/store", "/etc/alternatives", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/passwd",
    "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/locale.alias", "/etc/os-release",
    "/etc/debian_version", "/sys/devices/system/cpu",
)  # fmt: skip
# What CPU counts, memory sizes and thread libraries are read from. A worker's own /proc/self comes with them.
OF_PROC = (
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/version",
    "/proc/filesystems", "/proc/sys/kernel/ngroups_max", "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/osrelease",
)  # fmt: skip
# By these DuckDB and others size themselves: the limits of the group that a process is in, in both versions of cgroups.
CGROUPS = "/sys/fs/cgroup"
OF_A_GROUP = ("cpu.max", "memory.max", "cpu.cfs_quota_us", "cpu.cfs_period_us", "memory.limit_in_bytes")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
OF_A_PREFIX = ("bin", "lib", "lib32", "lib64", "share", "include", "pyvenv.cfg")


@cache
def readable() -> tuple[str, ...]:
    """Paths that exist, none of them below another."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    found = {*SYSTEM, *(f"{prefix}/{part}" for prefix in prefixes for part in OF_A_PREFIX), *_on_sys_path()}
    there = sorted(path for path in found if os.path.exists(path))
    return tuple(path for path in there if not any(path.startswith(f"{other}/") for other in there))


def own_limits(groups: str) -> tuple[str, ...]:
    """The files with the limits of the groups in a /proc/self/cgroup, and of the topmost; nothing of others' groups."""
    folders = {CGROUPS}
    for line in groups.splitlines():
        _, controllers, group = line.split(":", 2)
        for top in (f"{CGROUPS}/{name}".rstrip("/") for name in controllers.split(",")):
            folders |= {top, f"{top}{group}".rstrip("/")}
    return tuple(f"{folder}/{name}" for folder in sorted(folders) for name in OF_A_GROUP)


def _on_sys_path() -> list[str]:
    """Folders of packages that lie elsewhere, as with `pip install --user`; a clone is no such folder."""
    names = ("site-packages", "dist-packages")
    return [entry for entry in sys.path if Path(entry).name in names and os.path.isdir(entry)]


def packages_of_ours(allowed: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Folders of our own packages that an exercise lets a submission import, and the folders that they are found in."""
    found: set[str] = set()
    for top in {name.partition(".")[0] for name in allowed}:
        found |= {str(Path(entry).resolve() / top) for entry in sys.path if (Path(entry or ".") / top).is_dir()}
    return tuple(sorted(found)), tuple(sorted({str(Path(path).parent) for path in found}))
