"""Only in namespaces: disk and processes are counted, nothing is left, and the fork server cleans up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.errors import NotYet
from checker.sandbox import limits, namespaces
from checker.tests.sandbox.having import needs
from checker.tests.sandbox.test_workers import USE
from checker.worker_sources import ForkServer

pytestmark = needs("namespace")


@pytest.fixture(scope="module")
def workers() -> Iterator[ForkServer]:
    server = ForkServer(("json",), "namespace")
    yield server
    server.close()


def test_the_folder_is_sized(door):
    submission = door(USE)

    error = submission.attempt("greeting.filled", namespaces.SIZE // (40 << 20) + 1, timeout=60).error

    assert error is not None
    assert (error.type, error.message) == ("OSError", "[Errno 28] No space left on device")
    with pytest.raises(NotYet) as ended:
        submission.replace("given.py", "x" * 10_000_000)
    assert ended.value.finding.seen == "given.py could not be used: No space left on device"


@pytest.mark.slow
def test_processes_are_counted(door):
    code = (
        "import os, time\n"
        "def f():\n"
        "    for count in range(2000):\n"
        "        try:\n"
        "            if os.fork() == 0: time.sleep(600)\n"
        "        except OSError: return count\n"
    )

    assert door(code).call("greeting.f", timeout=60) < limits.PROCESSES


def test_a_daemon_ends_with_its_worker(door, workers):
    code = (
        "import os, time\n"
        "def f():\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0: time.sleep(600)\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "    return sorted(int(one) for one in os.listdir('/proc') if one.isdigit())\n"
    )
    submission = door(code)
    assert len(submission.call("greeting.f", timeout=60)) == 3
    tree = submission._worker.pid
    members = members_of(tree)
    assert len(members) == 3

    submission.close()

    assert [pid for pid in members if Path(f"/proc/{pid}").exists()] == []


def members_of(pid: int) -> list[int]:
    """Processes of this machine that are in the pid namespace of that one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "ns/pid").readlink() == Path(f"/proc/{pid}/ns/pid").readlink():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_worker_has_no_right_left(door):
    code = (
        "import ctypes, os\n"
        "def f():\n"
        "    libc = ctypes.CDLL(None)\n"
        "    names = ('CapEff', 'CapBnd', 'NoNewPrivs')\n"
        "    lines = [line for line in open('/proc/self/status') if line.startswith(names)]\n"
        "    tried = [libc.unshare(0x10000000), libc.mount(b'x', b'/work', b'tmpfs', 0, None), libc.chroot(b'/work')]\n"
        "    return [line.split()[1] for line in lines], tried, os.getuid() != 0\n"
    )

    assert door(code).call("greeting.f") == [["0" * 16, "0" * 16, "1"], [-1, -1, -1], True]


def test_rooms_and_processes_go_with_their_owner(door, workers):
    submission = door(USE)
    submission.call("greeting.own")
    mounted = Path(f"/proc/{workers.process.pid}/mounts").read_text().count("/rooms/")

    submission.close()

    assert Path(f"/proc/{workers.process.pid}/mounts").read_text().count("/rooms/") == mounted - 1


@pytest.mark.slow
@pytest.mark.parametrize("limit", [namespaces.MEMORY, 0])
def test_memory_of_a_tree_is_counted(monkeypatch, limit):
    """Roughly while it is within the limit, exactly above it."""
    monkeypatch.setattr(namespaces, "MEMORY", limit)
    held = bytearray(os.urandom(1 << 20)) * 50

    assert namespaces.memory() > len(held)


def test_a_worker_that_has_not_moved_in_is_not_charged_for_the_machine(monkeypatch):
    """The first process of a tree has the number 1 in it; the machine's /proc knows it by another."""
    monkeypatch.setattr(os, "getpid", lambda: 1)

    assert namespaces.memory() == 0
