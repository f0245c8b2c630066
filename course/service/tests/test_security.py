"""Who may ask: API keys, tokens, scopes, and the door that stays shut."""

import base64
import hashlib
import json
import time

import jwt
import pytest
from movie_service.door import refuse_open_door
from movie_service.errors import SettingsError
from movie_service.security import keys
from movie_service.security.tokens import ALGORITHM, AUDIENCE, Tokens, read_tokens
from movie_service.settings import Settings

SECRET = bytes(range(32))


@pytest.fixture
def guarded(tmp_path, client_of, predictor):
    """A client of a guarded application, and keys: of a caller that predicts, of an admin, of a scraper."""
    path = tmp_path / "keys.json"
    made = {
        name: keys.new(path, name, [scope])
        for name, scope in (("shop", "predict"), ("boss", "admin"), ("prometheus", "metrics"))
    }
    (tmp_path / "jwt.key").write_text(SECRET.hex())
    client = client_of(predictor, auth="on", api_keys_file=str(path), jwt_key_file=str(tmp_path / "jwt.key"))
    return client, made


def _token(**claims):
    now = int(time.time())
    content = {"sub": "shop", "aud": AUDIENCE, "iat": now, "exp": now + 60, "scope": "predict"} | claims
    return jwt.encode({name: value for name, value in content.items() if value is not None}, SECRET, ALGORITHM)


def _with(token):
    return {"Authorization": f"Bearer {token}"}


def test_known_key_is_let_in(guarded, example):
    client, made = guarded

    assert client.post("/predict", json=example, headers={"X-API-Key": made["shop"]}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Send an API key as X-API-Key, or a bearer token."),
        ({"Authorization": "Basic eDp5"}, "Send an API key as X-API-Key, or a bearer token."),
        ({"X-API-Key": "mk_guess"}, "The API key is not known."),
        ({"X-API-Key": ""}, "The API key is not known."),
        ({"Authorization": "Bearer x.y.z"}, "The bearer token is not valid, or has expired."),
    ],
)
def test_unknown_caller_is_kept_out(guarded, example, headers, detail):
    client, _ = guarded

    reply = client.post("/predict", json=example, headers=headers)

    assert (reply.status_code, reply.json()["detail"]) == (401, detail)
    assert reply.json()["type"] == "urn:movie-service:unknown-caller"
    assert reply.headers["www-authenticate"] == 'Bearer realm="movie_service"'


@pytest.mark.parametrize("path", ["/model", "/metrics", "/nope", "/predict/batch", "/health", "//health/live"])
def test_what_is_not_named_is_closed(guarded, path):
    client, _ = guarded

    assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/docs", "/openapi.json", "/docs-assets/favicon.png"]
)
def test_what_must_be_open_is_open(guarded, path):
    client, _ = guarded

    assert client.get(path).status_code == 200


def test_root_path_opens_no_door(tmp_path, client_of, predictor):
    path = tmp_path / "keys.json"
    keys.new(path, "shop", ["predict"])
    client = client_of(predictor, auth="on", api_keys_file=str(path), root_path="/movies")

    assert client.get("/movies/health/live").status_code == 200
    assert client.get("/movies/model").status_code == client.get("/model").status_code == 401


def test_scopes_are_kept_apart(guarded, example):
    client, made = guarded

    def status(method, path, name):
        return client.request(method, path, json=example, headers={"X-API-Key": made[name]}).status_code

    assert (status("GET", "/metrics", "prometheus"), status("GET", "/metrics", "boss")) == (200, 200)
    assert status("GET", "/metrics", "shop") == 403
    assert status("POST", "/predict", "prometheus") == 403


def test_missing_scope_is_said(guarded):
    client, made = guarded

    reply = client.get("/metrics", headers={"X-API-Key": made["shop"]})

    assert reply.json()["detail"] == "This needs the scope 'metrics', which 'shop' has not."


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode({"sub": "x", "aud": AUDIENCE, "exp": 9e9, "scope": "predict"}, None, "none"),
        jwt.encode({"sub": "x", "aud": AUDIENCE, "exp": 9e9, "scope": "predict"}, b"k" * 32, "HS256"),
        jwt.encode({"sub": "x", "aud": AUDIENCE, "exp": 9e9, "scope": "predict"}, SECRET * 2, "HS512"),
        _token(exp=int(time.time()) - 60),
        _token(exp=None),
        _token(aud="another-service"),
        _token(aud=None),
        _token(sub=None),
        _token()[:-2],
    ],
    ids=["none", "other key", "other algorithm", "expired", "endless", "audience", "no audience", "nobody", "cut"],
)
def test_forged_and_stale_tokens_are_kept_out(guarded, example, token):
    client, _ = guarded

    assert client.post("/predict", json=example, headers=_with(token)).status_code == 401


def test_token_is_issued_for_a_key_and_let_in(guarded, example):
    client, made = guarded
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": made["shop"]}

    reply = client.post("/token", data=form)

    assert reply.headers["cache-control"] == "no-store"
    answer = reply.json()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 600, "predict")
    for _ in range(2):
        assert client.post("/predict", json=example, headers=_with(answer["access_token"])).status_code == 200


def test_token_by_basic_authentication(guarded):
    client, made = guarded
    basic = base64.b64encode(f"shop:{made['shop']}".encode()).decode()

    reply = client.post(
        "/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )

    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "detail"),
    [
        ({"client_secret": "mk_guess"}, 401, "client_id and client_secret do not belong together."),
        ({"client_id": "boss"}, 401, "client_id and client_secret do not belong together."),
        ({"grant_type": "password"}, 400, "grant_type must be 'client_credentials'."),
        ({"scope": "predict admin"}, 400, "The key does not have all of these scopes."),
    ],
)
def test_token_is_refused(guarded, change, status, detail):
    client, made = guarded
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": made["shop"]} | change

    reply = client.post("/token", data=form)

    assert (reply.status_code, reply.json()["detail"]) == (status, detail)


def test_verified_token_is_remembered_until_it_expires(monkeypatch):
    tokens = Tokens(SECRET)
    token = _token().encode()
    asked = []
    monkeypatch.setattr(tokens, "_verify", lambda *words, real=tokens._verify: asked.append(1) or real(*words))

    first, second = tokens.find(token), tokens.find(token)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 120)

    assert first == second and first is not None
    assert asked == [1]
    assert tokens.find(token) is None


def test_memory_of_tokens_has_an_end():
    tokens = Tokens(SECRET)
    for number in range(1100):
        tokens.find(_token(sub=f"s{number}").encode())

    assert len(tokens._verified) == 1024


def test_file_holds_digests_and_no_key(tmp_path, capsys):
    path = tmp_path / "keys.json"

    status = keys.main(["new", "--name", "shop", "--scope", "predict", "--file", str(path)])

    key = capsys.readouterr().out.strip()
    (entry,) = json.loads(path.read_text())
    assert status == 0 and key.startswith("mk_") and len(key) == 46
    assert key not in path.read_text()
    assert entry == {"name": "shop", "sha256": hashlib.sha256(key.encode()).hexdigest(), "scopes": ["predict"]}
    assert path.stat().st_mode & 0o077 == 0


def test_new_key_replaces_the_one_of_that_name(tmp_path):
    path = tmp_path / "keys.json"
    old, other = keys.new(path, "shop", ["predict"]), keys.new(path, "till", ["predict"])

    new = keys.new(path, "shop", ["predict"])

    known = keys.read_keys(str(path))
    assert known.find(old.encode()) is None
    assert [known.find(key.encode()).name for key in (new, other)] == ["shop", "till"]


def test_wrong_name_of_a_key_is_said(tmp_path, capsys):
    status = keys.main(["new", "--name", "The Shop", "--scope", "predict", "--file", str(tmp_path / "k")])

    assert status == 2
    assert capsys.readouterr().err == (
        "error: 'The Shop' is no name of lower-case letters, digits, '.', '_' and '-'.\ntry: --name dashboard\n"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("[{}]", "0.name: Field required"),
        ("x", "Invalid JSON: expected value at line 1 column 1"),
    ],
)
def test_keys_that_cannot_be_read_are_said(tmp_path, content, reason):
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(SettingsError) as refused:
        keys.read_keys(str(path))

    assert str(refused.value) == (
        f"MOVIE_SERVICE_API_KEYS_FILE is {str(path)!r}, but no keys can be read from it ({reason})."
    )


def test_short_key_of_tokens_is_refused(tmp_path):
    path = tmp_path / "jwt.key"
    path.write_text("abcd")

    with pytest.raises(SettingsError) as refused:
        read_tokens(str(path))

    assert str(refused.value) == (
        f"MOVIE_SERVICE_JWT_KEY_FILE is {str(path)!r}, but that file does not hold 64 hexadecimal digits or more."
    )


def test_authentication_without_keys_is_refused(client_of, stub):
    with pytest.raises(SettingsError) as refused:
        client_of(stub, auth="on")

    assert str(refused.value) == "MOVIE_SERVICE_AUTH is 'on', but MOVIE_SERVICE_API_KEYS_FILE names no keys."


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "movies.example"])
def test_open_door_to_other_machines_needs_consent(host):
    with pytest.raises(SettingsError) as refused:
        refuse_open_door(Settings(host=host))

    assert str(refused.value) == (
        f"MOVIE_SERVICE_HOST is {host!r}, so other machines reach this service, but MOVIE_SERVICE_AUTH is 'off'."
    )
    refuse_open_door(Settings(host=host, allow_anonymous=True))
    refuse_open_door(Settings(host=host, auth="on"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_none(host):
    refuse_open_door(Settings(host=host))
