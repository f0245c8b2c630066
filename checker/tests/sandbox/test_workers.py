"""A submission at the levels above `process`: what honest work needs is there, the rest of the machine is not."""

from __future__ import annotations

import socket
import threading

import pytest

from checker.errors import NotYet, TooSlow
from checker.tests.test_worker import SERVER

USE = """import os, tempfile, socket
def own():
    with open("made.txt", "w") as file: file.write("x")
    return [tempfile.mkstemp()[0] > 0, os.listdir("."), sum(os.urandom(4)) >= 0, open("/proc/cpuinfo").read(9)]
def opened(path):
    return open(path).read()
def put(path):
    open(path, "w").close()
def connect(port):
    with socket.create_connection(("127.0.0.1", port), 5) as there: return there.recv(5).decode()
def filled(count):
    for number in range(count):
        with open(f"{number}.bin", "wb") as file: file.write(bytes(40 << 20))
def link(name, to):
    os.path.lexists(name) and os.unlink(name)
    os.symlink(to, name)
"""


def test_honest_work_finds_what_it_needs(door):
    temporary, names, random, processor = door(USE).call("greeting.own")

    assert sorted(names) == ["answers.toml", "given.py", "greeting.py", "made.txt"]
    assert (temporary, random, processor) == (True, True, "processor")


def test_duckdb_finds_the_limits_that_it_sizes_itself_by(door):
    code = "import duckdb\ndef f():\n    return duckdb.connect('kept.db').execute('SELECT 42').fetchall()[0][0]\n"

    assert door(code).call("greeting.f", timeout=60) == 42


@pytest.mark.slow
def test_libraries_that_need_much_of_the_system_work(door):
    code = (
        "import numpy, ssl, asyncio, subprocess, zoneinfo, lightgbm\n"
        "def f():\n"
        "    data = lightgbm.Dataset(numpy.arange(80.0).reshape(40, 2), numpy.arange(40) % 2)\n"
        "    lightgbm.train({'verbosity': -1, 'num_threads': 1}, data, 2)\n"
        "    zoneinfo.ZoneInfo('Europe/Berlin'), ssl.create_default_context()\n"
        "    return subprocess.run(['sh', '-c', 'echo from a shell'], capture_output=True, text=True).stdout\n"
    )

    assert door(code).call("greeting.f", timeout=60) == "from a shell\n"


def test_the_rest_of_the_machine_is_not_there(door, tmp_path):
    secret = tmp_path / "other_submission.py"
    secret.write_text("secret")

    for action in (("opened", secret), ("opened", "/etc/shadow"), ("opened", "/etc/hostname"), ("put", secret)):
        error = door(USE).attempt(f"greeting.{action[0]}", str(action[1])).error
        assert error is not None
        assert error.type in {"PermissionError", "FileNotFoundError"}
    assert secret.read_text() == "secret"


def test_no_port_of_this_machine_is_reached(door):
    with socket.create_server(("127.0.0.1", 0)) as server:
        error = door(USE).attempt("greeting.connect", server.getsockname()[1]).error

    assert error is not None
    assert error.type in {"PermissionError", "ConnectionRefusedError"}


def test_a_port_that_is_let_through_is_reached(door):
    submission = door(USE)

    def greet() -> None:
        with server.accept()[0] as there:
            there.sendall(b"hello")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        submission.let_reach(server.getsockname()[1])

        assert submission.call("greeting.connect", server.getsockname()[1]) == "hello"
        thread.join(10)


def test_a_file_laid_while_the_worker_runs_is_seen_and_its_own_files_are_seen_here(door):
    submission = door(USE)
    submission.call("greeting.own")

    submission.replace("later.txt", "laid")

    assert submission.call("greeting.opened", "later.txt") == "laid"
    assert submission.text("made.txt") == "x"


def test_a_link_in_place_of_a_file_is_a_finding_of_the_submission(door, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    submission = door(USE)
    submission.call("greeting.link", "given.py", str(secret))

    with pytest.raises(NotYet) as ended:
        submission.text("given.py")
    submission.replace("given.py", "laid")

    assert ended.value.finding.seen == "there is no given.py in the folder"
    assert (secret.read_text(), submission.text("given.py")) == ("secret", "laid")


def test_a_server_answers_on_its_private_socket_and_a_gate_holds_it(door):
    submission = door(SERVER)
    gate = submission.gate("slow")
    submission.replace("given.py", gate.code())

    with submission.serve() as server:
        thread = threading.Thread(target=server.http, args=("GET", "/slow"))
        thread.start()
        assert gate.wait_entered(timeout=60)
        assert server.http("GET", "/live", timeout=60).body == b"/live"
        gate.open()
        thread.join(60)

    assert not thread.is_alive()


def test_a_socket_replaced_by_a_link_leads_nowhere(door, tmp_path):
    """A link to another service of this machine must not be sent a request."""
    link = "\nimport os, glob\nasync def swap():\n    path = glob.glob(os.environ['TMPDIR'] + '/../run/s*')[0]\n"
    link += f"    os.rename(path, path + 'x')\n    os.symlink({str(tmp_path / 'docker.sock')!r}, path)\n"
    app = SERVER.replace(
        'if scope["path"] == "/slow":', 'if scope["path"] == "/swap":\n        await swap()\n    if 0:'
    )
    with socket.socket(socket.AF_UNIX) as other, door(app + link).serve() as server:
        other.bind(str(tmp_path / "docker.sock"))
        other.listen()
        server.http("GET", "/swap", timeout=60)

        with pytest.raises(NotYet) as ended:
            server.http("GET", "/live", timeout=5)

    assert ended.value.finding.seen == "the program ended before it answered"


def test_a_script_runs(door):
    ran = door("import sys\nprint(sys.argv[1])\nsys.exit('stopped')\n").run("greeting.py", "hello", timeout=60)

    assert (ran.exit_code, ran.output) == (1, "hello\nstopped\n")


@pytest.mark.parametrize("ending", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"])
def test_a_program_that_ends_is_told(door, ending):
    with pytest.raises(NotYet) as ended:
        door(ending).call("greeting.f")

    assert ended.value.finding.seen == "the program ended before it answered"


@pytest.mark.slow
def test_an_endless_loop_is_ended(door):
    with pytest.raises(TooSlow):
        door("while True: pass").call("greeting.f", timeout=0.5)


def test_what_the_course_allows_of_the_service_can_be_imported(door):
    code = "from movie_service import metrics\ndef f(): return metrics.__name__\n"

    assert door(code, allowed=("movie_service",)).call("greeting.f", timeout=60) == "movie_service.metrics"


@pytest.mark.slow
def test_s3_is_reached_and_nothing_else(door, grader, services):
    cloud = services.get("s3")
    code = (
        "import urllib.request\n"
        "def f(url, method):\n"
        "    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as got:\n"
        "        return got.status\n"
    )
    submission = door(code)
    for port in cloud.ports:
        submission.let_reach(port)

    assert submission.call("greeting.f", f"{cloud.endpoint}/bucket", "PUT", timeout=30) == 200
    assert [one.path for one in cloud.requests] == ["/bucket"]
