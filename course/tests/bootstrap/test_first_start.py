"""A stranger's first ten minutes, for real: a clone in a folder with a space, `make start`, twice, and Ctrl-C."""

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from course.prose import page_block

ROOT = Path(__file__).parents[3]
# Nobody answers on the discard port: whatever asks another host is refused at once.
NOWHERE = "http://127.0.0.1:9"
CUT = {
    "http_proxy": NOWHERE, "https_proxy": NOWHERE, "HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE,
    "no_proxy": "", "PIP_NO_INDEX": "1", "UV_OFFLINE": "1",
}  # fmt: skip

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


def typed(clone, block, **env):
    """What the page shows, typed in the clone; PYTHON is told by the environment, as a reader may do."""
    ((command, _),) = block.commands
    env = {**os.environ, "PYTHON": sys.executable, **env}
    return subprocess.run(command, shell=True, cwd=clone, env=env, capture_output=True, text=True, check=False)


def test_a_strangers_first_ten_minutes(tmp_path, subtests):
    """One test, since its steps stand on each other: workers that shared them would each make an environment."""
    clone = tmp_path / "a clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)

    first = typed(clone, page_block(ROOT, "README.md", "make start"), ONCE="1")
    with subtests.test("the first start makes everything and proves it"):
        assert first.returncode == 0, first.stdout + first.stderr
        assert re.search(r"environment +\d+ packages, by (uv|pip)", first.stdout)
        assert re.search(r"proof +exercise 1: starter 0 of (\d+) points, solution \1 of \1 ", first.stdout)
        assert re.search(r"JupyterLab +http://127\.0\.0\.1:\d+/lab/tree/START_HERE\.ipynb\?token=\w{32}", first.stdout)
        assert re.search(r"Sample service +http://127\.0\.0\.1:\d+/docs", first.stdout)
        assert first.stdout.endswith("Both servers answered and were stopped again.\n")
        assert (clone / "work/START_HERE.ipynb").exists()
    with subtests.test("what exercises import is compiled, so that no worker in its sandbox does it each time"):
        [packages] = clone.glob(".venv/lib/python*/site-packages")
        assert list(packages.glob("pyarrow/parquet/__pycache__/core.*.pyc"))
        assert not list(packages.glob("numpy/tests/__pycache__/*"))

    mine = [clone / "work/START_HERE.ipynb", clone / "work/01_prediction_endpoint/app.py"]
    for path in mine:
        path.write_text("# mine\n", encoding="utf-8")
    block = page_block(ROOT, "docs/pages/parts/01_introduction/1.3_setup.md", "make start")
    second = typed(clone, block, ONCE="1", **CUT)
    with subtests.test("the second start needs no network and overwrites nothing"):
        assert second.returncode == 0, second.stdout + second.stderr
        assert "packages, by" not in second.stdout
        assert re.search(r"data +build/data, fresh", second.stdout)
        assert re.search(r"model +build/model, fresh", second.stdout)
        assert "graded before" in second.stdout
        assert [path.read_text(encoding="utf-8") for path in mine] == ["# mine\n", "# mine\n"]

    seen = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    with subtests.test("git sees nothing of what was made"):
        assert seen.stdout == ""

    with held(8000) as busy:
        text, code = until_ctrl_c(clone)
    ports = [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)/", text)]
    with subtests.test("at a terminal it stays until Ctrl-C, and takes another port"):
        assert code == 0, text
        assert len(ports) == 2
        assert busy not in ports
        assert "port 8000 is busy" in text
        assert "Both servers have ended." in text
        assert not any(open_port(port) for port in ports)


@contextlib.contextmanager
def held(port):
    """The port is busy meanwhile; somebody else's server on it does as well."""
    with socket.socket() as holder:
        # Without this an earlier server's closed connections keep the port from us, and it is not busy either.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            holder.bind(("127.0.0.1", port))
            holder.listen()
        yield port


def until_ctrl_c(clone):
    """Start at a terminal of its own, interrupt as Ctrl-C does once it says how to end; its text and exit code."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "ONCE"}
    argv = [sys.executable, "-m", "course.bootstrap", "start"]
    process = subprocess.Popen(
        argv, cwd=clone, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    text = ""
    with contextlib.suppress(OSError):  # the terminal is gone when its last user ended
        while chunk := os.read(ours, 4096):
            before, text = text, text + chunk.decode(errors="replace")
            if "Ctrl-C here" in text and "Ctrl-C here" not in before:
                os.killpg(process.pid, signal.SIGINT)
    os.close(ours)
    return text, process.wait()


def open_port(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
