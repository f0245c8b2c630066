"""A submission in bubblewrap. It is not for root: as root these tests run once more, as an ordinary user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import wrapped_room
from checker.errors import CouldNotCheck, NotYet
from checker.sandbox import bubblewrap, levels, limits, room
from checker.tests.hostile.attacks import corpus
from checker.tests.hostile.battle import Battle
from checker.tests.hostile.ground import alive_with
from checker.tests.sandbox.test_workers import USE
from checker.tests.test_worker import SERVER
from checker.wrapped import Wrapped

ROOT = Path(__file__).parents[3]
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0
ABSENT = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="no bwrap on this machine: apt-get install bubblewrap"
)
ORDINARY = [sys.executable, "-m", "checker.tests.sandbox.ordinary"]
REFUSED = "bubblewrap builds no namespaces here"
# Walls that bubblewrap builds in a way of its own: the whole corpus is run by checker.tests.hostile.outcomes.
SAMPLE = ("files/through_proc_root", "processes/kill_its_parent", "resources/many_small_files", "rights/own_namespace")


@pytest.fixture(scope="module")
def workers() -> Iterator[Wrapped]:
    if IS_ROOT:
        pytest.skip("bubblewrap is for an ordinary user: test_all_of_this_as_an_ordinary_user runs this")
    if fault := levels.namespace_fault("bubblewrap"):
        pytest.skip(f"{REFUSED}: {fault}")
    wrapped = Wrapped(("json", "asyncio", "uvicorn"))
    yield wrapped
    wrapped.close()


@ABSENT
@pytest.mark.timeout(600)
@pytest.mark.skipif(not IS_ROOT, reason="this is an ordinary user")
@pytest.mark.parametrize(
    "tier", [pytest.param("not full", marks=pytest.mark.slow), pytest.param("full", marks=pytest.mark.full)]
)
def test_all_of_this_as_an_ordinary_user(tier):
    tried = subprocess.run([*ORDINARY, "true"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"root may not become an ordinary user here: {tried.stderr.splitlines()[-1]}")
    inner = [sys.executable, "-m", "pytest", "-q", __file__, "-p", "no:cacheprovider", "-m", tier]

    done = subprocess.run(
        [*ORDINARY, *inner], cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip

    print(done.stdout)
    assert done.returncode == 0
    assert " passed" in done.stdout
    if REFUSED in done.stdout:
        pytest.skip(done.stdout[done.stdout.index(REFUSED) :].splitlines()[0])


@pytest.mark.skipif(not IS_ROOT, reason="this is an ordinary user")
def test_root_is_told_that_it_needs_none():
    assert levels.namespace_fault("bubblewrap") == "it is for an ordinary user, and this is root"


def test_without_bwrap_that_is_said(monkeypatch):
    monkeypatch.setattr(bubblewrap.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "")

    assert levels.namespace_fault.__wrapped__("bubblewrap") == "bwrap is not installed"


@pytest.mark.slow
def test_a_server_a_script_and_a_neighbour_are_in_one_sandbox(door, services):
    """Two workers of one submission, each with a way of its own to S3, and none to anything else."""
    cloud = services.get("s3")
    reach = (
        "\nimport sys, urllib.request\n"
        "def f(url, method):\n"
        "    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as got:\n"
        "        return got.status\n"
        "if __name__ == '__main__': print(f(sys.argv[1], 'PUT'))\n"
    )
    submission = door(SERVER + reach + USE)
    for port in cloud.ports:
        submission.let_reach(port)

    with submission.serve() as server:
        assert server.http("GET", "/live", timeout=60).body == b"/live"
        assert submission.call("greeting.f", f"{cloud.endpoint}/one", "PUT", timeout=60) == 200
        assert submission.run("greeting.py", f"{cloud.endpoint}/two", timeout=60).output == "200\n"
    assert [one.path for one in cloud.requests] == ["/one", "/two"]
    assert submission.attempt("greeting.opened", "/etc/hostname").error is not None
    assert submission.attempt("greeting.opened", str(ROOT / "checker/worker.py")).error is not None


@pytest.mark.full
def test_what_a_worker_writes_is_sized_and_what_is_laid_is_seen(door):
    submission = door(USE)
    submission.replace("later.txt", "laid")

    assert submission.call("greeting.opened", "later.txt", timeout=60) == "laid"
    error = submission.attempt("greeting.filled", room.SIZE // (40 << 20) + 1, timeout=60).error

    assert error is not None
    assert (error.type, error.message) == ("OSError", "[Errno 28] No space left on device")


@pytest.mark.full
def test_a_worker_has_no_right_left_and_its_processes_are_counted(door, workers):
    code = (
        "import ctypes, os, time\n"
        "def rights():\n"
        "    libc = ctypes.CDLL(None)\n"
        "    names = ('CapEff', 'CapBnd', 'NoNewPrivs')\n"
        "    lines = [line for line in open('/proc/self/status') if line.startswith(names)]\n"
        "    tried = [libc.unshare(0x10000000), libc.mount(b'x', b'/work', b'tmpfs', 0, None), libc.chroot(b'/work')]\n"
        "    return [line.split()[1] for line in lines], tried, os.getppid()\n"
        "def forked():\n"
        "    for count in range(2000):\n"
        "        try:\n"
        "            if os.fork() == 0: time.sleep(600)\n"
        "        except OSError: return count\n"
    )
    submission = door(code)

    assert submission.call("greeting.rights", timeout=60) == [["0" * 16, "0" * 16, "1"], [-1, -1, -1], 1]
    assert submission.call("greeting.forked", timeout=60) < limits.PROCESSES
    submission.close()
    assert workers.sandboxes == 0


@pytest.mark.full
def test_too_many_files_end_the_sandbox_and_that_is_the_submission_s_own_fault(door):
    submission = door("def f():\n    for number in range(10_000): open(str(number), 'w').close()\n    return 'done'\n")

    for _ in range(2):
        with pytest.raises(NotYet) as ended:
            submission.call("greeting.f", timeout=60)
        assert ended.value.finding.seen == "the program ended before it answered"
    ended_by_then = time.monotonic() + 60
    while submission._source.running(submission.room) and time.monotonic() < ended_by_then:
        time.sleep(0.05)

    with pytest.raises(NotYet) as ended:
        submission.run("greeting.py")
    assert ended.value.finding.seen == "the program ended before it answered"


@pytest.mark.full
def test_a_sandbox_ends_with_a_grader_that_is_killed(workers):
    program = (
        "import os, signal\n"
        "from checker.wrapped import Wrapped\n"
        "from checker.workers import Start\n"
        "made = Wrapped(())\n"
        "room = made.room()\n"
        "made.worker(Start(room.inside, {}, (), room=room.number)).see_it_shut_off(60)\n"
        "print(made.scratch.name, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)

    assert killed.returncode == -signal.SIGKILL
    until = time.monotonic() + 60
    while (alive := alive_with(killed.stdout.strip())) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive == []
    shutil.rmtree(killed.stdout.strip())


@pytest.mark.full
def test_one_that_is_setuid_is_taken_only_where_nobody_else_has_user_namespaces(monkeypatch):
    """Its workers could make their own here, since this very test is let make one."""
    monkeypatch.setattr(wrapped_room.kernel, "unshare", lambda flags: None)
    assert wrapped_room._nests()

    monkeypatch.setattr(bubblewrap, "is_setuid", lambda bwrap: True)
    options = bubblewrap.around("bwrap", ["true"])
    assert {"--disable-userns", "--size"} & set(options) == set()


@pytest.mark.full
@pytest.mark.parametrize("name", SAMPLE)
def test_no_attack_gets_anything(workers, name):
    attack = next(one for one in corpus() if one.id == name)
    battle = Battle("bubblewrap")
    try:
        assert not battle.hits(attack)
    finally:
        battle.close()


def test_a_sandbox_that_does_not_come_up_says_why(workers, monkeypatch):
    monkeypatch.setattr(bubblewrap, "around", lambda bwrap, command: [bwrap, "--no-such-option"])

    with pytest.raises(CouldNotCheck) as ended:
        workers.room()

    assert ended.value.finding.seen == "Unknown option --no-such-option"
