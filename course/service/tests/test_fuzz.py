"""Ten thousand requests that nobody would write: no 5xx, no exception that is not handled, no line that is no JSON."""

import json
import string

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from movie_service.app import create_app
from movie_service.schemas import EXAMPLE
from movie_service.settings import Settings

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]
# Of ten thousand in all: two parts on each day of the week.
PARTS, COUNT = 14, 715

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=10), below, max_size=4),
    max_leaves=8,
)
FIELDS = [*EXAMPLE, "request_id", "label", "verdict", "item", "requests", "version"]
CLOSE = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8).map(lambda change: {**EXAMPLE, **change})
BODIES = st.one_of(
    CLOSE.map(lambda value: json.dumps(value).encode()),
    st.lists(CLOSE, max_size=3).map(lambda some: json.dumps({"requests": some}).encode()),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
)
PATHS = st.sampled_from(
    [
        "/predict",
        "/predict/batch",
        "/predict/events",
        "/models",
        "/models/other/predict",
        "/models/other/predict/batch",
        "/feedback",
        "/token",
        "/admin/models",
        "/admin/models/promote",
        "/admin/models/rollback",
        "/health/ready",
        "/metrics",
        "/model",
    ]
) | st.text(string.printable.replace("#", "").replace("?", "").replace("\\", "")[:-6], max_size=30).map("/{}".format)
VALUES = st.text(string.printable[:-5], max_size=60) | st.sampled_from(
    [
        "application/json",
        "text/plain",
        "Bearer x.y.z",
        "Basic eDp5",
        "chunked",
        "gzip",
        "00-" + "1" * 32 + "-" + "2" * 16 + "-01",
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "x-request-id", "traceparent", "authorization", "x-api-key", "origin", "accept", "cookie", "x"]
    ),
    VALUES,
    max_size=4,
)


@pytest.fixture(scope="module")
def fuzzed(bundle, tmp_path_factory):
    """Everything on that can be without a second process, and exceptions are not made into answers."""
    from starlette.testclient import TestClient

    folder = tmp_path_factory.mktemp("fuzz")
    app = create_app(
        settings=Settings(
            model_dir=bundle,
            access_log=str(folder / "log"),
            prediction_log="required",
            spool_dir=folder / "spool",
            cache="memory",
            tracing="file",
            trace_share=0.1,
            trace_file=folder / "traces",
            rate_limit=1e9,
            rate_burst=10**9,
            cors_origins="https://shop.example",
            fast_route="on",
            models=f"other={bundle}",
        )
    )
    return TestClient(app, raise_server_exceptions=True), folder


@pytest.mark.parametrize("part", [pytest.param(part, marks=pytest.mark.once_a_week(part)) for part in range(PARTS)])
def test_ten_thousand_odd_requests(fuzzed, part):
    """A fourteenth of them, with a seed of its own."""
    client, folder = fuzzed
    asked, logged = [], len(_lines(folder))

    @seed(part)
    @settings(max_examples=COUNT, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(method=st.sampled_from(["POST", "POST", "POST", "GET", "PUT"]), path=PATHS, body=BODIES, headers=HEADERS)
    def ask(method, path, body, headers):
        # With the host before it: a path that begins with two slashes would be read as one.
        url = f"http://testserver{path}"
        reply = client.request(method, url, content=body, headers={k: v.encode() for k, v in headers.items()})

        asked.append(reply.status_code)
        assert reply.status_code < 500, (path, body, headers)
        if reply.status_code >= 400:
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.json()["status"] == reply.status_code

    ask()

    assert len(asked) >= COUNT
    assert len([json.loads(line) for line in _lines(folder)[logged:]]) == len(asked)
    assert {200, 404, 422} <= set(asked)


def _lines(folder):
    log = folder / "log"
    return log.read_bytes().splitlines() if log.exists() else []
