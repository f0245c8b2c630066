"""The OWASP API Security Top 10 (2023), one test each that tries it; those that cannot apply say why."""

import re
from pathlib import Path

import jwt
import pytest
from movie_service.door import refuse_open_door
from movie_service.errors import ModelUnavailable, SettingsError
from movie_service.predictor import load_predictor
from movie_service.security import keys
from movie_service.settings import Settings

SOURCE = Path(__file__).parents[1] / "src" / "movie_service"


@pytest.fixture
def guarded(tmp_path, client_of, predictor):
    path = tmp_path / "keys.json"
    key, other = keys.new(path, "shop", ["predict"]), keys.new(path, "till", ["predict"])
    (tmp_path / "jwt.key").write_text("ab" * 32)
    client = client_of(
        predictor,
        auth="on",
        api_keys_file=str(path),
        jwt_key_file=str(tmp_path / "jwt.key"),
        rate_limit=1,
        rate_burst=50,
        prediction_log="required",
        spool_dir=tmp_path / "spool",
    )
    client.headers["X-API-Key"] = key
    client.other = {"X-API-Key": other}
    return client


def test_api1_no_object_of_another_caller_can_be_read(guarded, example):
    """Broken object level authorization: answers and feedback can be written, and there is no address to read them."""
    request_id = guarded.post("/predict", json=example).headers["x-request-id"]

    for path in ("/feedback", f"/feedback/{request_id}", f"/predict/{request_id}"):
        assert guarded.get(path).status_code in (404, 405)


def test_api2_a_caller_cannot_make_its_own_token(guarded, example):
    """Broken authentication; test_security.py has the other forgeries."""
    forged = jwt.encode({"sub": "shop", "aud": "movie-service", "exp": 9e9, "scope": "admin"}, None, "none")
    del guarded.headers["X-API-Key"]

    assert guarded.post("/predict", json=example, headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_api3_a_property_that_is_not_asked_for_is_refused(guarded, example):
    """Broken object property level authorization, also called mass assignment."""
    for extra in ({"prediction": 1.0}, {"model_version": "x"}, {"__class__": "x"}):
        assert guarded.post("/predict", json=example | extra).status_code == 422


def test_api4_size_count_and_rate_have_ends(guarded, example):
    """Unrestricted resource consumption; test_shed.py has time and concurrency."""
    statuses = [
        guarded.post("/predict", content=b" " * 2_000_000).status_code,
        guarded.post("/predict/batch", json={"requests": [example] * 1001}).status_code,
        *(guarded.post("/predict", json=example).status_code for _ in range(60)),
    ]

    assert statuses[:2] == [413, 413]
    assert statuses.count(429) >= 10


def test_api5_a_scope_does_not_open_another_ones_address(guarded):
    """Broken function level authorization."""
    assert guarded.get("/metrics").status_code == 403


def test_api6_one_caller_cannot_take_the_service_from_others(guarded, example):
    """Unrestricted access to sensitive business flows: the limit is each caller's own."""
    while guarded.post("/predict", json=example).status_code != 429:
        pass

    assert guarded.post("/predict", json=example, headers=guarded.other).status_code == 200


def test_api7_no_address_comes_from_a_request():
    """Server side request forgery: nothing that serves requests opens a connection to a place that a client names."""
    clients = re.compile(r"\b(urllib\.request|urlopen|httpx|requests\.(get|post)|http\.client|aiohttp)\b")
    serving = [path for path in SOURCE.rglob("*.py") if "uploader" not in path.parts]

    assert [path.name for path in serving if clients.search(path.read_text(encoding="utf-8"))] == []


def test_api8_faults_and_headers_tell_nothing(guarded, example, monkeypatch):
    """Security misconfiguration: no traceback, no server's name, no open door by default."""
    service = guarded.app.state.service
    monkeypatch.setattr(service, "journal", None)

    reply = guarded.post("/predict", json=example)

    assert reply.status_code == 500
    assert "Traceback" not in reply.text and "NoneType" not in reply.text
    assert "server" not in reply.headers
    with pytest.raises(SettingsError):
        refuse_open_door(Settings(host="0.0.0.0"))


def test_api9_every_address_is_in_the_document(guarded):
    """Improper inventory management: what is not described is a page for people or a WebSocket, and named here."""
    described = set(guarded.get("/openapi.json").json()["paths"])

    undescribed = {route.path for route in guarded.app.routes} - described
    assert undescribed == {"/docs", "/redoc", "/docs-assets/{name}", "/openapi.json", "/predict/stream"}


def test_api10_a_model_is_not_believed(own_bundle):
    """Unsafe consumption of APIs: the one thing taken from elsewhere is checked before it is used."""
    model = own_bundle / "model.txt"
    model.write_bytes(model.read_bytes().replace(b"0.1", b"0.9", 1))

    with pytest.raises(ModelUnavailable, match="it was changed after training"):
        load_predictor(own_bundle)
