"""The shortest way: the same answers as the usual one, whatever the bytes, and no answer before its record."""

import asyncio
import errno
import json
import os
import re

import pytest
from movie_service.access_log import AccessLog
from movie_service.app import Parts, create_app
from movie_service.graceful import config_of
from movie_service.prediction_log import SpoolJournal
from movie_service.prediction_log.records import Pseudonyms
from movie_service.prediction_log.spool import Spool
from movie_service.security import keys
from movie_service.settings import Settings
from uvicorn.server import ServerState

HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# More turns of the event loop than any answer here takes.
TURNS = 500


def post(body, *, id="", head=HEAD):
    named = f"X-Request-ID: {id}\r\n".encode() if id else b""
    return head + named + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self, on_write):
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.got, self.closed, self.on_write = b"", False, on_write

    def write(self, data):
        self.on_write(data)
        self.got += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass

    def answers(self):
        """Status, headers and body of every whole answer."""
        found, rest = [], self.got
        while b"\r\n\r\n" in rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            length = int(headers["content-length"])
            if len(rest) < length:
                break
            body = rest[:length]
            found.append((first, headers, json.loads(body) if "json" in headers["content-type"] else body))
            rest = rest[length:]
        return found


class Stage:
    """An application behind uvicorn's protocol, and connections to it."""

    def __init__(self, predictor, parts=None, **settings):
        self.settings = Settings(**settings)
        parts = parts or Parts(access_log=AccessLog(None))
        self.app = create_app(settings=self.settings, predictor=predictor, parts=parts)
        self.service, self.express = self.app.state.service, self.app.state.express
        self.taken = 0
        if self.express is not None:
            take = self.express.take
            self.express.take = lambda *words: self._count(take(*words))
        self.config = config_of(self.app, self.settings, self.service)
        self.config.load()
        self.state = ServerState()
        self.state.default_headers = [(b"date", b"today")]
        self.on_write = lambda data: None

    def _count(self, taken):
        self.taken += taken
        return taken

    def connect(self):
        protocol = self.config.http_protocol_class(config=self.config, server_state=self.state, app_state={})
        protocol.connection_made(Wire(self.on_write))
        return protocol

    def exchange(self, *sent):
        """Send each connection its pieces, all first ones in one turn; the wires once all is answered or closed."""

        async def talk():
            protocols = [self.connect() for _ in sent]
            for step in range(max(map(len, sent))):
                for protocol, pieces in zip(protocols, sent, strict=True):
                    if step < len(pieces):
                        protocol.data_received(pieces[step])
                if max(map(len, sent)) > 1:
                    await asyncio.sleep(0)
            for _ in range(TURNS):
                await asyncio.sleep(0)
            return [protocol.transport for protocol in protocols]

        return asyncio.run(talk())


@pytest.fixture
def stage(predictor):
    def make(model=None, **words):
        return Stage(model or predictor, **{"fast_route": "on", **words})

    return make


def _alike(wire):
    """The answers without what differs from one to the next."""
    found = []
    for first, headers, body in wire.answers():
        kept = {name: value for name, value in headers.items() if name not in ("x-request-id", "content-length")}
        if isinstance(body, dict):
            body.pop("inference_time_ms", None)
        found.append((first, kept, body))
    return found, wire.closed


@pytest.fixture
def right(example):
    return json.dumps(example).encode()


CASES = {
    "right": post,
    "not json": lambda body: post(body[:-1]),
    "empty": lambda body: post(b""),
    "an error": lambda body: post(body.replace(b"21", b"0")),
    "whole float": lambda body: post(body.replace(b"21", b"21.0")),
    "unknown movie": lambda body: post(body.replace(b"298", b"99999")),
    "a field too many": lambda body: post(body[:-1] + b', "x": 1}'),
    "too long": lambda body: post(body + b" " * 2000),
    "another type": lambda body: post(body, head=HEAD.replace(b"application/json", b"text/plain")),
    "type with charset": lambda body: post(body, head=HEAD.replace(b"json", b"json; charset=utf-8")),
    "no type": lambda body: post(body, head=b"POST /predict HTTP/1.1\r\nHost: x\r\n"),
    "query": lambda body: post(body, head=HEAD.replace(b"predict", b"predict?a=b")),
    "slash": lambda body: post(body, head=HEAD.replace(b"predict", b"predict/")),
    "put": lambda body: post(body, head=HEAD.replace(b"POST", b"PUT")),
    "connection close": lambda body: post(body, head=HEAD + b"Connection: close\r\n"),
    "http 1.0": lambda body: post(body, head=HEAD.replace(b"1.1", b"1.0")),
    "chunked": lambda body: HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
    "own id": lambda body: post(body, id="abc-1"),
    "odd id": lambda body: post(body, id="a b"),
    "no http": lambda body: b"\x16\x03\x01 nonsense\r\n\r\n",
}


@pytest.mark.parametrize("case", CASES)
def test_answers_are_those_of_the_usual_way(stage, case, right):
    sent = CASES[case](right)

    (usual,) = stage(fast_route="off", max_body_bytes=1500).exchange([sent])
    (express,) = stage(max_body_bytes=1500).exchange([sent])

    assert _alike(express) == _alike(usual)


def test_only_what_is_right_and_plain_is_taken(stage, right):
    taken = set()
    for case, make in CASES.items():
        there = stage(max_body_bytes=1500)
        there.exchange([make(right)])
        taken |= {case} if there.taken else set()

    assert taken == {"right", "own id", "odd id"}


def test_request_cut_anywhere_is_answered_once(stage, right):
    there, sent = stage(), post(right)

    wires = there.exchange(*([sent[:at], sent[at:]] for at in range(1, len(sent))))

    assert [[first for first, _, _ in wire.answers()] for wire in wires] == [["HTTP/1.1 200 OK"]] * len(wires)
    # Cut within the headers it is one piece again when the body comes.
    assert 0 < there.taken < len(wires)


def test_pipelined_requests_are_answered_in_their_order(stage, right):
    wrong, health = right.replace(b"21", b"0"), b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = post(right, id="a") + post(right, id="b") + post(wrong, id="c") + health + post(right, id="d")

    (wire,) = stage().exchange([sent])

    statuses = [int(first[9:12]) for first, _, _ in wire.answers()]
    ids = [headers["x-request-id"] for _, headers, _ in wire.answers()]
    assert statuses == [200, 200, 422, 200, 200]
    assert [*ids[:3], ids[4]] == ["a", "b", "c", "d"]


def test_second_request_of_a_turn_waits_for_the_first(stage, right):
    """Two pieces in one turn, with room for one request: the refusal must not overtake the answer."""
    there = stage(max_waiting=1)

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right, id="a"))
        protocol.data_received(post(right, id="b"))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return protocol.transport

    wire = asyncio.run(talk())

    assert [headers["x-request-id"] for _, headers, _ in wire.answers()] == ["a", "b"]


class CountingSpool(Spool):
    """Counts its writes."""

    writes = 0

    def append(self, lines):
        self.writes += 1
        super().append(lines)


class FullSpool(Spool):
    """A spool on a disk without room."""

    def append(self, lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _kept(folder, *, required=True, kind=CountingSpool):
    spool = kind(folder, segment_bytes=10**9, segment_seconds=60)
    return spool, SpoolJournal(spool, Pseudonyms(bytes(32)), required=required)


def test_a_group_is_kept_with_one_write_before_any_of_it_is_answered(stage, right, tmp_path):
    spool, journal = _kept(tmp_path / "spool")
    log = tmp_path / "log"
    there = stage(parts=Parts(access_log=AccessLog.to(str(log)), journal=journal))

    def in_the_log(data):
        (path,) = (tmp_path / "spool").glob("*.open")
        (id,) = re.findall(rb"x-request-id: (\S+)", data)
        assert b'"request_id":"%s"' % id in path.read_bytes()

    there.on_write = in_the_log
    wires = there.exchange(*([post(right, id=f"r{number}")] for number in range(6)))

    assert [wire.answers()[0][1]["x-request-id"] for wire in wires] == [f"r{number}" for number in range(6)]
    assert spool.writes == 1
    assert [json.loads(line)["request_id"] for line in log.read_text().splitlines()] == [f"r{n}" for n in range(6)]


def test_lines_and_metrics_are_those_of_the_usual_way(stage, right, tmp_path):
    told, counted = [], []
    for way in ("off", "on"):
        log = tmp_path / way
        there = stage(fast_route=way, parts=Parts(access_log=AccessLog.to(str(log))))
        there.exchange([post(right, id="a")], [post(right[:-1], id="b")], [post(right, id="c")])
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        told.append(sorted(({**line, "time": 0, "duration_ms": 0, "trace_id": 0} for line in lines), key=str))
        there.service.metrics.hand_over()
        text = there.service.metrics.exposition().decode()
        counted.append(
            re.findall(r"^movie_service_(?:requests|predictions|prediction_score_count)\S* \S+$", text, re.M)
        )

    assert told[0] == told[1] and len(told[0]) == 3
    assert counted[0] == counted[1] and counted[0]


def test_log_that_must_keep_and_cannot_refuses_the_whole_group(stage, right, tmp_path):
    _, journal = _kept(tmp_path, kind=FullSpool)
    there = stage(parts=Parts(access_log=AccessLog(None), journal=journal))

    wires = there.exchange([post(right, id="a")], [post(right, id="b")])

    for wire, id in zip(wires, "ab", strict=True):
        ((first, headers, body),) = wire.answers()
        assert (first, headers["retry-after"], headers["x-request-id"]) == ("HTTP/1.1 503 Service Unavailable", "5", id)
        assert headers["content-type"] == "application/problem+json"
        assert body["detail"] == (
            "The answer cannot be kept in the prediction log (No space left on device), and it is required here."
        )


def test_log_that_may_drop_counts_the_whole_group(stage, right, tmp_path):
    _, journal = _kept(tmp_path, required=False, kind=FullSpool)
    there = stage(parts=Parts(access_log=AccessLog(None), journal=journal))
    dropped = []
    journal.on_drop = dropped.append

    wires = there.exchange([post(right)], [post(right)])

    assert [wire.answers()[0][0] for wire in wires] == ["HTTP/1.1 200 OK"] * 2
    assert dropped == [2]


def test_a_new_model_answers_the_next_request_and_none_is_mixed(stage, predictor, second_bundle, right, tmp_path):
    from movie_service.predictor import load_predictor

    spool, journal = _kept(tmp_path)
    there = stage(parts=Parts(access_log=AccessLog(None), journal=journal))

    async def talk():
        first, second = there.connect(), there.connect()
        first.data_received(post(right))
        there.service.use(load_predictor(second_bundle))
        second.data_received(post(right))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return [one.transport.answers()[0][2]["model_version"] for one in (first, second)]

    assert asyncio.run(talk()) == ["1.0.0", "2.0.0"]
    assert spool.writes == 2


def test_more_than_may_wait_are_refused(stage, right):
    wires = stage(max_waiting=4).exchange(*([post(right)] for _ in range(10)))

    assert [int(wire.answers()[0][0][9:12]) for wire in wires] == [200] * 4 + [503] * 6


def test_what_is_taken_is_answered_before_the_end(stage, right):
    there = stage()

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right))
        protocol.shutdown()
        return protocol.transport

    wire = asyncio.run(talk())

    assert wire.answers()[0][0] == "HTTP/1.1 200 OK"
    assert wire.closed


def test_a_process_that_leaves_says_so(stage, right):
    there = stage()
    there.service.draining = True

    (wire,) = there.exchange([post(right)])

    assert (there.taken, wire.answers()[0][1]["connection"]) == (0, "close")


def test_connection_that_is_quiet_after_its_answer_is_closed(stage, right):
    there = stage()

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right))
        await asyncio.sleep(0)
        protocol.close_if_slow(30)
        early = protocol.transport.closed
        protocol.since -= there.config.timeout_keep_alive + 1
        protocol.close_if_slow(30)
        return early, protocol.transport.closed

    assert asyncio.run(talk()) == (False, True)


def test_client_that_leaves_at_once_disturbs_nobody(stage, right):
    there = stage()

    async def talk():
        leaving, staying = there.connect(), there.connect()
        leaving.data_received(post(right))
        staying.data_received(post(right))
        leaving.transport.closed = True
        leaving.connection_lost(None)
        await asyncio.sleep(0)
        return leaving.transport.got, staying.transport.answers()[0][0]

    assert asyncio.run(talk()) == (b"", "HTTP/1.1 200 OK")


def test_without_a_model_the_routes_say_why(stage, right):
    from movie_service.errors import ModelUnavailable

    (wire,) = stage(model=ModelUnavailable("No bundle.")).exchange([post(right)])

    assert wire.answers()[0][2]["detail"] == "No model is loaded. No bundle."


@pytest.mark.parametrize(
    "settings",
    [
        {"fast_route": "off"},
        {"rate_limit": 5},
        {"cors_origins": "https://shop.example"},
        {"cache": "memory"},
        {"metrics": "off"},
        {"root_path": "/movies"},
        {"tracing": "file"},
        {"auth": "on"},
    ],
)
def test_what_stands_in_a_layer_is_never_passed_by(stage, settings, tmp_path):
    if "auth" in settings:
        keys.new(tmp_path / "keys.json", "shop", ["predict"])
        settings = {**settings, "api_keys_file": str(tmp_path / "keys.json")}
    if "tracing" in settings:
        settings = {**settings, "trace_file": tmp_path / "traces"}

    assert stage(**settings).express is None
