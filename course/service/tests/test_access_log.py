"""One JSON line per request, whatever the client sends."""

import json
import os
import re

import pytest
from movie_service.access_log import AccessLog
from movie_service.app import create_app
from movie_service.errors import SettingsError
from movie_service.settings import Settings

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def logged(tmp_path, stub):
    """A client, and a function that reads the lines its requests left."""
    from starlette.testclient import TestClient

    path = tmp_path / "access.jsonl"
    app = create_app(settings=Settings(access_log=str(path)), predictor=stub)

    def lines():
        return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]

    return TestClient(app, raise_server_exceptions=False), lines


def test_line_has_all_fields(logged, example):
    client, lines = logged

    reply = client.post(
        "/predict?token=secret", json=example, headers={"x-request-id": "abc-1", "traceparent": TRACEPARENT}
    )

    (line,) = lines()
    assert line.pop("duration_ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("time"))
    assert line == {
        "event": "request",
        "request_id": "abc-1",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "method": "POST",
        "path": "/predict",
        "route": "/predict",
        "status": 200,
    }
    assert reply.headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize("path", ["/health/live", "/nope", "/predict"])
def test_every_answer_has_the_id_of_its_line(logged, path):
    client, lines = logged

    reply = client.get(path)

    assert lines()[0]["request_id"] == reply.headers["x-request-id"]
    assert lines()[0]["status"] == reply.status_code
    assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["x-request-id"])


@pytest.mark.parametrize(
    "sent", [b"", b"a b", b'"x"', b"a\tb", b"x" * 65, b"\xff\xfe", b'1","status":200,"x":"', b"\x1b[2J"]
)
def test_odd_request_id_is_replaced(logged, sent):
    client, lines = logged

    reply = client.get("/health/live", headers={b"x-request-id": sent})

    assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["x-request-id"])
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/a%0a%7b%22event%22:%22request%22%7d", "/a%0a%7b%22event%22:%22request%22%7d"),
        ("/%1b[2J", "/%1b[2J"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/" + "x" * 500, "/" + "x" * 199),
    ],
)
def test_path_stands_as_it_was_sent(logged, path, written):
    client, lines = logged

    client.get(path)

    assert [line["path"].lower() for line in lines()] == [written.lower()]


@pytest.mark.parametrize("raw", [b"/\n{}", "/\u2028\x1b\ud800", b"/\xff\x85"])
def test_servers_that_decode_carelessly_cannot_break_a_line(tmp_path, stub, raw):
    import asyncio

    path = tmp_path / "log"
    app = create_app(settings=Settings(access_log=str(path)), predictor=stub)
    scope = {"type": "http", "method": "GET\n", "path": "/x", "headers": [], "query_string": b"", "root_path": ""}
    scope |= {"raw_path": raw} if isinstance(raw, bytes) else {"path": raw}

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        pass

    asyncio.run(app(scope, receive, send))

    text = path.read_text(encoding="ascii")
    assert len(text.splitlines()) == 1
    assert text[:-1].isprintable()


def test_fault_has_its_line(logged, stub, example):
    client, lines = logged
    stub.score = None

    client.post("/predict", json=example)

    assert lines()[0]["status"] == 500


def test_lines_of_two_processes_share_a_file(tmp_path):
    path = tmp_path / "log"
    first, second = AccessLog.to(str(path)), AccessLog.to(str(path))

    first.write({"n": 1})
    second.write({"n": 2})
    first.write({"n": 3})

    assert path.read_bytes() == b'{"n":1}\n{"n":2}\n{"n":3}\n'


def test_log_that_cannot_be_written_costs_no_answer(client_of, capsys):
    reading, writing = os.pipe()
    os.close(reading)
    log = AccessLog(writing)

    log.write({"n": 1})
    log.write({"n": 2})
    os.close(writing)

    assert log.lost == 2
    assert capsys.readouterr().err == "access log: lines are being lost (Broken pipe)\n"


def test_file_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(SettingsError) as refused:
        AccessLog.to(str(tmp_path))

    assert str(refused.value) == (
        f"MOVIE_SERVICE_ACCESS_LOG is {str(tmp_path)!r}, but that file cannot be opened (Is a directory)."
    )
    assert refused.value.advice == "unset MOVIE_SERVICE_ACCESS_LOG to log to stdout"


def test_off_writes_nothing(capfd, client_of, stub):
    client_of(stub, access_log="off").get("/health/live")

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" x',
    ],
)
def test_odd_traceparent_begins_a_new_trace(logged, sent):
    client, lines = logged

    client.get("/health/live", headers={"traceparent": sent})

    (line,) = lines()
    assert line["trace_id"] == line["request_id"]


@pytest.mark.slow
def test_successes_are_sampled_and_failures_are_not(tmp_path, stub, example):
    from starlette.testclient import TestClient

    path = tmp_path / "log"
    settings = Settings(access_log=str(path), log_successes=0.2)
    client = TestClient(create_app(settings=settings, predictor=stub), raise_server_exceptions=False)

    for number in range(500):
        trace = f"00-{number * 8_589_934:032x}-00f067aa0ba902b7-01"
        client.get("/health/live" if number else "/nope", headers={"traceparent": trace})

    statuses = [json.loads(line)["status"] for line in path.read_text().splitlines()]
    assert statuses.count(404) == 1
    assert statuses.count(200) == 100


def test_no_share_means_no_success(tmp_path, stub):
    from starlette.testclient import TestClient

    path = tmp_path / "log"
    app = create_app(settings=Settings(access_log=str(path), log_successes=0), predictor=stub)
    client = TestClient(app, raise_server_exceptions=False)

    client.get("/health/live")
    client.get("/nope")

    assert [json.loads(line)["status"] for line in path.read_text().splitlines()] == [404]
