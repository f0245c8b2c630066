"""Answers that were given before, with and without a Redis, and with one that goes away."""

import asyncio
import shutil
import socket
import subprocess
import time

import pytest
from movie_service.cache import LocalCache, RedisCache, key_of, open_cache, open_redis
from movie_service.errors import SettingsError
from movie_service.predictor import load_predictor


@pytest.fixture
def counted(client_of, predictor, monkeypatch):
    """Makes a client, and a list of the rows that the model was asked for."""
    rows = []
    real = type(predictor).score_row
    monkeypatch.setattr(type(predictor), "score_row", lambda self, row: rows.append(1) or real(self, row))
    return (lambda **settings: client_of(predictor, **settings)), rows


def _results(client):
    lines = client.get("/metrics").text.splitlines()
    return {
        line.split('"')[1]: float(line.split()[-1])
        for line in lines
        if line.startswith("movie_service_cache_requests_total{")
    }


def test_same_question_is_answered_without_the_model(counted, example):
    make, rows = counted
    client = make(cache="memory")

    answers = [client.post("/predict", json=example).json()["prediction"] for _ in range(3)]

    assert len(set(answers)) == 1
    assert len(rows) == 1
    assert _results(client) == {"miss": 1, "hit": 2}


def test_off_asks_the_model_each_time(counted, example):
    make, rows = counted
    client = make()
    for _ in range(3):
        client.post("/predict", json=example)

    assert len(rows) == 3


def test_cached_answer_is_logged_like_any_other(counted, example, tmp_path):
    make, _ = counted
    client = make(cache="memory", prediction_log="required", spool_dir=tmp_path)
    for _ in range(2):
        client.post("/predict", json=example)

    (path,) = tmp_path.glob("*.open")
    assert path.read_bytes().count(b'"kind":"prediction"') == 2


def test_new_model_never_gives_an_old_ones_answer(client_of, own_bundle, vouch, example):
    """A change of one feature or of the version is another key."""
    first = load_predictor(own_bundle)
    vouch(own_bundle, version="2.0.0")
    second = load_predictor(own_bundle)
    client = client_of(first, cache="memory")
    client.post("/predict", json=example)

    client.app.state.service.use(second)
    reply = client.post("/predict", json=example)

    assert reply.json()["model_version"] == "2.0.0"
    assert _results(client) == {"miss": 2}


def test_key_is_model_and_features(predictor, asked):
    rows = [predictor.rows((one,)) for one in asked[:200]]
    keys = {key_of("1", row) for row in rows}

    assert len(keys) == len({bytes(row) for row in rows})
    assert key_of("1", rows[0]) != key_of("2", rows[0])


def test_least_recently_asked_goes_first():
    async def run():
        cache = LocalCache(2)
        await cache.put(b"a", 0.1)
        await cache.put(b"b", 0.2)
        await cache.get(b"a")
        await cache.put(b"c", 0.3)
        return [await cache.get(key) for key in (b"a", b"b", b"c")]

    assert asyncio.run(run()) == [0.1, None, 0.3]


def test_redis_without_address_is_refused():
    with pytest.raises(SettingsError) as refused:
        open_cache("redis", most=1, seconds=1, redis=None)

    assert str(refused.value) == "MOVIE_SERVICE_CACHE is 'redis', but MOVIE_SERVICE_REDIS_URL names none."


def _port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_redis_that_is_away_is_asked_once_per_pause(caplog):
    async def run():
        results = []
        cache = RedisCache(open_redis(f"redis://127.0.0.1:{_port()}/0"), 10)
        cache.count = results.append
        for _ in range(3):
            assert await cache.get(b"a") is None
            await cache.put(b"a", 0.5)
        return results

    assert asyncio.run(run()) == ["error"] * 6
    assert caplog.text.count("cache: Redis is away, predictions are made anew") == 1


@pytest.fixture
def redis_server(tmp_path):
    """A real redis-server that can be ended."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    port = _port()
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield process, f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.mark.slow
def test_replicas_share_answers_and_survive_their_redis(redis_server, client_of, predictor, example):
    """The real server: two applications, one cache; then it is killed under them, and nobody notices."""
    process, url = redis_server
    with client_of(predictor, cache="redis", redis_url=url) as one:
        first = one.post("/predict", json=example).json()["prediction"]
        assert _results(one) == {"miss": 1}
        with client_of(predictor, cache="redis", redis_url=url) as other:
            second = other.post("/predict", json=example).json()["prediction"]
            assert _results(other) == {"hit": 1}
            process.kill()
            process.wait()
            replies = [other.post("/predict", json=example) for _ in range(20)]

    assert first == second
    assert {reply.status_code for reply in replies} == {200}
    assert {reply.json()["prediction"] for reply in replies} == {first}


@pytest.mark.slow
def test_rate_limit_is_shared_and_survives_its_redis(redis_server, client_of, stub, example):
    process, url = redis_server
    settings = {"rate_limit": 0.001, "rate_burst": 3, "redis_url": url}
    with client_of(stub, **settings) as one, client_of(stub, **settings) as other:
        statuses = [client.post("/predict", json=example).status_code for client in (one, other, one, other)]
        process.kill()
        process.wait()
        after = [other.post("/predict", json=example).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    # Alone, with a limit of its own.
    assert after == [200, 200, 200, 429]


# Fallback


def test_fallback_answers_and_says_so(client_of, own_bundle, example):
    (own_bundle / "model.txt").write_bytes(b"")
    client = client_of(None, model_dir=own_bundle, fallback="popularity")

    reply = client.post("/predict", json=example)
    unknown = client.post("/predict", json=example | {"movie_id": 10**9})

    assert reply.status_code == unknown.status_code == 200
    assert reply.json()["model_version"] == "fallback-popularity"
    assert unknown.json()["prediction"] == 0.55
    assert reply.json()["prediction"] != 0.55


def test_with_the_fallback_it_is_still_not_ready(client_of, own_bundle):
    """Whoever balances should send requests to instances with a model."""
    (own_bundle / "model.txt").write_bytes(b"")
    client = client_of(None, model_dir=own_bundle, fallback="popularity")

    reply = client.get("/health/ready")

    assert reply.status_code == 503
    assert str(own_bundle / "model.txt") in reply.json()["detail"]


def test_without_tables_there_is_no_fallback(client_of, own_bundle, example):
    (own_bundle / "online.json").write_bytes(b"")
    client = client_of(None, model_dir=own_bundle, fallback="popularity")

    assert client.post("/predict", json=example).status_code == 503


def test_without_the_setting_there_is_no_fallback(client_of, own_bundle, example):
    (own_bundle / "model.txt").write_bytes(b"")

    assert client_of(None, model_dir=own_bundle).post("/predict", json=example).status_code == 503
