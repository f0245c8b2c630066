"""What comes too many is refused in whatever form it comes, on every way, and the connection keeps its place."""

import asyncio
import re
from types import SimpleNamespace

import pytest
from movie_service import shed

REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"retry-after: 1\r\n"
    b"content-type: application/problem+json\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"content-length: 152\r\n"
    b"\r\n"
    b'{"type":"urn:movie-service:overload","title":"Service Unavailable","status":503,'
    b'"detail":"Too many requests are waiting. Try again in 1 s.","errors":[]}'
)
# uvicorn's answers have the date.
DATED = REFUSAL.replace(b"retry-after", b"date: today\r\nretry-after")
CLOSING = DATED.replace(b"152\r\n", b"152\r\nconnection: close\r\n")
BEGUN = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{"
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(params=["off", "layer", "on"])
def full(stage, request):
    """A service without room: a request that has begun has its one place, until `end` is called."""
    there = stage(max_waiting=1, fast_route=request.param)

    def run(*pieces, then=lambda protocol, end: end()):
        async def talk():
            first, protocol = there.connect(), there.connect()
            first.data_received(BEGUN)
            for piece in pieces:
                protocol.data_received(piece)
                await asyncio.sleep(0)
            await there.settle()
            refused = protocol.transport.got
            protocol.transport.got = b""
            then(protocol, lambda: first.data_received(b"}"))
            await there.settle()
            return refused, protocol.transport

        return asyncio.run(talk())

    run.there = there
    return run


def _counted(there):
    there.service.metrics.hand_over()
    text = there.service.metrics.exposition().decode()
    return float(re.search(r"^movie_service_requests_shed_total (\S+)$", text, re.M)[1])


def test_whole_request_is_refused_unread(full, right, post):
    refused, wire = full(post(right))

    assert (refused, wire.closed, _counted(full.there)) == (REFUSAL, False, 1)


@pytest.mark.parametrize(
    ("head", "answered"),
    [
        (b"POST /predict HTTP/1.0\r\nHost: x\r\n", (CLOSING, True)),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", (CLOSING, True)),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n", (REFUSAL, False)),
        (b"HEAD /predict HTTP/1.1\r\nHost: x\r\n", (DATED.partition(b"{")[0], False)),
    ],
)
def test_client_gets_the_form_that_it_understands(full, right, post, head, answered):
    refused, wire = full(post(right, head=head))

    assert (refused, wire.closed) == answered
    assert _counted(full.there) == 1


def test_request_cut_anywhere_is_refused_once(full, right, post):
    sent = post(right)

    for at in range(1, len(sent), 7):
        refused, wire = full(sent[:at], sent[at:])
        assert (refused, wire.closed) == (DATED, False), at


def test_chunked_and_pipelined_requests_are_refused_each(full, right, post):
    chunked = b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"

    refused, wire = full(post(right) + chunked + post(right))

    assert (refused, wire.closed, _counted(full.there)) == (DATED * 3, False, 3)


@pytest.mark.parametrize("cut", [None, 5, 20])
def test_health_checks_are_let_through(full, cut):
    pieces = [HEALTH] if cut is None else [HEALTH[:cut], HEALTH[cut:]]

    refused, _ = full(*pieces)

    assert refused.startswith(b"HTTP/1.1 200 OK\r\n")


def test_what_is_no_http_is_told_so(full):
    refused, wire = full(b"\x16\x03\x01 nonsense\r\n\r\n")

    assert refused.startswith(b"HTTP/1.1 400 ") and wire.closed


@pytest.mark.parametrize("cut", [None, 60, 150])
def test_connection_goes_on_once_there_is_room(full, right, post, cut):
    def again(protocol, end):
        end()
        # The answer that waited for its body leaves some turns later.
        asyncio.get_running_loop().create_task(once_there_is_room(protocol))

    async def once_there_is_room(protocol):
        while full.there.state.tasks:
            await asyncio.sleep(0)
        protocol.data_received(post(right))

    sent = post(right)
    refused, wire = full(*([sent] if cut is None else [sent[:cut], sent[cut:]]), then=again)

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert [first for first, _, _ in wire.answers()] == ["HTTP/1.1 200 OK"]


def test_refused_connection_is_not_a_quiet_one(stage, right, post):
    """Its last real answer is long ago, its last refusal is not."""
    there = stage(max_waiting=1, fast_route="layer")

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right))
        await there.settle()
        other = there.connect()
        other.data_received(BEGUN)
        protocol.since -= 60
        protocol.data_received(post(right))
        other.data_received(b"}")
        await there.settle()
        protocol.timeout_keep_alive_handler()
        early = protocol.transport.closed
        protocol.since -= there.config.timeout_keep_alive + 1
        protocol.timeout_keep_alive_handler()
        return early, protocol.transport

    early, wire = asyncio.run(talk())

    assert [first[9:12] for first, _, _ in wire.answers()] == ["200", "503"]
    assert (early, wire.closed) == (False, True)


def test_body_of_a_refused_request_does_not_hold_the_connection(full, right, post):
    def late(protocol, end):
        end()
        protocol.close_if_slow(30)
        assert not protocol.transport.closed
        protocol.since -= 31
        protocol.close_if_slow(30)

    refused, wire = full(post(right)[:-1], then=late)

    assert (refused, wire.closed) == (DATED, True)


def _refused(there, request, *, count):
    """Connections that were refused, and how to end the request that takes the one place."""
    first, *others = [there.connect() for _ in range(1 + count)]
    first.data_received(BEGUN)
    for one in others:
        one.data_received(request)
    return others, lambda: first.data_received(b"}")


@pytest.mark.parametrize("way", ["off", "layer", "on"])
def test_refused_connections_are_read_again_one_for_each_answer(stage, right, post, way):
    there = stage(max_waiting=1, fast_route=way)

    async def talk():
        others, end = _refused(there, post(right), count=3)
        seen = [[one.transport.reading for one in others]]
        others[1].transport.close()
        for act in (end, lambda: others[0].data_received(post(right)), lambda: others[0].data_received(post(right))):
            act()
            await there.settle()
            seen.append([one.transport.reading for one in others])
        return seen

    assert asyncio.run(talk()) == [
        [False, False, False],
        [True, False, False],
        # The second has hung up.
        [True, False, False],
        [True, False, True],
    ]


@pytest.mark.parametrize("way", ["off", "layer", "on"])
def test_what_waited_in_the_socket_finds_the_place_free(stage, right, post, way):
    """TLS keeps what has come, and hands it over in the turn after it is asked to go on."""
    there = stage(max_waiting=1, fast_route=way)

    async def talk():
        (other,), end = _refused(there, post(right), count=1)
        later = asyncio.get_running_loop().call_soon
        other.transport.resume_reading = lambda: later(other.data_received, post(right))
        end()
        await there.settle()
        return [first[9:12] for first, _, _ in other.transport.answers()]

    assert asyncio.run(talk()) == ["503", "200"]


def test_refused_connections_are_read_again_after_a_while(stage, right, post, monkeypatch):
    monkeypatch.setattr(shed, "REST_SECONDS", 0.01)
    there = stage(max_waiting=1)

    async def talk():
        others, end = _refused(there, post(right), count=2)
        before = [one.transport.reading for one in others]
        async with asyncio.timeout(30):
            while not all(one.transport.reading for one in others):
                await asyncio.sleep(0.001)
        end()
        await there.settle()
        return before

    assert asyncio.run(talk()) == [False, False]


def test_no_more_rest_than_are_answered_in_time(stage):
    there, rest = stage(max_waiting=1), shed.Rest()

    async def talk():
        crowd = [there.connect() for _ in range(3)]
        for one, now in zip(crowd, (0.0, shed.REST_SECONDS * 0.4, shed.REST_SECONDS * 0.6), strict=True):
            rest.begin(one, now)
        return [one.transport.reading for one in crowd]

    assert asyncio.run(talk()) == [False, False, True]


def test_one_timer_is_enough_for_all_that_rest(stage):
    there, rest = stage(max_waiting=1), shed.Rest()

    async def talk():
        one, timers = there.connect(), []
        one.loop = SimpleNamespace(call_later=lambda _seconds, act, loop: timers.append(act), time=lambda: 0.0)
        for _ in range(100):
            rest.begin(one, 0.0)
            rest.end_one()
        started = len(timers)
        rest.begin(one, 0.0)
        timers.pop()(one.loop)
        return started, len(timers)

    assert asyncio.run(talk()) == (1, 1)


@pytest.mark.parametrize("way", ["off", "layer"])
def test_what_is_answered_does_not_wait_any_more(stage, right, post, way):
    """uvicorn forgets a task a turn after its end. What is read in between finds the place free."""
    there = stage(max_waiting=1, fast_route=way)

    async def talk():
        first, second = there.connect(), there.connect()
        sent = []

        def ask_once(_data):
            if not sent:
                sent.append(asyncio.get_running_loop().call_soon(second.data_received, post(right)))

        first.transport.on_write = ask_once
        first.data_received(post(right))
        await there.settle()
        return [one.transport.answers()[0][0] for one in (first, second)]

    assert asyncio.run(talk()) == ["HTTP/1.1 200 OK"] * 2
