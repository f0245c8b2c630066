"""Too many requests at once are refused before they cost anything, and a refusal never mixes up two requests."""

import http.client
import json
import socket
import time

import pytest
from movie_service.shed import _is_whole

HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\n{}", True),
        (HEAD + b"content-length:2\r\n\r\n{}", True),
        (b"GET /model HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (HEAD + b"Content-Length: 3\r\n\r\n{}", False),
        (HEAD + b"Content-Length: 2\r\n\r\n{}GET / HTTP/1.1\r\n\r\n", False),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", False),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}", False),
        (HEAD + b"Content-Length: x\r\n\r\n{}", False),
        (HEAD + b"Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}", False),
        (HEAD + b"A: b\nContent-Length: 2\r\n\r\n", False),
        (HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}", False),
        (HEAD + b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HEAD /model HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"GET /model HTTP/1.0\r\nHost: x\r\n\r\n", False),
        (HEAD, False),
        (b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", False),
    ],
)
def test_only_one_whole_request_may_be_refused(data, whole):
    assert _is_whole(data) is whole


def _answers(connection, count):
    """Statuses of `count` answers."""
    text, statuses = b"", []
    while len(statuses) < count:
        while b"\r\n\r\n" not in text:
            text += connection.recv(65536)
        head, _, rest = text.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        statuses.append(int(head[9:12]))
        text = rest[length:]
    return statuses


@pytest.fixture
def address(serve, bundle):
    def start(**settings):
        _, url = serve(model_dir=bundle, access_log="off", **settings)
        host, port = url.removeprefix("http://").split(":")
        return host, int(port)

    return start


@pytest.mark.slow
def test_crowd_is_refused_with_retry_after_and_the_connection_goes_on(address, example):
    host, port = address(max_waiting=4)
    body = json.dumps(example).encode()
    request = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    crowd = [socket.create_connection((host, port), timeout=30) for _ in range(60)]

    for connection in crowd:
        connection.sendall(request)
    first = [status for connection in crowd for status in _answers(connection, 1)]
    second = []
    for connection in crowd:
        connection.sendall(request)
        second += _answers(connection, 1)
        connection.close()

    assert set(first) <= {200, 503} and first.count(200) >= 4
    assert second == [200] * 60


@pytest.mark.slow
def test_refusal_is_a_problem(address, example):
    """With no room at all, everything but health checks is refused."""
    host, port = address(max_waiting=1)
    held = socket.create_connection((host, port), timeout=30)
    held.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    client = http.client.HTTPConnection(host, port, timeout=30)

    end, status = time.monotonic() + 30, 200
    # Until the service has read what holds its one place.
    while status == 200 and time.monotonic() < end:
        client.request("POST", "/predict", json.dumps(example), {"Content-Type": "application/json"})
        reply = client.getresponse()
        problem, status = json.load(reply), reply.status
    client.request("GET", "/health/live")
    alive = client.getresponse().status
    client.close()
    held.close()

    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    assert problem == {
        "type": "urn:movie-service:overload",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Too many requests are waiting. Try again in 1 s.",
        "errors": [],
    }
    assert alive == 200


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", b"POST /pre", HEAD])
def test_headers_that_never_end_are_hung_up_on(address, sent):
    host, port = address(request_seconds=0.5)

    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(sent)
        assert connection.recv(100) == b""


@pytest.mark.slow
def test_body_that_never_ends_is_answered_with_408(address):
    host, port = address(request_seconds=0.5)

    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        # The head may come before the body; the service closes the connection behind both.
        reply = b"".join(iter(lambda: connection.recv(65536), b""))

    assert reply.startswith(b"HTTP/1.1 408 ")
    assert b"The body did not arrive within 0.5 s." in reply


@pytest.mark.slow
def test_endless_headers_are_refused(address):
    host, port = address()

    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(HEAD)
        assert _fills_until_refused(connection)


def _fills_until_refused(connection):
    try:
        for _ in range(3000):
            connection.sendall(b"X-Filler: " + b"x" * 1000 + b"\r\n")
            time.sleep(0.0005)
    except ConnectionError:
        return True
    return False
