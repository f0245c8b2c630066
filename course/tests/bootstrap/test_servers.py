"""Ports and servers: a busy port is no error, a server that fails says why, and stopping leaves nothing."""

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course.start import session
from course.start.console import Trouble, console_for
from course.start.places import Places
from course.start.servers import HOST, Port, Server, free_port
from course.start.session import Open, heed_signals, stay_until_ctrl_c

# A server with a child of its own; it opens the port last, so that an answer means that the child is there.
PARENT = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def busy():
    with socket.socket() as held:
        held.bind((HOST, 0))
        held.listen()
        yield held.getsockname()[1]


def start(tmp_path, *argv):
    log = tmp_path / "server.log"
    return Server.start("the sample service", [sys.executable, *argv], log=log, cwd=tmp_path, env=dict(os.environ))


def test_a_busy_port_is_passed_over_and_said(busy):
    port = free_port(busy)

    assert port.number > busy
    assert port.remark == f"port {busy} is busy, {port.number} taken"


def test_a_port_promised_to_another_server_is_passed_over():
    first = free_port(20000).number

    assert free_port(first, taken=frozenset({first})).number > first


def test_no_free_port_at_all_is_told(busy):
    with pytest.raises(Trouble) as raised:
        free_port(busy, tries=1)

    assert str(raised.value) == (
        f"error: no port from {busy} to {busy} is free on 127.0.0.1.\n"
        "try: end a server that you no longer need; ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN) lists them."
    )


def test_a_server_that_ends_at_once_shows_what_it_said(tmp_path):
    server = start(tmp_path, "-c", "raise SystemExit('no model')")
    server.process.wait()

    with pytest.raises(Trouble) as raised, console_for().step("service", "starting") as step:
        server.wait_until_it_answers("http://127.0.0.1:9/", step)

    assert str(raised.value) == (
        "error: the sample service ended with exit code 1 before it answered:\n  | no model\n"
        f"try: checker doctor; the whole log is {str(tmp_path / 'server.log')!r}"
    )


def test_stopping_ends_the_children_too(tmp_path):
    port = free_port(21000).number
    server = start(tmp_path, "-c", PARENT, str(port))
    with console_for().step("service", "starting") as step:
        server.wait_until_it_answers(f"http://127.0.0.1:{port}/", step)
    child = int(server.log.read_text(encoding="utf-8").split()[0])

    server.stop()

    assert server.ended is not None
    assert gone(child)


def gone(pid):
    """Whether the process ended; the system may take a moment to bury an orphan."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not state.stdout.strip() or state.stdout.startswith("Z"):
            return True
    return False


def test_surroundings_put_the_environment_first_and_drop_what_is_foreign(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PATH", "/usr/bin")

    env = Places(Path("/a clone")).surroundings(MOVIE_SERVICE_PORT="8001")

    assert env["PATH"] == "/a clone/.venv/bin:/usr/bin"
    assert env["MOVIE_SERVICE_PORT"] == "8001"
    assert "PYTHONPATH" not in env


def test_ctrl_c_ends_a_session_also_where_the_shell_ignores_it(monkeypatch):
    """A shell starts what runs in the background with SIGINT ignored."""
    before = {sent: signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        heed_signals(stay=False)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        heed_signals(stay=True)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        for sent, handler in before.items():
            signal.signal(sent, handler)


def test_ctrl_c_in_the_moment_it_is_named_ends_a_session_as_well():
    said = []

    class Obeyed:
        def line(self, text):
            said.append(text)
            if text.startswith("Ctrl-C here"):
                raise KeyboardInterrupt

    stay_until_ctrl_c(Open(service=None, lab=None, service_url="", lab_url=""), Obeyed())

    assert said == ["Ctrl-C here ends both servers; what you wrote stays in work/.", "\nEnding both servers …"]


# The interpreter of a made-up environment: the two servers that `make start` asks it for, each answering to all. Lab
# opens its port a second after the service did or could not, as in life.
STAND_IN = """#!{python}
import atexit, http.server, os, pathlib, sys, time
tried, port = pathlib.Path(os.environ["TRIED"]), os.environ["MOVIE_SERVICE_PORT"]
if sys.argv[-1].startswith("--port="):
    port = sys.argv[-1][7:]
elif sys.argv[-2].startswith("--port="):
    port = sys.argv[-2][7:]
    while not tried.exists():
        time.sleep(0.1)
    time.sleep(1)
else:
    atexit.register(tried.touch)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        # Another's Lab refuses our token.
        self.send_response(403 if str(tried) == os.devnull and "token=" in self.path else 200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Answer)
tried.touch()
server.serve_forever()
"""


@pytest.fixture
def places(tmp_path, monkeypatch):
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN.format(python=sys.executable))
    python.chmod(0o755)
    (tmp_path / "course/lab/custom").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("TRIED", str(tmp_path / "tried"))
    monkeypatch.setenv("MOVIE_SERVICE_PORT", "")
    return Places(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("lost", [0, 1], ids=["service", "lab"])
def test_a_port_that_another_start_took_meanwhile_is_passed_over_too(places, monkeypatch, lost):
    """Another's server answers on the port that was free when we looked, as theirs does when two start at once."""
    other = free_port(22000 + 100 * lost).number
    theirs = subprocess.Popen([places.python, f"--port={other}"], env={**os.environ, "TRIED": os.devnull})
    looks, wished = [], [23000, 24000]
    wished[lost] = other

    def look(port, **more):
        looks.append(port)
        return Port(port, port) if len(looks) <= 2 else free_port(port, **more)

    monkeypatch.setattr(session, "free_port", look)
    said = io.StringIO()
    try:
        with console_for().step("theirs", "starting") as step:
            Server("theirs", theirs, places.root / "none").wait_until_it_answers(f"http://{HOST}:{other}/", step)
        with contextlib.ExitStack() as stack:
            opened = session.open_both(places, console_for(said), stack.callback, ports=(wished[0], wished[1]))
            ended = (opened.service.ended, opened.lab.ended)
    finally:
        theirs.kill()
        theirs.wait()

    assert ended == (None, None)
    assert (opened.service.ended, opened.lab.ended) != (None, None)
    assert len(looks) == 4
    assert f"port {other} is busy, {other + 1} taken" in said.getvalue()
