"""kill -9 of service and uploader, outages of S3: no acknowledged prediction is lost, none is there twice.

Service, uploader, S3 and client are separate processes. The client's own list of acknowledged request ids is compared
with the Parquet that is read back at the end.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import boto3
import pytest
from movie_service.uploader import tables
from movie_service.uploader.store import Store

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

SEED = 20261125

CLIENT = """
import http.client, itertools, json, sys, threading
port, name, out = int(sys.argv[1]), sys.argv[2], open(sys.argv[3], "a", buffering=1)
bodies = json.load(open(sys.argv[4]))
number, lock = itertools.count(), threading.Lock()
def ask():
    connection = None
    while True:
        request_id = f"{name}-{next(number)}"
        try:
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            body = bodies[hash(request_id) % len(bodies)]
            connection.request("POST", "/predict", body, {"X-Request-ID": request_id})
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            connection = None
            continue
        if reply.status == 200:
            with lock:
                out.write(request_id + "\\n")
for _ in range(3):
    threading.Thread(target=ask, daemon=True).start()
threading.Event().wait()
"""


def _port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stage:
    """The four processes, which can be killed and started again."""

    def __init__(self, folder, bundle, bodies, bucket):
        self.folder, self.bundle, self.bucket = folder, bundle, bucket
        self.port, self.s3_port = _port(), _port()
        self.running = {}
        self.clients = self.starts = 0
        (folder / "bodies.json").write_text(json.dumps(bodies))
        self.aws = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.s3_port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def start(self, what):
        argv = {
            "s3": ["-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.s3_port)],
            "service": ["-m", "movie_service"],
            "uploader": [
                *("-m", "movie_service.uploader", "ship", "--spool", str(self.folder / "spool")),
                *("--to", f"s3://{self.bucket}/movies", "--every", "0.1"),
            ],
            "client": [
                *("-c", CLIENT, str(self.port), f"c{self.clients}"),
                *(str(self.folder / "acknowledged.txt"), str(self.folder / "bodies.json")),
            ],
        }[what]
        self.clients += what == "client"
        self.starts += what == "service"
        settings = {
            "MODEL_DIR": self.bundle,
            "PORT": self.port,
            "ACCESS_LOG": "off",
            "PREDICTION_LOG": "required",
            "SPOOL_DIR": self.folder / "spool",
            "SPOOL_SEGMENT_SECONDS": 0.5,
            "SPOOL_SEGMENT_BYTES": 20_000,
            # Every other start, so that both ways to an answer are killed.
            "FAST_ROUTE": "on" if self.starts % 2 else "off",
        }
        env = os.environ | self.aws | {f"MOVIE_SERVICE_{name}": str(value) for name, value in settings.items()}
        with (self.folder / f"{what}.log").open("ab") as log:
            self.running[what] = subprocess.Popen([sys.executable, *argv], env=env, stdout=log, stderr=log)

    def kill(self, what):
        self.running[what].kill()
        self.running[what].wait()

    def wait_for(self, port, path, process):
        for _ in range(600):
            assert self.running[process].poll() is None, (self.folder / f"{process}.log").read_text()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    return
            time.sleep(0.1)
        raise AssertionError(f"{process} does not answer.")

    def acknowledged(self):
        with contextlib.suppress(FileNotFoundError):
            # A client that is killed may leave half a line; what was in it is not counted.
            text = (self.folder / "acknowledged.txt").read_text()
            return text[: text.rfind("\n") + 1].split()
        return []


@pytest.fixture
def stage(tmp_path, bundle, asked):
    stage = Stage(tmp_path, bundle, [one.model_dump_json() for one in asked], "log")
    yield stage
    for process in stage.running.values():
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def _disturb(stage, chance, what):
    if what == "s3":
        # It hangs, as a network does that drops packets: the uploader meets timeouts in the middle of an upload.
        stage.running["s3"].send_signal(signal.SIGSTOP)
        time.sleep(chance.uniform(0.1, 1.5))
        stage.running["s3"].send_signal(signal.SIGCONT)
        return
    victims = ("service", "uploader") if what == "both" else (what,)
    for victim in victims:
        stage.kill(victim)
    for victim in victims:
        stage.start(victim)
    if "service" in victims:
        stage.wait_for(stage.port, "/health/ready", "service")


@pytest.mark.twice_a_week(3)
def test_no_acknowledged_prediction_is_lost_or_doubled(stage, monkeypatch):
    chance = random.Random(SEED)
    for name, value in stage.aws.items():
        monkeypatch.setenv(name, value)
    stage.start("s3")
    stage.wait_for(stage.s3_port, "/", "s3")
    boto3.client("s3").create_bucket(Bucket="log")
    for what in ("service", "uploader"):
        stage.start(what)
    stage.wait_for(stage.port, "/health/ready", "service")
    stage.start("client")

    plan = ["service"] * 9 + ["uploader"] * 8 + ["both"] * 7 + ["s3"] * 4
    chance.shuffle(plan)
    for what in plan:
        time.sleep(chance.uniform(0.05, 1.2))
        _disturb(stage, chance, what)
    while len(stage.acknowledged()) < 3000:
        time.sleep(0.2)
    stage.kill("client")
    stage.kill("service")
    stage.kill("uploader")
    words = ["ship", "--spool", str(stage.folder / "spool"), "--to", "s3://log/movies", "--once"]
    subprocess.run([sys.executable, "-m", "movie_service.uploader", *words], check=True)

    acknowledged = stage.acknowledged()
    store = Store.at("s3://log/movies")
    rows = tables.unified(store.get(key) for key in store.keys("predictions/")).to_pylist()
    stored = Counter(row["request_id"] for row in rows)
    kills = sum(what != "s3" for what in plan)
    print(f"{kills} kills, {len(acknowledged)} acknowledged, {len(rows)} stored, seed {SEED}")
    assert kills >= 20
    assert [one for one in acknowledged if one not in stored] == []
    assert [one for one, count in stored.items() if count > 1] == []
    assert len({row["record_id"] for row in rows}) == len(rows)
    assert list((stage.folder / "spool").glob("*.bad")) == []
