"""cgroup v2: the kernel's own count of what all processes of one worker hold together.

Used where this process may make groups: below a group that systemd delegated (Delegate=yes), as root where the tree
may be written, in a container with a cgroup namespace of its own. Elsewhere the limits of one process stand alone.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from checker.sandbox import limits

NEEDED = frozenset({"memory", "pids"})
# What a group is told; a kernel without swap or a tree without the cpu controller lacks the last two.
LIMITS = {
    "memory.max": str(limits.MEMORY),
    # Out of memory ends the whole worker, as running out of it does elsewhere: half a worker answers nonsense.
    "memory.oom.group": "1",
    # Those of the submission, and our own around them.
    "pids.max": str(limits.PROCESSES + 4),
    "memory.swap.max": "0",
    # Half of what any other group gets when all want the processor.
    "cpu.weight": "50",
}
OPTIONAL = frozenset({"memory.swap.max", "cpu.weight"})
PREFIX, ASIDE = "checker-", "grader"
NO_TREE = "this machine has no cgroup v2"
NO_CONTROLLERS = "its cgroup v2 counts neither memory nor processes"
NOT_DELEGATED = "no cgroup is delegated to it"


class NotDelegated(Exception):
    """Why this process cannot give its workers groups: one clause."""


@dataclass(frozen=True)
class Groups:
    """Groups for the workers of one process, below `base`."""

    base: Path
    limits: Mapping[str, str] = field(default_factory=lambda: LIMITS)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def new(self) -> Path:
        """A limited group without a process. Raises OSError."""
        made = self.base / f"{PREFIX}{_me()}-{next(self._count)}"
        made.mkdir()
        try:
            for name, value in self.limits.items():
                if name not in OPTIONAL or (made / name).exists():
                    (made / name).write_text(value)
        except OSError:
            made.rmdir()
            raise
        return made

    def remove_leftovers(self) -> None:
        """Take away empty groups of graders that were killed."""
        for left in self.base.glob(f"{PREFIX}*-*-*-*"):
            owner = left.name.removeprefix(PREFIX).rpartition("-")[0]
            if _has_ended(owner):
                remove(left)


def within(group: Path, command: Sequence[str]) -> list[str]:
    """The command, run in a group: a shell moves itself there, and becomes the command."""
    return ["/bin/sh", "-c", 'echo 0 >"$0" && exec "$@"', str(group / "cgroup.procs"), *command]


def remove(group: Path) -> None:
    """Take a group away. One that still holds a process stays for the next run."""
    with contextlib.suppress(OSError):
        group.rmdir()


def delegated(needed: frozenset[str] = NEEDED, told: Mapping[str, str] = LIMITS) -> Groups:
    """Groups that work here, tried and not only looked up. Raises NotDelegated."""
    top, own = _place()
    if not needed <= _words(top / "cgroup.controllers"):
        raise NotDelegated(NO_CONTROLLERS)
    for base in _upwards(own, top):
        if not _may(base):
            continue
        ours = base == own and (base == top or _handed_over(base))
        if needed <= _words(base / "cgroup.subtree_control") or _make_ready(base, needed, ours=ours):
            groups = Groups(base, told)
            groups.remove_leftovers()
            _try(groups)
            return groups
    raise NotDelegated(NOT_DELEGATED)


def _place() -> tuple[Path, Path]:
    """Where the tree is mounted, and this process's own group in it."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        own = next(line.removeprefix("0::") for line in lines if line.startswith("0::"))
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            mounted, _, kind = line.partition(" - ")
            root, point = mounted.split()[3:5]
            if kind.startswith("cgroup2 "):
                # Of a tree that is mounted in part, only what lies below that part is to be seen.
                return Path(point), Path(point) / PurePosixPath(own).relative_to(root)
    raise NotDelegated(NO_TREE)


def _upwards(own: Path, top: Path) -> Iterator[Path]:
    """The group and those above it, as far as the tree is mounted."""
    yield from (one for one in (own, *own.parents) if one.is_relative_to(top))


def _may(base: Path) -> bool:
    """Whether this process may make groups here and move its children into them."""
    return os.access(base, os.W_OK) and os.access(base / "cgroup.procs", os.W_OK)


def _make_ready(base: Path, needed: frozenset[str], *, ours: bool) -> bool:
    """Have the controllers of a group that is ours count in the groups below it; whether they do.

    Ours is what systemd handed over, or all that a container sees. The machine's root may hold processes besides.
    """
    real_root = not (base / "cgroup.type").exists()
    if not (real_root or ours) or not needed <= _words(base / "cgroup.controllers"):
        return False
    try:
        if not real_root:
            # A group that holds processes itself cannot have limited ones below it: they step aside.
            _step_aside(base)
        (base / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in sorted(needed)))
    except OSError:
        return False
    with contextlib.suppress(OSError):
        (base / "cgroup.subtree_control").write_text("+cpu")
    return True


def _handed_over(base: Path) -> bool:
    """Whether systemd says so: Delegate=yes."""
    for name in ("user.delegate", "trusted.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(base, name) == b"1":
                return True
    return False


def _step_aside(base: Path) -> None:
    aside = base / ASIDE
    aside.mkdir(exist_ok=True)
    for pid in (base / "cgroup.procs").read_text().split():
        # One that has ended meanwhile needs no move.
        with contextlib.suppress(ProcessLookupError):
            (aside / "cgroup.procs").write_text(pid)


def _try(groups: Groups) -> None:
    """Move a process into a group, and see it gone. Raises NotDelegated."""
    try:
        group = groups.new()
        moved = subprocess.run(within(group, ["true"]), capture_output=True, check=False)
        group.rmdir()
    except OSError as error:
        raise NotDelegated(f"a cgroup could not be made ({error.strerror})") from None
    if moved.returncode:
        raise NotDelegated("no process may be moved into a cgroup")


def _words(path: Path) -> set[str]:
    try:
        return set(path.read_text().split())
    except OSError:
        return set()


def _me() -> str:
    """Says who makes a group, as nobody else is called: the pid namespace, the process in it, and when that began."""
    return f"{_pids()}-{os.getpid()}-{_began(os.getpid())}"


def _has_ended(owner: str) -> bool:
    """Whether the process of that name is gone. One of another pid namespace cannot be asked for, and is let be."""
    pids, pid, began = owner.split("-")
    return pids == str(_pids()) and _began(int(pid)) != began


def _pids() -> int:
    return os.stat("/proc/self/ns/pid").st_ino


def _began(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ESRCH):
            return ""
        raise
