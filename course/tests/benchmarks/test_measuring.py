"""The parts around a measurement: misuse, CPU of a process tree, a server that fails, the naive endpoint itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course.benchmarks import command, cpu, main, naive_model, overload
from course.benchmarks.load import Load
from course.benchmarks.product import movie_service
from course.benchmarks.report import OURS, PEERS, BenchTrouble
from course.benchmarks.servers import free_port, serving, surroundings, uvicorn
from course.start.places import Places
from course.training import train
from course.training.generate import generate

ROOT = Path(__file__).parents[3]

# Works in a child until its stdin is closed, so that the work is not the parent's own.
BUSY_CHILD = """
import subprocess, sys
child = "sum(range(10**6)); print('done', flush=True); input()"
subprocess.run([sys.executable, "-c", child])
"""

REFUSING = """
import http.server, sys
class Busy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Busy).serve_forever()
"""


def test_an_unknown_name_is_misuse(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--only", "import time"])

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "error: there is no measurement 'import time'; there are 'raw hello', 'capabilities', "
        "'fast route', 'workers', 'memory', 'size', 'overload', 'latency', 'naive', 'batch', 'import', 'feedback', "
        "'exercises', 'grade: nbgrader autograde', 'grade: nbgrader API', 'grade: pytest', 'grade: flat', "
        "'peer: KServe', 'peer: MLServer', 'peer: LitServe', 'peer: BentoML', 'peer: mlflow'.\n"
        "try: python -m course bench --help\n"
    )


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--only", "batch", "--only", "raw hello"], ("raw hello", "batch")),
        (["--only", "size", "--only", "size"], ("size",)),
        ([], OURS),
        (["--peers"], PEERS),
        (["--only", "peer: KServe"], ("peer: KServe",)),
    ],
)
def test_every_only_counts_and_none_means_all(monkeypatch, words, names):
    measured = []
    monkeypatch.setattr(command.products, "ensure", lambda *_: None)
    monkeypatch.setattr(command, "bench", lambda _places, _console, asked, **_: measured.append(asked) or 0)

    assert main(words) == 0

    assert measured == [names]


@pytest.mark.skipif(sys.platform != "linux", reason="CPU of other processes is read on Linux only")
def test_cpu_of_a_tree_holds_its_children():
    words = [sys.executable, "-c", BUSY_CHILD]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout and parent.stdout.readline() == "done\n"
        whole, own = cpu.tree_seconds(parent.pid), cpu._own(parent.pid)
        parent.communicate("\n")

    assert whole > own > 0


@pytest.mark.skipif(sys.platform != "linux", reason="CPU of other processes is read on Linux only")
def test_a_process_that_has_ended_is_named():
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()

    with pytest.raises(BenchTrouble) as trouble:
        cpu.tree_seconds(ended.pid)

    assert str(trouble.value) == f"The process {ended.pid} that is measured has ended."


def test_a_server_that_ends_at_once_is_named_with_its_log(tmp_path):
    places = Places(tmp_path)
    words = [sys.executable, "-c", "raise SystemExit(5)"]

    with (
        pytest.raises(BenchTrouble) as trouble,
        serving("some server", words, free_port(), env=surroundings(places), places=places) as server,
    ):
        server.answered("/predict", "{}")

    assert str(trouble.value) == f"some server ended with code 5. Read {tmp_path / 'build/bench/some-server.log'}."


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="CPU of other processes is read on Linux only")
def test_answers_other_than_200_are_not_measured(tmp_path):
    places, port = Places(tmp_path), free_port()
    words = [sys.executable, "-c", REFUSING, str(port)]

    with serving("busy", words, port, env=surroundings(places), places=places) as server:
        with pytest.raises(BenchTrouble) as waited:
            server.answered("/predict", "{}", patience=2)
        with pytest.raises(BenchTrouble) as loaded:
            server.load(Load(port, "/predict", ["{}"], 4, connections=1))

    log = tmp_path / "build/bench/busy.log"
    assert str(waited.value) == f"busy gave no answer with status 200 in 2 s. Read {log}."
    assert str(loaded.value) == (
        f"busy: 4 answers with status 200 were expected at /predict, but {{'503': 4}} came. Read {log}."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="CPU of other processes is read on Linux only")
def test_refusals_are_measured_where_they_are_asked_for(tmp_path):
    places, port = Places(tmp_path), free_port()
    words = [sys.executable, "-c", REFUSING, str(port)]

    with serving("busy", words, port, env=surroundings(places), places=places) as server:
        server.answered("/predict", "{}", status=503)
        outcome, _ = server.load(Load(port, "/predict", ["{}"], 4, connections=1), status=503)

    assert outcome.statuses == {"503": 4}


# As BentoML does with its workers.
FOUNDER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open(sys.argv[1], "w").write("started")
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes in other sessions are found on Linux only")
def test_a_child_in_a_session_of_its_own_ends_with_its_server(tmp_path):
    started, places = tmp_path / "started", Places(tmp_path)

    with serving(
        "founder", [sys.executable, "-c", FOUNDER, started], 1, env=surroundings(places), places=places
    ) as server:
        while not started.exists():
            time.sleep(0.02)
        child = cpu.tree(server.process.pid)[1]

    while runs(child):
        time.sleep(0.02)


def runs(pid):
    """Whether the process is there; an ended one that nobody has collected yet runs nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_measured_processes_may_write_bytecode_and_take_no_setting_of_the_shell(tmp_path, monkeypatch):
    for name in ("PYTHONDONTWRITEBYTECODE", "MOVIE_SERVICE_PORT"):
        monkeypatch.setenv(name, "1")

    kept = surroundings(Places(tmp_path), MOVIE_SERVICE_BATCH_LIMIT="7")

    assert {name for name in kept if name.startswith(("MOVIE_SERVICE", "PYTHONDONT"))} == {"MOVIE_SERVICE_BATCH_LIMIT"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A clone with data and a model."""
    places = Places(tmp_path_factory.mktemp("trained"))
    places.venv.symlink_to(sys.prefix)
    generate(places.build / "data", users=300, movies=320, ratings=9_000)
    train.train(places.build / "data", places.build / "model")
    return places


BODY = json.dumps({"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"})


@pytest.mark.slow
def test_the_naive_endpoint_answers_what_the_service_is_asked(trained, tmp_path):
    model = tmp_path / "naive.joblib"
    naive_model.train(trained.build / "data", trained.build / "model", model)
    places, port = Places(tmp_path), free_port()
    env = surroundings(places, NAIVE_MODEL=str(model), PYTHONPATH=str(ROOT))

    with serving("naive", uvicorn(Path(sys.executable), "naive_app", port), port, env=env, places=places) as server:
        server.answered("/predict", BODY)
        outcome, cpu_per_answer = server.load(Load(port, "/predict", [BODY], 3, connections=1))

    assert outcome.statuses == {"200": 3}
    assert cpu_per_answer > 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="CPU of other processes is read on Linux only")
def test_a_refusal_is_measured_while_there_is_no_room(trained, monkeypatch):
    monkeypatch.setattr(overload, "REFUSALS", 1)

    with movie_service(trained, BODY, name="overload", settings=overload.SETTINGS) as product:
        spent = overload._refusal(product.server, [BODY])
        # All places are free again.
        outcome, _ = product.server.load(Load(product.server.port, "/predict", [BODY], 40, connections=16))

    # The difference of two measurements: what it is belongs to a quiet machine.
    assert isinstance(spent, float)
    assert outcome.statuses == {"200": 40}
