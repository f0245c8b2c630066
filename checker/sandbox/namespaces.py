"""A machine of its own for each worker: another root folder, other processes, no network, one sized folder to write.

The fork server enters a mount namespace once, and lays out there what a worker may see. Each worker starts in new
namespaces over it, in a process tree of its own whose first process waits, counts memory, and takes all with it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path

from checker.sandbox import kernel, paths
from checker.sandbox.limits import MEMORY
from checker.sandbox.room import FILES, HOME, PARTS, SIZE

# Seconds between two looks at it.
LOOK = 0.25
# Nobody's: a number that belongs to no account. Root hands its workers down to it.
NOBODY = 65532
INSIDE = {"work": f"{HOME}/work", "tmp": f"{HOME}/tmp", "run": f"{HOME}/run", "shm": "/dev/shm"}
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
# A mount of an ordinary user may only be made stricter: what the file system has set must be set again.
KEPT = {2: kernel.MS_NOSUID, 4: kernel.MS_NODEV, 8: kernel.MS_NOEXEC, 1024: 1024, 2048: 2048, 4096: 1 << 21}


class Stage:
    """The fork server's own mount namespace: the root folder that workers get, and their rooms."""

    def __init__(self, scratch: Path) -> None:
        self.root, self.rooms = scratch / "root", scratch / "rooms"
        self.made = 0
        _enter()
        self.root.mkdir()
        self.rooms.mkdir()
        kernel.mount("tmpfs", str(self.rooms), "tmpfs", kernel.MS_NOSUID, "size=1m,mode=700")
        # Spare workers are in their namespaces before their room is made; they must see it come.
        kernel.mount("", str(self.rooms), flags=kernel.MS_SHARED)
        self._lay_out()

    def _lay_out(self) -> None:
        kernel.mount("tmpfs", str(self.root), "tmpfs", kernel.MS_NOSUID, "size=4m,mode=755")
        for path in paths.readable():
            _show(path, self.root)
        for path in paths.DEVICES:
            _bind(path, self.root / path[1:])
        for folder in ("proc", "tmp", *(inside[1:] for inside in INSIDE.values())):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "dev/fd").symlink_to("/proc/self/fd")

    def new_room(self) -> tuple[int, int]:
        """A sized folder in memory: its number, and a descriptor by which the trusted side opens it."""
        self.made += 1
        base = self.rooms / str(self.made)
        base.mkdir()
        options = f"size={SIZE},nr_inodes={FILES},mode=755"
        kernel.mount("tmpfs", str(base), "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, options)
        for part in (*PARTS, "shm"):
            (base / part).mkdir()
        return self.made, os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def leave(self, number: int) -> None:
        """Take a room away, whatever was made in it."""
        base = self.rooms / str(number)
        kernel.unmount(str(base))
        base.rmdir()

    def keep_apart(self) -> None:
        """In a worker's own namespaces: see what is mounted outside from now on, and show nothing."""
        kernel.mount("", str(self.rooms), flags=kernel.MS_REC | kernel.MS_SLAVE)

    def move_in(self, number: int, allowed: tuple[str, ...]) -> None:
        """In a worker's own namespaces: make the stage its root, with its room in it and nothing behind it."""
        for path in paths.packages_of_ours(allowed)[0]:
            _show(path, self.root)
        covered = any(path.startswith("/tmp/") for path in (*paths.readable(), *paths.packages_of_ours(allowed)[0]))
        places = INSIDE.items() if covered else (*INSIDE.items(), ("tmp", "/tmp"))
        for part, inside in places:
            _own(self.rooms / str(number) / part)
            kernel.mount(str(self.rooms / str(number) / part), f"{self.root}{inside}", flags=kernel.MS_BIND)
        # In a container /proc is covered in parts, and a whole one may not be had: then there is none.
        with contextlib.suppress(OSError):
            flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
            kernel.mount("proc", f"{self.root}/proc", "proc", flags)
        kernel.mount("", str(self.root), flags=kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID)
        os.chdir(self.root)
        kernel.pivot_root(".", ".")
        kernel.unmount(".")
        os.chdir("/")


def _enter() -> None:
    """A mount namespace of one's own; who may not have one gets a user namespace first."""
    uid, gid = os.geteuid(), os.getegid()
    try:
        kernel.unshare(kernel.CLONE_NEWNS)
    except PermissionError:
        kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
        _map(uid, gid)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)


def _map(uid: int, gid: int) -> None:
    """Say who this process is in its new user namespace: the same as outside."""
    for name, line in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path(f"/proc/self/{name}").write_text(line)


def _show(path: str, root: Path) -> None:
    """Put a path of this machine at the same place below `root`, to be read only."""
    target = root / path[1:]
    if os.path.islink(path):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(os.readlink(path))
        return
    _bind(path, target)
    flags = sum(flag for seen, flag in KEPT.items() if os.statvfs(path).f_flag & seen)
    read_only = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
    kernel.mount("", str(target), flags=read_only | flags | kernel.MS_NOSUID)


def _bind(path: str, target: Path) -> None:
    if os.path.isdir(path):
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    kernel.mount(path, str(target), flags=kernel.MS_BIND | kernel.MS_REC)


def _known(uid: int) -> bool:
    """Whether this user namespace has a number for it."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    spans = [tuple(map(int, line.split())) for line in lines]
    return any(first <= uid < first + count for first, _, count in spans)


def _own(base: Path) -> None:
    """Give a room to the one who will work in it. In a container that knows no such number root does (step_down)."""
    if os.geteuid() or not _known(NOBODY):
        return
    for _, _, names, here in os.fwalk(base):
        os.fchown(here, NOBODY, NOBODY)
        for name in names:
            os.chown(name, NOBODY, NOBODY, dir_fd=here, follow_symlinks=False)


def watch(work: Callable[[], None]) -> None:
    """In the first process of the tree: start the worker, wait for it, and end everything with it.

    It holds nothing open: the other end must see when the worker is gone.
    """
    loopback_up()
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    os.closerange(3, 4096)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    while not _ended(pid) and memory() <= MEMORY:
        signal.sigtimedwait([signal.SIGCHLD], LOOK)


def _ended(pid: int) -> bool:
    """Collect who has ended; whether the worker is among them."""
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if ended in (0, pid):
            return ended == pid


def memory() -> int:
    """Bytes that the processes of this tree hold, or a number above that as long as it is within MEMORY.

    What they share is counted once only when it matters: the kernel walks all their pages for that, and many workers
    are looked at four times a second. A worker that has not moved in yet still sees the /proc of the whole machine,
    whose processes are not its own: it holds nothing then.
    """
    if not _own_proc():
        return 0
    others = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    resident = sum(map(_resident, others))
    return resident if resident <= MEMORY else sum(map(_once, others))


def _own_proc() -> bool:
    """Whether /proc tells of the tree that this process is in."""
    try:
        return os.readlink("/proc/self") == str(os.getpid())
    except OSError:
        return False


def _resident(pid: str) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _once(pid: str) -> int:
    """Its own pages, and its part of those that it shares."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        return sum(int(line.split()[1]) << 10 for line in rollup if line.startswith(("Pss_Anon", "Pss_Shmem")))
    return 0


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = b"lo".ljust(16, b"\0")
        asked = fcntl.ioctl(any_socket, SIOCGIFFLAGS, name + bytes(24))
        flags = struct.unpack_from("h", asked, 16)[0]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, name + struct.pack("h", flags | IFF_UP) + bytes(22))


def listeners(ports: list[int]) -> list[socket.socket]:
    """Sockets that listen in the worker's own network; the trusted side answers on them.

    In bubblewrap two workers of one submission share a network, and each brings its own.
    """
    return [socket.create_server(("127.0.0.1", port), reuse_port=True) for port in ports]


def step_down() -> None:
    """Give up every right over the namespaces, for good. From here on processes are counted for this worker alone."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        # In a container that knows no such number, root stays: without a right, behind the same walls.
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            uid, gid = NOBODY, NOBODY
        # Else /proc/self belongs to root, and the maps cannot be written.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    with contextlib.suppress(OSError):
        kernel.unshare(kernel.CLONE_NEWUSER)
        _map(uid, gid)
        # A further user namespace would give its maker rights that have cost other kernels dear.
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    kernel.drop_capabilities()
