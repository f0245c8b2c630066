"""Every error is a problem document, compared here in full."""

import json
from http import HTTPStatus

import pytest
from movie_service.access_log import AccessLog
from movie_service.app import Parts, create_app
from movie_service.errors import ModelUnavailable
from movie_service.settings import Settings


def problem(status, detail, *errors):
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [{"where": where, "message": message} for where, message in errors],
    }


def check(reply, expected):
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, reply.json()) == (expected["status"], expected)


ONE_ERROR = "The request has 1 error; 'errors' says where."
OCCUPATIONS = (
    "Input should be 'administrator', 'artist', 'doctor', 'educator', 'engineer', 'entertainment', 'executive', "
    "'healthcare', 'homemaker', 'lawyer', 'librarian', 'marketing', 'none', 'other', 'programmer', 'retired', "
    "'salesman', 'scientist', 'student', 'technician' or 'writer'."
)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("age", "21", "Input should be a valid integer."),
        ("age", True, "Input should be a valid integer."),
        ("age", 21.5, "Input should be a valid integer."),
        ("age", None, "Input should be a valid integer."),
        ("age", -1, "Input should be greater than or equal to 1."),
        ("age", 121, "Input should be less than or equal to 120."),
        ("user_id", 0, "Input should be greater than or equal to 1."),
        ("movie_id", 2**53, "Input should be less than or equal to 9007199254740991."),
        ("movie_id", 10**400, "Input should be less than or equal to 9007199254740991."),
        ("gender", "m", "Input should be 'F' or 'M'."),
        ("occupation", "wizard", OCCUPATIONS),
        ("agee", 21, "Extra inputs are not permitted."),
    ],
)
def test_wrong_field(client, example, field, value, message):
    reply = client.post("/predict", json=example | {field: value})

    check(reply, problem(422, ONE_ERROR, (f"body.{field}", message)))


def test_every_wrong_field_is_named(client, example):
    del example["movie_id"]

    reply = client.post("/predict", json=example | {"age": 0})

    check(
        reply,
        problem(
            422,
            "The request has 2 errors; 'errors' says where.",
            ("body.movie_id", "Field required."),
            ("body.age", "Input should be greater than or equal to 1."),
        ),
    )


NOT_JSON = "The body is not valid JSON."


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Invalid JSON: EOF while parsing a value at line 1 column 0."),
        (b"{", "Invalid JSON: EOF while parsing an object at line 1 column 1."),
        (b"{'user_id': 1}", "Invalid JSON: key must be a string at line 1 column 2."),
        (b"{} {}", "Invalid JSON: trailing characters at line 1 column 4."),
        (b"\xff\xfe{\x00}\x00", "Invalid JSON: expected value at line 1 column 1."),
        (b"\xef\xbb\xbf{}", "Invalid JSON: expected value at line 1 column 1."),
        (b'{"x": "\xe9"}', "Invalid JSON: invalid unicode code point at line 1 column 8."),
        (b'{"x": "\\ud800"}', "Invalid JSON: unexpected end of hex escape at line 1 column 14."),
        (b"[" * 100_000, "Invalid JSON: recursion limit exceeded at line 1 column 202."),
        (b'{"x": ' + b"9" * 5000 + b"}", "Invalid JSON: number out of range at line 1 column 4308."),
        (b"\x1f\x8b\x08\x00", "Invalid JSON: expected value at line 1 column 1."),
    ],
)
def test_body_that_is_not_json(client, path, body, message):
    reply = client.post(path, content=body, headers={"content-type": "application/json"})

    check(reply, problem(400, NOT_JSON, ("body", message)))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1e300", "21.5"])
def test_number_that_is_no_age(client, example, number):
    body = json.dumps(example | {"age": "AGE"}).replace('"AGE"', number)

    reply = client.post("/predict", content=body)

    check(reply, problem(422, ONE_ERROR, ("body.age", "Input should be a valid integer.")))


@pytest.mark.parametrize("body", [b"[]", b"null", b"3", b'"text"'])
def test_json_that_is_no_object(client, body):
    reply = client.post("/predict", content=body)

    check(reply, problem(422, ONE_ERROR, ("body", "Input should be an object.")))


def test_long_names_and_many_errors_are_cut(client, example):
    extra = {f"field{number}" + "x" * 200: number for number in range(50)}

    answer = client.post("/predict", json=example | extra).json()

    assert answer["detail"] == "The request has 50 errors; 'errors' says where; the first 20 are listed."
    assert len(answer["errors"]) == 20
    assert answer["errors"][0]["where"] == "body.field0" + "x" * 88 + "…"


def test_unknown_movie(client, example):
    message = "Movie 9999 is not in the model's catalogue."

    reply = client.post("/predict", json=example | {"movie_id": 9999})

    check(reply, problem(404, message, ("body.movie_id", message)))


def test_unknown_movies_of_a_batch(client, example):
    body = {"requests": [example, example | {"movie_id": 9998}, example | {"movie_id": 9999}]}

    reply = client.post("/predict/batch", json=body)

    check(
        reply,
        problem(
            404,
            "2 movies are not in the model's catalogue.",
            ("body.requests.1.movie_id", "Movie 9998 is not in the model's catalogue."),
            ("body.requests.2.movie_id", "Movie 9999 is not in the model's catalogue."),
        ),
    )


def test_batch_names_the_first_wrong_request(client, example):
    body = {"requests": [example, example | {"age": 0}, example | {"age": -1}]}

    reply = client.post("/predict/batch", json=body)

    check(
        reply,
        problem(422, ONE_ERROR, ("body.requests.1.age", "Input should be greater than or equal to 1.")),
    )


def test_empty_batch(client):
    message = "List should have at least 1 item after validation, not 0."

    reply = client.post("/predict/batch", json={"requests": []})

    check(reply, problem(422, ONE_ERROR, ("body.requests", message)))


def test_batch_over_the_limit(client, example):
    at_limit = client.post("/predict/batch", json={"requests": [example] * 1000})
    over_limit = client.post("/predict/batch", json={"requests": [example] * 1001})

    assert len(at_limit.json()["predictions"]) == 1000
    check(
        over_limit,
        problem(
            413,
            "The batch has 1001 requests, the limit is 1000. Send it in parts.",
            ("body.requests", "At most 1000 requests are allowed."),
        ),
    )


def _in_pieces(total):
    """A body without Content-Length, as a client sends it that does not know its end."""
    for _ in range(total // 100):
        yield b" " * 100


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize("body", [b" " * 2001, _in_pieces])
def test_too_large_body(client_of, predictor, path, body):
    client = client_of(predictor, max_body_bytes=2000)

    reply = client.post(path, content=body(1_000_000) if callable(body) else body)

    check(reply, problem(413, "The body is longer than 2000 bytes. Send less at once."))


def test_body_at_the_limit_is_read(client_of, predictor, example):
    body = json.dumps(example).encode().ljust(2000)

    assert client_of(predictor, max_body_bytes=2000).post("/predict", content=body).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "json"])
def test_other_content_type(client, example, content_type):
    reply = client.post("/predict", content=json.dumps(example), headers={"content-type": content_type})

    check(
        reply,
        problem(
            415,
            f"The body is sent as '{content_type}'. Send JSON with the header 'Content-Type: application/json'.",
        ),
    )


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/nope", "'/nope'"),
        ("/predict/", "'/predict/'"),
        ("/docs-assets/core.py", "'/docs-assets/core.py'"),
        ("/docs-assets/..%2fcore.py", "'/docs-assets/../core.py'"),
        ("/caf%C3%A9%0A", r"'/caf\xe9\n'"),
        ("/" + "x" * 500, "'/" + "x" * 98 + r"\u2026'"),
    ],
)
def test_unknown_address(client, path, named):
    expected = f"There is nothing at {named}. The addresses of this service are listed at /docs."

    check(client.get(path), problem(404, expected))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/predict", "POST"), ("DELETE", "/health/live", "GET"), ("BREW", "/docs", "GET")],
)
def test_unknown_method(client, method, path, allowed):
    reply = client.request(method, path)

    check(reply, problem(405, f"'{path}' answers {allowed}, not '{method}'."))
    assert reply.headers["allow"] == allowed


def test_fault_of_the_model_is_a_500_with_the_request_id(client_of, stub, example, caplog):
    stub.score = None
    client = client_of(stub)

    reply = client.post("/predict", json=example, headers={"x-request-id": "r-1"})

    check(reply, problem(500, "The service failed to answer; its log has the reason under request id 'r-1'."))
    assert reply.headers["x-request-id"] == "r-1"
    assert (caplog.records[-1].message, caplog.records[-1].request_id) == ("unforeseen error", "r-1")


def test_route_of_the_usual_form_gets_the_same_problems():
    """Who adds a route with parameters or a body need not think about errors."""
    from starlette.testclient import TestClient

    app = create_app(
        settings=Settings(), predictor=ModelUnavailable("No model here."), parts=Parts(access_log=AccessLog(None))
    )

    @app.get("/movies/{movie_id}")
    async def movie(movie_id: int) -> int:
        return movie_id

    reply = TestClient(app).get("/movies/x")

    message = "Input should be a valid integer, unable to parse string as an integer."
    check(reply, problem(422, ONE_ERROR, ("path.movie_id", message)))
