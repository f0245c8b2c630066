"""bubblewrap: builds a worker's namespaces where the kernel refuses them to this process and not to `bwrap`.

Ubuntu 24.04 refuses them to programs without an AppArmor profile, other systems to whoever is not root.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence

from checker.sandbox import paths
from checker.sandbox.room import HOME, PARTS, SIZE

ROOT = "it is for an ordinary user, and this is root"
ABSENT = "bwrap is not installed"
# What the fork server imports of ours; Landlock hides it from the submission again.
OURS = ("checker", "movie_service")


def program() -> str:
    """Where bwrap lies. Raises OSError where it is of no use."""
    if os.geteuid() == 0:
        raise OSError(ROOT)
    found = shutil.which("bwrap")
    if found is None:
        raise OSError(ABSENT)
    return found


def is_setuid(bwrap: str) -> bool:
    return bool(os.stat(bwrap).st_mode & stat.S_ISUID)


def around(bwrap: str, command: Sequence[str]) -> list[str]:
    """The command, in namespaces with the same paths, devices and folders as the fork server lays out itself.

    It is the first process there: nothing that it starts can end or stop it, and all ends with it.
    """
    # One that is setuid refuses both options: what is written is counted (room.overfull), and what the kernel refuses
    # to everybody who is not root it refuses in there too (wrapped_room asks).
    closed, sized = ([], []) if is_setuid(bwrap) else (["--disable-userns"], ["--size", str(SIZE)])
    return [
        bwrap, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", *closed, "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        *_shown(), "--proc", "/proc", *sized, "--tmpfs", HOME, *_folders(), "--remount-ro", "/", "--chdir", "/",
        "--", *command,
    ]  # fmt: skip


def _read() -> tuple[str, ...]:
    return (*paths.readable(), *paths.packages_of_ours(OURS)[0])


def _shown() -> Iterator[str]:
    for path in _read():
        yield from ("--symlink", os.readlink(path), path) if os.path.islink(path) else ("--ro-bind", path, path)
    for path in paths.DEVICES:
        yield from ("--dev-bind", path, path)
    yield from ("--symlink", "/proc/self/fd", "/dev/fd")


def _folders() -> Iterator[str]:
    for part in (*PARTS, "shm"):
        yield from ("--dir", f"{HOME}/{part}")
    yield from ("--symlink", f"{HOME}/shm", "/dev/shm")
    if not any(path.startswith("/tmp/") for path in _read()):
        yield from ("--symlink", f"{HOME}/tmp", "/tmp")
