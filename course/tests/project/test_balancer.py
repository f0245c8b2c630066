"""The balancer before servers that a test makes: who is asked, what is tried again, what is refused."""

import asyncio
from collections import Counter
from types import SimpleNamespace

import pytest

from course.project.platform.balancer import Balancer
from course.project.platform.http1 import HOST, ask
from course.project.platform.telemetry import Page


class Backend:
    """Answers every request with its name, or hangs up after having read it."""

    def __init__(self, name, group="stable", *, hangs_up=False):
        self.name, self.group, self.hangs_up = name, group, hangs_up
        self.seen = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._meet, HOST, 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _meet(self, reader, writer):
        self.seen.append(await reader.readuntil(b"\r\n\r\n"))
        if not self.hangs_up:
            body = self.name.encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
        writer.close()


def gone(name="gone", group="stable"):
    """A replica whose port nobody listens on."""
    return SimpleNamespace(name=name, group=group, port=1)


async def served_by(balancer, count, method="GET"):
    answers = [await ask(balancer.port, method, "/") for _ in range(count)]
    return Counter((one.status, one.get("x-served-by")) for one in answers)


def exposition(balancer):
    return balancer.telemetry.exposition


async def raw(balancer, data):
    reader, writer = await asyncio.open_connection(HOST, balancer.port)
    writer.write(data)
    writer.write_eof()
    text = await reader.read(-1)
    writer.close()
    return text.decode()


def test_all_replicas_take_their_turn():
    async def story():
        async with Backend("a") as a, Backend("b") as b, Balancer(lambda: [a, b]) as balancer:
            assert await served_by(balancer, 10) == {(200, "a"): 5, (200, "b"): 5}

    asyncio.run(story())


def test_a_canary_gets_its_share_exactly():
    async def story():
        async with Backend("a") as a, Backend("c", "canary") as c, Balancer(lambda: [a, c]) as balancer:
            balancer.weights = {"stable": 90, "canary": 10}
            assert await served_by(balancer, 40) == {(200, "a"): 36, (200, "c"): 4}

    asyncio.run(story())


def test_a_group_without_weight_gets_nothing():
    async def story():
        async with Backend("a") as a, Backend("c", "canary") as c, Balancer(lambda: [a, c]) as balancer:
            balancer.weights = {"stable": 100}
            assert await served_by(balancer, 5) == {(200, "a"): 5}

    asyncio.run(story())


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_connection_is_tried_elsewhere(method):
    async def story():
        async with Backend("a") as a, Balancer(lambda: [gone(), a]) as balancer:
            assert await served_by(balancer, 4, method) == {(200, "a"): 4}

    asyncio.run(story())


def test_a_post_that_was_sent_is_not_sent_twice():
    async def story():
        async with Backend("bad", hangs_up=True) as bad, Backend("a") as a, Balancer(lambda: [bad, a]) as balancer:
            seen = await served_by(balancer, 4, "POST")
            assert seen == {(502, None): 2, (200, "a"): 2}
            assert (len(bad.seen), len(a.seen)) == (2, 2)

    asyncio.run(story())


def test_a_get_is():
    async def story():
        async with Backend("bad", hangs_up=True) as bad, Backend("a") as a, Balancer(lambda: [bad, a]) as balancer:
            assert await served_by(balancer, 4) == {(200, "a"): 4}

    asyncio.run(story())


def test_without_a_ready_replica_it_says_so():
    async def story():
        async with Balancer(list) as balancer:
            answer = await ask(balancer.port, "POST", "/predict", body=b"{}")
            assert (answer.status, answer.get("retry-after")) == (503, "1")
            assert b"No replica is ready." in answer.body

    asyncio.run(story())


def test_every_request_gets_an_id_and_keeps_its_own():
    async def story():
        async with Backend("a") as a, Balancer(lambda: [a]) as balancer:
            await ask(balancer.port, "GET", "/")
            await ask(balancer.port, "GET", "/", headers=[("X-Request-ID", "mine")])
            assert b"X-Request-ID: " in a.seen[0]
            assert a.seen[1].count(b"X-Request-ID: mine") == 1

    asyncio.run(story())


def test_a_connection_serves_several_requests():
    async def story():
        async with Backend("a") as a, Balancer(lambda: [a]) as balancer:
            text = await raw(balancer, b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
            assert text.count("HTTP/1.1 200 OK") == 2

    asyncio.run(story())


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Transfer-Encoding: chunked", "411 Length Required"),
        ("Content-Length: 1\r\nContent-Length: 2", "400 Bad Request"),
        ("Content-Length: -1", "400 Bad Request"),
        ("Content-Length: 999999999", "413 Content Too Large"),
        ("no colon", "400 Bad Request"),
        ("Name : value", "400 Bad Request"),
        ("A: " + "x" * 70_000, "431 Request Header Fields Too Large"),
    ],
)
def test_what_could_be_read_in_two_ways_reaches_no_replica(head, status):
    async def story():
        async with Backend("a") as a, Balancer(lambda: [a]) as balancer:
            text = await raw(balancer, f"POST / HTTP/1.1\r\n{head}\r\n\r\n".encode())
            assert text.startswith(f"HTTP/1.1 {status}\r\n")
            assert a.seen == []

    asyncio.run(story())


def test_its_numbers_can_be_scraped():
    async def story():
        async with Backend("a") as a, Balancer(lambda: [gone(), a]) as balancer, Page(exposition(balancer)) as page:
            await served_by(balancer, 3)
            text = (await ask(page.port, "GET", "/metrics")).body.decode()
            assert 'balancer_requests_total{group="stable",status="200"} 3.0' in text
            assert "balancer_retries_total 3.0" in text
            assert (await ask(page.port, "GET", "/other")).status == 404

    asyncio.run(story())
