"""`make infra-down` puts the machine back, also when the tool or an engine was ended by force.

Each case runs in mount, network and process namespaces of its own, with a /run and a cache of its own: the engines
that other tests use are not touched, and no second engine is in their network.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checker.law.today import of_its_day
from course.engines import places
from course.engines.found import can_bring_up
from course.engines.table_of_engines import ENGINES
from course.engines.testing import alone, figure, need

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not can_bring_up(), reason="engines are brought up on Debian as root only"),
]
ROOT = Path(__file__).parents[3]
ALONE = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
SEED = random.SystemRandom().randrange(10_000)
EVERY = ("docker", "kubernetes", "registry", "moto", "ministack", "trino")
# Who is ended by force, at a moment that is drawn: the tool while it brings engines up, or an engine once it is up.
CASES = [
    ("every", "nothing"), ("every", "tool"), ("docker", "engine"), ("docker", "tool"), ("kubernetes", "engine"),
    ("kubernetes", "tool"),
]  # fmt: skip
# Servers are one kind of engine: each has its day.
SERVERS = [
    ("moto", "tool"), ("ministack", "engine"), ("registry", "tool"), ("trino", "tool"), ("moto", "engine"),
    ("ministack", "tool"), ("registry", "engine"), ("trino", "engine"),
]  # fmt: skip


@pytest.fixture
def cache():
    """The programs of this machine's cache, and nothing else of it.

    Its path is short: kubelet makes sockets below it, and the path of one may have 107 characters.
    """
    need("docker")
    with tempfile.TemporaryDirectory(prefix="stays", ignore_cleanup_errors=True) as folder:
        for name in ("bin", "python", "java"):
            (Path(folder) / name).symlink_to(places.cache().resolve() / name)
        yield Path(folder)


def marked(engine, kind, number):
    """A node of its own beside the machine's: one test after the other, as all that ask the cluster."""
    marks = [pytest.mark.cluster] if engine in ("every", "kubernetes") else []
    marks += of_its_day(number) if (engine, kind) in SERVERS else []
    return pytest.param(engine, kind, number, marks=marks, id=f"{engine}-{kind}-{number}")


def engines_of(name):
    """Found first: what makes them is installed then, and the machine of the test has no network."""
    if name in ("every", "kubernetes") and not (places.programs() / "kubelet").exists():
        pytest.skip(f"kubernetes was not built here: {need('kubernetes').version} is another's")
    if name != "every":
        need(name)
        return [name]
    # One that CI cannot have is no part of it there.
    return [one for one in EVERY if ENGINES[one].find().found]


ALL = [marked(*case, number) for number, case in enumerate([*CASES, *SERVERS])]


@pytest.mark.parametrize(("name", "kind", "number"), ALL)
def test_nothing_stays(cache, name, kind, number):
    engines, seed = engines_of(name), SEED + number
    run = f"mount -t tmpfs tmpfs /run && ip link set lo up && exec {sys.executable} -m course.tests.engines.stays"
    argv = [*ALONE, "sh", "-c", f"{run} {','.join(engines)} {kind} {seed}"]
    env = os.environ | {"COURSE_ENGINES_CACHE": str(cache)}
    row, bar = f"nothing stays: {name}, {kind} ended by force ({number})", "a snapshot as before"
    other = "kubernetes" if "kubernetes" in engines else name

    with alone(other), figure(row, bar, engine=engines[0]) as found:
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

        found.value = done.stdout or bar
        assert (done.returncode, done.stdout) == (0, ""), f"seed {seed}:\n{done.stdout}{done.stderr}"
