"""Requests and answers over a WebSocket: right ones, wrong ones, and a client that reads nothing."""

import errno
import json
import os
import select
import socket
import struct
import urllib.request

import pytest
from movie_service.app import Parts
from movie_service.prediction_log import SpoolJournal
from movie_service.prediction_log.records import Pseudonyms
from movie_service.prediction_log.spool import Spool
from movie_service.security import keys
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

STREAM = "/predict/stream"


def _asked(client, texts, **words):
    """The answers to these texts, in the order in which they come."""
    with client.websocket_connect(STREAM, **words) as stream:
        for text in texts:
            stream.send_text(text)
        return [stream.receive_json() for _ in texts]


def _read_on(stream):
    while True:
        stream.receive_text()


def _ends(client, act):
    """Code and reason of the close frame that answers what `act` does."""
    with client.websocket_connect(STREAM) as stream:
        act(stream)
        with pytest.raises(WebSocketDisconnect) as closed:
            _read_on(stream)
    return closed.value.code, closed.value.reason


def _refused(client, **words):
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect(STREAM, **words):
        pass
    return refused.value.status_code, refused.value.json()["detail"]


@pytest.mark.slow
def test_answers_are_those_of_single_requests(client, asked):
    bodies = [one.model_dump() for one in asked[:150]]

    answers = _asked(client, [json.dumps(one) for one in bodies])

    single = [client.post("/predict", json=body).json() for body in bodies]
    names = ("prediction", "prediction_class", "model_version")
    assert answers == [{"item": item, **{name: one[name] for name in names}} for item, one in enumerate(single)]


@pytest.mark.parametrize(
    "change", [{"age": 0}, {"age": "21"}, {"x": 1}, {"movie_id": 9999}, {"gender": "X"}, {"user_id": True}]
)
def test_wrong_one_gets_the_problem_of_a_single_request_and_the_rest_go_on(client, example, change):
    wrong = {**example, **change}

    before, refused, after = _asked(client, [json.dumps(one) for one in (example, wrong, example)])

    assert refused == {"item": 1, "problem": client.post("/predict", json=wrong).json()}
    assert (before["prediction"], after["item"]) == (after["prediction"], 2)


def test_what_is_no_json_gets_a_problem(client):
    (answer,) = _asked(client, ["{"])

    assert answer["problem"]["detail"] == "The body is not valid JSON."


def test_answers_are_in_the_log_under_their_numbers(client_of, predictor, example, tmp_path):
    client = client_of(predictor, prediction_log="required", spool_dir=tmp_path)

    answers = _asked(client, [json.dumps(example), "{", json.dumps(example)])

    lines = [json.loads(line) for path in tmp_path.glob("*.open") for line in path.read_text().splitlines()]
    kept = [(one["item"], one["prediction"]) for one in lines if one["kind"] == "prediction"]
    assert kept == [(one["item"], one["prediction"]) for one in answers if "prediction" in one]
    assert len(kept) == 2


class Full(Spool):
    def append(self, lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_log_that_is_full_ends_the_stream(client_of, predictor, example, tmp_path):
    spool = Full(tmp_path, segment_bytes=10**9, segment_seconds=60)
    journal = SpoolJournal(spool, Pseudonyms(bytes(32)), required=True)
    client = client_of(predictor, parts=Parts(journal=journal))

    assert _ends(client, lambda stream: stream.send_json(example)) == (1013, "log-unavailable")


def test_binary_message_ends_the_stream(client):
    assert _ends(client, lambda stream: stream.send_bytes(b"{}")) == (
        1003,
        "Send each request as a text message of JSON.",
    )


def test_silence_ends_the_stream(client_of, predictor):
    client = client_of(predictor, stream_idle_seconds=0.01)

    assert _ends(client, lambda stream: None) == (1008, "No request came for 0.01 s.")


def test_one_stream_too_many_is_refused(client_of, predictor):
    client = client_of(predictor, stream_limit=1)

    with client, client.websocket_connect(STREAM):
        refusal = _refused(client)

    assert refusal == (503, "This process has 1 open streams, its limit. Connect again in 1 s.")


def test_process_that_leaves_says_so(client, example):
    service = client.app.state.service

    def leave(stream):
        stream.send_json(example)
        stream.receive_json()
        service.draining = True
        stream.portal.call(service.tick)

    assert _ends(client, leave) == (1012, "The service is about to end. Connect again.")
    assert _refused(client) == (503, "This process is about to end. Connect again in 1 s.")


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://testserver", None), ("https://app.example", None), ("https://evil.example", 403), ("null", 403)],
)
def test_page_of_another_site_is_refused(client_of, predictor, example, origin, status):
    client = client_of(predictor, cors_origins="https://app.example")
    words = {"headers": {"Origin": origin}}

    if status is None:
        assert _asked(client, [json.dumps(example)], **words)[0]["item"] == 0
    else:
        assert _refused(client, **words) == (
            403,
            "Pages of this origin may not ask here. MOVIE_SERVICE_CORS_ORIGINS names those that may.",
        )


def test_streams_are_counted(client, example):
    _ends(client, lambda stream: (stream.send_json(example), stream.receive_json(), stream.send_bytes(b"")))

    text = client.get("/metrics").text
    assert "movie_service_streams_open 0.0" in text
    assert 'movie_service_streams_total{code="1003"} 1.0' in text
    assert "movie_service_requests_in_flight 1.0" in text
    assert (
        sum(
            float(line.split()[-1]) for line in text.splitlines() if line.startswith("movie_service_predictions_total{")
        )
        == 1
    )


class Raw:
    """A client that reads only when it is told to; its own buffers are small, but do not trickle."""

    def __init__(self, url, headers=""):
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        self.socket.settimeout(60)
        self.socket.connect((host, int(port)))
        self.socket.sendall(
            f"GET {STREAM} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n".encode()
        )
        self.reading = self.socket.makefile("rb")
        self.head = b"".join(iter(self.reading.readline, b"\r\n"))

    def send_until_it_waits(self, text, most):
        """How many whole messages were taken until nothing more was for two seconds."""
        # A mask of zeros is a mask.
        frame = struct.pack("!BBH4s", 0x81, 0xFE, len(text), bytes(4)) + text
        self.socket.setblocking(False)
        sent, rest = 0, frame
        while sent < most and select.select([], [self.socket], [], 2)[1]:
            rest = rest[self.socket.send(rest) :]
            if not rest:
                sent, rest = sent + 1, frame
        self.socket.settimeout(60)
        return sent

    def close(self):
        self.reading.close()
        self.socket.close()

    def receive(self):
        kind, length = self.reading.read(2)
        if length == 126:
            (length,) = struct.unpack("!H", self.reading.read(2))
        assert kind == 0x81
        return json.loads(self.reading.read(length))


@pytest.fixture
def connect():
    """Opens raw clients, and closes them."""
    opened = []

    def make(*words):
        opened.append(Raw(*words))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def _resident(process):
    with open(f"/proc/{process.pid}/statm") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


MOST = 30_000


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory of a process is read from /proc")
def test_client_that_does_not_read_has_to_wait_and_loses_nothing(serve, connect, bundle, example):
    """Each request is a kilobyte, each answer two: what is kept for a client would be 60 MB at the end."""
    process, url = serve(model_dir=bundle, stream_waiting=8, access_log="off")
    wrong = json.dumps({**example, **{f"unknown_field_number_{number}": 1 for number in range(25)}}).encode()
    client = connect(url)
    before = _resident(process)

    sent = client.send_until_it_waits(wrong.ljust(1024), MOST)
    grown = _resident(process) - before
    with urllib.request.urlopen(f"{url}/health/ready", timeout=60) as others:
        assert others.status == 200

    assert client.head.startswith(b"HTTP/1.1 101 ") and b"x-request-id: " in client.head.lower()
    assert 8 < sent < MOST
    assert grown < 16 * 2**20
    assert [client.receive()["item"] for _ in range(sent)] == list(range(sent))


@pytest.mark.full
def test_client_that_takes_nothing_is_let_go(serve, connect, bundle, example, tmp_path):
    process, url = serve(model_dir=bundle, stream_idle_seconds=1)
    wrong = json.dumps({**example, **{f"unknown_field_number_{number}": 1 for number in range(25)}}).encode()
    client = connect(url)

    client.send_until_it_waits(wrong.ljust(1024), MOST)

    line = json.loads(process.stdout.readline())
    assert (line["path"], line["status"], line["close_code"]) == (STREAM, 101, 1008)
    assert line["requests"] > 0 and line["request_id"]


@pytest.mark.slow
def test_stream_needs_a_key_like_everything_else(serve, connect, bundle, tmp_path):
    word = keys.new(tmp_path / "keys.json", "shop", ["predict"])
    _, url = serve(model_dir=bundle, auth="on", api_keys_file=tmp_path / "keys.json", rate_limit=1, rate_burst=5)

    assert connect(url).head.startswith(b"HTTP/1.1 401 ")
    accepted = connect(url, f"X-API-Key: {word}\r\n").head
    assert accepted.startswith(b"HTTP/1.1 101 ") and b"ratelimit: " in accepted.lower()
