"""The layer before FastAPI, which is the default, gives the same answers, byte for byte, and skips nothing of ours."""

import pytest
from movie_service.security import keys


@pytest.fixture
def both(client_of, predictor):
    """A client of each way."""
    return client_of(predictor, fast_route="off"), client_of(predictor)


def _answer(reply):
    body = reply.json()
    body.pop("inference_time_ms", None)
    headers = {name: value for name, value in reply.headers.items() if name not in ("x-request-id", "content-length")}
    return reply.status_code, body, headers


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "/predict", {"json": {}}),
        ("POST", "/predict", {"content": b"{"}),
        ("POST", "/predict", {"content": b"x", "headers": {"content-type": "text/plain"}}),
        ("POST", "/predict", {"content": b" " * 2_000_000}),
        ("GET", "/predict", {}),
        ("POST", "/predict/", {"json": {}}),
        ("POST", "/feedback", {"json": {"request_id": "a", "label": 1}}),
        ("POST", "/predict/batch", {"json": {"requests": []}}),
        ("GET", "/nope", {}),
        ("GET", "/health/ready", {}),
    ],
)
def test_answers_are_the_same(both, method, path, words):
    usual, fast = (client.request(method, path, **words) for client in both)

    assert _answer(usual) == _answer(fast)


def test_predictions_are_the_same(both, asked):
    for one in asked[:50]:
        usual, fast = (client.post("/predict", json=one.model_dump()) for client in both)
        assert _answer(usual) == _answer(fast)


def test_metrics_know_the_route(client_of, predictor, example):
    client = client_of(predictor)
    client.post("/predict", json=example)
    client.post("/predict", json={})

    text = client.get("/metrics").text
    assert 'movie_service_requests_total{method="POST",route="/predict",status="200"} 1.0' in text
    assert 'movie_service_requests_total{method="POST",route="/predict",status="422"} 1.0' in text


def test_the_guard_stands_before_it(client_of, predictor, tmp_path, example):
    keys.new(tmp_path / "keys.json", "shop", ["predict"])
    client = client_of(predictor, auth="on", api_keys_file=str(tmp_path / "keys.json"))

    assert client.post("/predict", json=example).status_code == 401


def test_fault_is_answered_as_ever(client_of, stub, example):
    stub.score = None

    reply = client_of(stub).post("/predict", json=example)

    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"


def test_root_path_is_taken_off(client_of, predictor, example):
    client = client_of(predictor, root_path="/movies")

    assert client.post("/movies/predict", json=example).status_code == 200
