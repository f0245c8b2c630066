"""A class judged by workers on machines of their own: a network namespace each, with one cable to the scheduler's.

Nothing is made in this machine's network: links and addresses lie between namespaces, and go with the processes that
hold those, which end when this one does, whatever ends it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.classroom.exports import export
from checker.classroom.run import Options, grade_class
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG
from checker.tests.classroom.killed import picture
from checker.tests.classroom.waiting import until
from checker.tests.networks import Network, skip_without_networks

HERE = Path(__file__).resolve().parents[3]
LIMIT = 200
SCHEDULER = "10.213.0.1"
# `checker`, patient: on a busy machine a scheduler that is there takes long to answer.
PATIENT = (
    f"import sys; from checker.classroom import cluster; from checker.cli import main; cluster.SECONDS = {LIMIT}; "
    "sys.exit(main(sys.argv[1:]))"
)


def connect(hub: Network, leaf: Network, number: int) -> None:
    """A pair of links; the other end answers for the scheduler's address and for no other worker's."""
    hub.ip(f"link add w{number} type veth peer name eth0 netns {leaf.holder.pid}")
    hub.ip(f"addr add 10.213.{number}.1/24 dev w{number}")
    hub.ip(f"link set w{number} up")
    leaf.ip(f"addr add 10.213.{number}.2/24 dev eth0")
    leaf.ip("link set eth0 up")
    leaf.ip(f"route add {SCHEDULER} via 10.213.{number}.1")


@pytest.fixture
def networks():
    """The scheduler's, and two for workers."""
    skip_without_networks()
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(contextlib.closing(Network())) for _ in range(3)]
        made[0].ip(f"addr add {SCHEDULER}/32 dev lo")
        try:
            for number in (1, 2):
                connect(made[0], made[number], number)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"networks get no link between them here: {error.stderr.strip()}")
        yield made


@pytest.fixture
def there(networks, mini, tmp_path):
    """Start a program in a network; it ends with the test."""
    (tmp_path / "tmp").mkdir()
    env = {**os.environ, "PYTHONPATH": str(HERE), "TMPDIR": str(tmp_path / "tmp"), "CHECKER_COURSE": str(mini.root)}
    with contextlib.ExitStack() as stack, (tmp_path / "said").open("wb") as log:

        def start(network, *words):
            argv = [*network.words, sys.executable, *words]
            process = subprocess.Popen(argv, env=env, stdout=log, stderr=log, cwd=mini.root)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def six(folder):
    """Six people, no two with the same files."""
    for number in range(6):
        kind = (RIGHT, PARTIAL, EMPTY)[number % 3]
        folder(f"person {number}/{SLUG}", kind | {"greeting.py": f"{kind['greeting.py']}\n# person {number}\n"})


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("six")
def test_a_worker_lost_in_another_network_loses_nothing(networks, there, given, mini, tmp_path):
    hub, one, other = networks
    out, address, file = tmp_path / "out", f"tcp://{SCHEDULER}:8786", tmp_path / "scheduler.json"
    there(hub, "-m", "dask", "scheduler", "--host", SCHEDULER, "--scheduler-file", str(file), "--no-dashboard")
    worker = ["-m", "dask", "worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    lost = there(one, *worker)
    # It stands there empty for a moment.
    until(lambda: file.exists() and file.read_text().endswith("}"), LIMIT)
    words = ["grade", str(given), "--out", str(out), "--seed", "7", "--executor", "dask", "--scheduler", address]
    grader = there(hub, "-c", PATIENT, *words)
    until(lambda: len(list((out / "kept").glob("*/*.json"))) >= 2 or grader.poll() is not None, LIMIT)

    apart = {os.readlink(f"/proc/{process}/ns/net") for process in ("self", lost.pid, grader.pid)}
    # All that is left lies at the only worker there is.
    lost.kill()
    there(other, *worker)

    assert grader.wait(LIMIT) == 1, (tmp_path / "said").read_text()
    export(grade_class(mini, Options(given, tmp_path / "alone", seed=7)), tmp_path / "alone", ["csv"])
    assert picture(out) == picture(tmp_path / "alone")
    # They were machines apart: this one has none of their links, and neither worker reaches the other.
    assert len(apart) == 3
    assert "10.213." not in subprocess.run(["ip", "addr"], capture_output=True, text=True, check=True).stdout
    with pytest.raises(subprocess.CalledProcessError):
        other.ip("route get 10.213.1.2")
