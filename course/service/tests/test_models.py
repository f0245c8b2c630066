"""Several models behind one service, each by its name, and an ensemble of them."""

import json
import re

import pytest
from movie_service.cache import key_of
from movie_service.errors import SettingsError
from movie_service.models import load_models
from movie_service.service import Model


@pytest.fixture
def several(client_of, predictor, bundle, second_bundle):
    """A client of a service with two more models and an ensemble of them."""

    def make(**settings):
        text = f"first={bundle}, second={second_bundle},both=first+second"
        return client_of(predictor, models=text, **settings)

    return make


def test_each_model_answers_by_its_name(several, example):
    client = several()

    replies = {name: client.post(f"/models/{name}/predict", json=example).json() for name in ("first", "second")}

    assert replies["first"]["model_version"] == "first@1.0.0"
    assert replies["second"]["model_version"] == "second@2.0.0"
    assert replies["first"]["prediction"] == client.post("/predict", json=example).json()["prediction"]
    assert replies["first"]["prediction"] != replies["second"]["prediction"]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_ensemble_is_the_mean(several, asked, count):
    client = several()
    body = {"requests": [one.model_dump() for one in asked[:count]]}

    first, second, both = (
        [one["prediction"] for one in client.post(f"/models/{name}/predict/batch", json=body).json()["predictions"]]
        for name in ("first", "second", "both")
    )

    assert both == pytest.approx([(a + b) / 2 for a, b in zip(first, second, strict=True)], rel=1e-12)
    single = client.post("/models/both/predict", json=body["requests"][0]).json()
    assert single["prediction"] == both[0]
    assert single["model_version"] == "both@first@1.0.0+second@2.0.0"


def test_unknown_name_is_told_the_names(several, example):
    reply = several().post("/models/third/predict", json=example)

    assert reply.status_code == 404
    assert reply.json()["detail"] == ("There is no model 'third'. Names of this service: 'first', 'second', 'both'.")


def test_without_the_setting_there_is_none(client, example):
    reply = client.post("/models/x/predict", json=example)

    assert (reply.status_code, reply.json()["detail"]) == (
        404,
        "There is no model 'x'. Names of this service: none.",
    )


def test_model_that_cannot_be_loaded_costs_its_own_address_only(client_of, predictor, bundle, tmp_path, example):
    client = client_of(predictor, models=f"good={bundle},bad={tmp_path / 'none'},both=good+bad")

    statuses = {name: client.post(f"/models/{name}/predict", json=example).status_code for name in ("good", "bad")}
    listed = {one["name"]: one for one in client.get("/models").json()["models"]}
    broken = client.post("/models/both/predict", json=example)

    assert statuses == {"good": 200, "bad": 503}
    assert client.get("/health/ready").status_code == 200
    assert listed["good"] == {"name": "good", "version": "good@1.0.0", "reason": None}
    assert listed["bad"]["version"] is None
    assert broken.status_code == 503
    assert broken.json()["detail"] == (
        f"The model 'both' cannot answer. both needs bad, which cannot answer: {listed['bad']['reason']}"
    )


def test_unknown_movie_is_refused_by_each(several, example):
    client = several()

    for name in ("first", "both"):
        assert client.post(f"/models/{name}/predict", json={**example, "movie_id": 9999}).status_code == 404


def test_metrics_have_the_template_and_no_name(several, example):
    client = several()
    client.post("/models/first/predict", json=example)
    client.post("/models/nobody/predict", json=example)

    routes = set(re.findall(r'route="([^"]*)"', client.get("/metrics").text))
    assert "/models/{name}/predict" in routes
    assert not any("nobody" in route or "first" in route for route in routes)


def test_records_and_caches_tell_two_models_of_one_version_apart(client_of, predictor, bundle, tmp_path, example):
    spool = tmp_path / "spool"
    client = client_of(
        predictor, models=f"a={bundle},b={bundle}", prediction_log="required", spool_dir=spool, cache="memory"
    )
    for name in "ab":
        client.post(f"/models/{name}/predict", json=example)

    lines = [json.loads(line) for path in spool.glob("*.open") for line in path.read_text().splitlines()]
    versions = [one["model_version"] for one in lines if one["kind"] == "prediction"]
    row = predictor.row(predictor_request(example))
    assert versions == ["a@1.0.0", "b@1.0.0"]
    assert len({key_of(Model(predictor, name).version, row) for name in ("a", "b", "")}) == 3


def predictor_request(example):
    from movie_service.schemas import PredictionRequest

    return PredictionRequest(**example)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a", "'a' is not NAME=FOLDER or NAME=NAME+NAME"),
        ("A b=x", "'A b=x' is not NAME=FOLDER or NAME=NAME+NAME"),
        ("a=x,a=y", "'a' stands there twice"),
        ("c=a+b", "'c' is made of 'a', which does not stand before it"),
    ],
)
def test_wrong_setting_is_refused(text, reason):
    with pytest.raises(SettingsError) as refused:
        load_models(text)

    assert str(refused.value) == f"MOVIE_SERVICE_MODELS is {text!r}, but {reason}."
    assert refused.value.advice == ("set MOVIE_SERVICE_MODELS=small=build/small,large=build/large,both=small+large")
