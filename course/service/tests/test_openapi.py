"""The OpenAPI document and the pages that show it."""

import re
from html.parser import HTMLParser

import pytest
import schemathesis
from schemathesis.engine import Status, events, from_schema


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json()


class Links(HTMLParser):
    """Collects what a page loads."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("src", "href", "data-url", "spec-url")]


def test_all_addresses_are_described(document):
    assert set(document["paths"]) == {
        *("/predict", "/predict/batch", "/feedback", "/health/live", "/health/ready", "/model", "/metrics", "/token"),
        *("/admin/models", "/admin/models/promote", "/admin/models/rollback"),
        "/predict/events",
        *("/models", "/models/{name}/predict", "/models/{name}/predict/batch"),
    }


def test_predict_shows_request_and_answer(document):
    predict = document["paths"]["/predict"]["post"]
    schemas = document["components"]["schemas"]

    sent = predict["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    got = predict["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]

    assert schemas[sent]["required"] == ["user_id", "movie_id", "age", "gender", "occupation"]
    assert schemas[sent]["additionalProperties"] is False
    assert schemas[got]["required"] == ["prediction", "prediction_class", "model_version", "inference_time_ms"]
    assert set(predict["responses"]) == {
        *("200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "503"),
    }


def test_batch_limit_is_the_setting(client_of, stub):
    document = client_of(stub, batch_limit=7).get("/openapi.json").json()

    assert document["components"]["schemas"]["BatchRequest"]["properties"]["requests"]["maxItems"] == 7


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]

    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))

    assert names <= set(schemas)
    assert "ProblemDetails" in names


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
@pytest.mark.parametrize("root_path", ["", "/movies"])
def test_pages_load_from_this_service_only(client_of, stub, path, root_path):
    client = client_of(stub, root_path=root_path)

    page = client.get(root_path + path)

    links = Links()
    links.feed(page.text)
    scripts = [*links.found, *re.findall(r"url: '([^']+)'", page.text)]
    assert len(scripts) >= 3
    assert "openapi.json" in scripts
    assert "//" not in page.text.replace("<!--", "").split("<script>")[0]
    for link in scripts:
        # Relative to the page: the proxy's path stays in front, whatever it is.
        assert not re.match(r"(\w+:)?//|/", link)
        # A proxy may keep that path in what it sends on, or strip it.
        assert client.get(f"{root_path}/{link}").status_code == client.get(f"/{link}").status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_pages_forbid_the_browser_other_hosts(client, path):
    policy = client.get(path).headers["content-security-policy"]

    assert policy.startswith("default-src 'self'; ")
    assert "http" not in policy
    assert "*" not in policy


def test_swagger_does_not_ask_its_makers_validator(client):
    assert '"validatorUrl": null' in client.get("/docs").text


def test_redoc_does_not_load_its_makers_logo(client):
    bundle = client.get("/docs-assets/redoc.standalone.js")

    assert bundle.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "docs-assets/favicon.png" in bundle.text
    assert "cdn.redoc.ly" not in bundle.text


def test_calls_from_the_page_go_through_the_proxy(client_of, stub):
    document = client_of(stub, root_path="/movies").get("/movies/openapi.json").json()

    assert document["servers"] == [{"url": "/movies"}]


@pytest.mark.full
@pytest.mark.twice_a_week(0)
def test_schemathesis_finds_nothing(client_of, predictor, tmp_path):
    """Requests made from the document, valid and not, for every operation, with all of schemathesis' checks."""
    client = client_of(predictor, prediction_log="required", spool_dir=tmp_path)
    config = schemathesis.Config.from_dict(
        {"seed": 1, "generation": {"max-examples": 40, "database": "none", "deterministic": True}}
    )
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app, config=config)

    scenarios = [event for event in from_schema(schema).execute() if isinstance(event, events.ScenarioFinished)]

    found = {
        f"{check.name}: {scenario.recorder.cases[case].value.as_curl_command()}"
        for scenario in scenarios
        for case, checks in scenario.recorder.checks.items()
        for check in checks
        if check.status is not Status.SUCCESS
    }
    assert found == set()
    assert sum(len(scenario.recorder.cases) for scenario in scenarios) > 200
