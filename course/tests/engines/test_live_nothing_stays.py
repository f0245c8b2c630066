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

from course.engines import places
from course.engines.found import can_bring_up
from course.engines.testing import alone, need

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not can_bring_up(), reason="engines are brought up on Debian as root only"),
]
ROOT = Path(__file__).parents[3]
ALONE = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
SEED = random.SystemRandom().randrange(10_000)
CASES = [
    ("docker", "nothing"), ("docker", "engine"), ("docker", "tool"), ("kubernetes", "nothing"),
    ("kubernetes", "engine"), ("kubernetes", "tool"), ("kubernetes", "tool"), ("moto", "nothing"), ("moto", "tool"),
    ("ministack", "nothing"), ("ministack", "engine"), ("ministack", "tool"),
    ("registry", "nothing"), ("registry", "engine"), ("registry", "tool"),
    ("trino", "nothing"), ("trino", "tool"),
]  # fmt: skip

# Found first: what makes them is installed then, and the machine of the test has no network.
SERVERS = ("moto", "ministack", "registry", "trino")


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


@pytest.mark.parametrize(("engine", "kind", "number"), [(*case, n) for n, case in enumerate(CASES)])
def test_nothing_stays(cache, engine, kind, number):
    if engine == "kubernetes" and not (places.programs() / "kubelet").exists():
        pytest.skip(f"kubernetes was not built here: {need('kubernetes').version} is another's")
    if engine in SERVERS:
        need(engine)
    run = f"mount -t tmpfs tmpfs /run && ip link set lo up && exec {sys.executable} -m course.tests.engines.stays"
    argv = [*ALONE, "sh", "-c", f"{run} {engine} {kind} {SEED + number}"]

    env = os.environ | {"COURSE_ENGINES_CACHE": str(cache)}
    with alone(engine):
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), f"seed {SEED + number}:\n{done.stdout}{done.stderr}"
