"""The shortest way gives the same answers as the usual one, whatever the bytes."""

import asyncio

import pytest


def _alike(wire):
    """The answers without what differs from one to the next."""
    found = []
    for first, headers, body in wire.answers():
        kept = {name: value for name, value in headers.items() if name not in ("x-request-id", "content-length")}
        if isinstance(body, dict):
            body.pop("inference_time_ms", None)
        found.append((first, kept, body))
    return found, wire.closed


HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

CASES = {
    "right": lambda post, body: post(body),
    "not json": lambda post, body: post(body[:-1]),
    "empty": lambda post, body: post(b""),
    "an error": lambda post, body: post(body.replace(b"21", b"0")),
    "whole float": lambda post, body: post(body.replace(b"21", b"21.0")),
    "unknown movie": lambda post, body: post(body.replace(b"298", b"99999")),
    "a field too many": lambda post, body: post(body[:-1] + b', "x": 1}'),
    "too long": lambda post, body: post(body + b" " * 2000),
    "another type": lambda post, body: post(body, head=HEAD.replace(b"application/json", b"text/plain")),
    "type with charset": lambda post, body: post(body, head=HEAD.replace(b"json", b"json; charset=utf-8")),
    "no type": lambda post, body: post(body, head=b"POST /predict HTTP/1.1\r\nHost: x\r\n"),
    "query": lambda post, body: post(body, head=HEAD.replace(b"predict", b"predict?a=b")),
    "slash": lambda post, body: post(body, head=HEAD.replace(b"predict", b"predict/")),
    "put": lambda post, body: post(body, head=HEAD.replace(b"POST", b"PUT")),
    "connection close": lambda post, body: post(body, head=HEAD + b"Connection: close\r\n"),
    "http 1.0": lambda post, body: post(body, head=HEAD.replace(b"1.1", b"1.0")),
    "chunked": lambda post, body: HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
    "own id": lambda post, body: post(body, id="abc-1"),
    "odd id": lambda post, body: post(body, id="a b"),
    "no http": lambda post, body: b"\x16\x03\x01 nonsense\r\n\r\n",
}


@pytest.mark.parametrize("case", CASES)
def test_answers_are_those_of_the_usual_way(stage, case, right, post):
    sent = CASES[case](post, right)

    (usual,) = stage(fast_route="off", max_body_bytes=1500).exchange([sent])
    (express,) = stage(max_body_bytes=1500).exchange([sent])

    assert _alike(express) == _alike(usual)


def test_only_what_is_right_and_plain_is_taken(stage, right, post):
    taken = set()
    for case, make in CASES.items():
        there = stage(max_body_bytes=1500)
        there.exchange([make(post, right)])
        taken |= {case} if there.taken else set()

    assert taken == {"right", "own id", "odd id", "no type"}


def test_request_cut_anywhere_is_answered_once(stage, right, post):
    there, sent = stage(), post(right)

    wires = there.exchange(*([sent[:at], sent[at:]] for at in range(1, len(sent))))

    assert [[first for first, _, _ in wire.answers()] for wire in wires] == [["HTTP/1.1 200 OK"]] * len(wires)
    # Cut within the headers it is one piece again when the body comes.
    assert 0 < there.taken < len(wires)


def test_pipelined_requests_are_answered_in_their_order(stage, right, post):
    wrong, health = right.replace(b"21", b"0"), b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = post(right, id="a") + post(right, id="b") + post(wrong, id="c") + health + post(right, id="d")

    (wire,) = stage().exchange([sent])

    statuses = [int(first[9:12]) for first, _, _ in wire.answers()]
    ids = [headers["x-request-id"] for _, headers, _ in wire.answers()]
    assert statuses == [200, 200, 422, 200, 200]
    assert [*ids[:3], ids[4]] == ["a", "b", "c", "d"]


def test_second_request_of_a_turn_waits_for_the_first(stage, right, post):
    """Two pieces in one turn, with room for one request: the refusal does not overtake the answer."""
    there = stage(max_waiting=1)

    async def talk():
        protocol = there.connect()
        protocol.data_received(post(right, id="a"))
        protocol.data_received(post(right, id="b"))
        await there.settle()
        return protocol.transport

    wire = asyncio.run(talk())

    assert [first[9:12] for first, _, _ in wire.answers()] == ["200", "503"]
    assert wire.answers()[0][1]["x-request-id"] == "a"
