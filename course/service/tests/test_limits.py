"""How often one may ask, and what a browser is told."""

import pytest
from movie_service.security import keys
from movie_service.security.rate import LocalLimiter


def test_burst_then_rate():
    limiter = LocalLimiter(per_second=2, burst=3)

    first = [limiter.hit_at("a", 100.0) for _ in range(4)]

    assert [one.allowed for one in first] == [True, True, True, False]
    assert [one.remaining for one in first] == [2, 1, 0, 0]
    assert first[3].wait == pytest.approx(0.5)
    assert limiter.hit_at("b", 100.0).allowed
    assert limiter.hit_at("a", 100.5).allowed
    assert not limiter.hit_at("a", 100.6).allowed


def test_refused_requests_do_not_prolong_the_wait():
    limiter = LocalLimiter(per_second=1, burst=1)
    limiter.hit_at("a", 0.0)
    for number in range(100):
        limiter.hit_at("a", number / 1000)

    assert limiter.hit_at("a", 1.0).allowed


def test_memory_of_callers_has_an_end():
    limiter = LocalLimiter(per_second=1, burst=1)
    for number in range(25_000):
        limiter.hit_at(str(number), 0.0)

    assert len(limiter._full_at) <= 10_000


def test_headers_say_what_is_left(client_of, stub, example):
    client = client_of(stub, rate_limit=0.5, rate_burst=2)

    replies = [client.post("/predict", json=example) for _ in range(3)]

    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["ratelimit"] for reply in replies] == [
        '"default";r=1;t=0',
        '"default";r=0;t=0',
        '"default";r=0;t=2',
    ]
    assert {reply.headers["ratelimit-policy"] for reply in replies} == {'"default";q=2;w=4'}
    assert replies[2].headers["retry-after"] == "2"
    assert replies[2].json()["detail"] == "Too many requests. Try again in 2 s."
    assert client.get("/health/ready").status_code == 200


def test_callers_with_keys_are_counted_by_name(tmp_path, client_of, stub, example):
    path = tmp_path / "keys.json"
    one, two = keys.new(path, "one", ["predict"]), keys.new(path, "two", ["predict"])
    client = client_of(stub, auth="on", api_keys_file=str(path), rate_limit=0.001, rate_burst=1)

    def ask(key):
        return client.post("/predict", json=example, headers={"X-API-Key": key}).status_code

    assert [ask(one), ask(one), ask(two)] == [200, 429, 200]


def test_every_answer_carries_the_security_headers(client, example):
    for reply in (client.post("/predict", json=example), client.get("/nope"), client.get("/docs")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "SAMEORIGIN"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in reply.headers
        assert "server" not in reply.headers


def test_headers_can_be_left_to_a_proxy(client_of, stub):
    assert "x-frame-options" not in client_of(stub, security_headers="off").get("/health/live").headers


def test_no_page_of_another_site_may_ask_unless_it_is_named(client_of, stub, example):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}

    closed = client_of(stub).options("/predict", headers=headers)
    named = client_of(stub, cors_origins="https://shop.example, https://till.example")
    allowed = named.options("/predict", headers=headers)
    other = named.options("/predict", headers=headers | {"Origin": "https://evil.example"})

    assert "access-control-allow-origin" not in closed.headers
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-credentials" not in allowed.headers
