"""What is taken together is kept together, and before any of it is answered; what may stand in the way does."""

import asyncio
import errno
import json
import os
import re

import pytest
from movie_service.access_log import AccessLog
from movie_service.app import Parts
from movie_service.prediction_log import SpoolJournal
from movie_service.prediction_log.records import Pseudonyms
from movie_service.prediction_log.spool import Spool
from movie_service.security import keys


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


def test_a_group_is_kept_with_one_write_before_any_of_it_is_answered(stage, right, tmp_path, post):
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


def test_lines_and_metrics_are_those_of_the_usual_way(stage, right, tmp_path, post):
    told, counted = [], []
    for way in ("off", "layer", "on"):
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

    assert told[0] == told[1] == told[2] and len(told[0]) == 3
    assert counted[0] == counted[1] == counted[2] and counted[0]


def test_log_that_must_keep_and_cannot_refuses_the_whole_group(stage, right, tmp_path, post):
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


def test_log_that_may_drop_counts_the_whole_group(stage, right, tmp_path, post):
    _, journal = _kept(tmp_path, required=False, kind=FullSpool)
    there = stage(parts=Parts(access_log=AccessLog(None), journal=journal))
    dropped = []
    journal.on_drop = dropped.append

    wires = there.exchange([post(right)], [post(right)])

    assert [wire.answers()[0][0] for wire in wires] == ["HTTP/1.1 200 OK"] * 2
    assert dropped == [2]


def test_a_new_model_answers_the_next_request_and_none_is_mixed(stage, second_bundle, right, tmp_path, post):
    from movie_service.predictor import load_predictor

    spool, journal = _kept(tmp_path)
    there = stage(parts=Parts(access_log=AccessLog(None), journal=journal))

    async def talk():
        first, second = there.connect(), there.connect()
        first.data_received(post(right))
        there.service.use(load_predictor(second_bundle))
        second.data_received(post(right))
        await there.settle()
        return [one.transport.answers()[0][2]["model_version"] for one in (first, second)]

    assert asyncio.run(talk()) == ["1.0.0", "2.0.0"]
    assert spool.writes == 2


def test_more_than_may_wait_are_refused(stage, right, post):
    wires = stage(max_waiting=4).exchange(*([post(right)] for _ in range(10)))

    assert [int(wire.answers()[0][0][9:12]) for wire in wires] == [200] * 4 + [503] * 6


def test_what_is_taken_is_answered_before_the_end(stage, right, post):
    there = stage()

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right))
        protocol.shutdown()
        return protocol.transport

    wire = asyncio.run(talk())

    assert wire.answers()[0][0] == "HTTP/1.1 200 OK"
    assert wire.closed


def test_a_process_that_leaves_says_so(stage, right, post):
    there = stage()
    there.service.draining = True

    (wire,) = there.exchange([post(right)])

    assert (there.taken, wire.answers()[0][1]["connection"]) == (0, "close")


def test_connection_that_is_quiet_after_its_answer_is_closed(stage, right, post):
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


def test_client_that_leaves_at_once_disturbs_nobody(stage, right, post):
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


def test_limit_behind_a_proxy_counts_its_clients_and_not_the_proxy(stage, right):
    """Nobody else asks for the address, so that the header is read only where there is a limit."""

    def sent(address):
        head = f"POST /predict HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n"
        return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(right), right)

    addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.1")
    wires = stage(rate_limit=0.001, rate_burst=1).exchange(*([sent(one)] for one in addresses))

    assert [int(wire.answers()[0][0][9:12]) for wire in wires] == [200, 200, 429]


def test_without_a_model_the_routes_say_why(stage, right, post):
    from movie_service.errors import ModelUnavailable

    (wire,) = stage(model=ModelUnavailable("No bundle.")).exchange([post(right)])

    assert wire.answers()[0][2]["detail"] == "No model is loaded. No bundle."


@pytest.mark.parametrize(
    "settings",
    [
        {"fast_route": "off"},
        {"fast_route": "layer"},
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
