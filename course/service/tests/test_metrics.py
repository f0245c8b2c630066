"""The metrics by name, their labels, and that no client can multiply them."""

import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture
def scrape():
    def read(client):
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {
            (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_requests_and_predictions_are_counted(client_of, stub, scrape, example):
    client = client_of(stub)
    client.post("/predict", json=example | {"age": 120})
    client.post("/predict", json=example | {"age": 0})
    client.post("/predict/batch", json={"requests": [example, example | {"age": 110}]})

    seen = scrape(client)

    assert seen["movie_service_requests_total", "POST", "/predict", "200"] == 1
    assert seen["movie_service_requests_total", "POST", "/predict", "422"] == 1
    assert seen["movie_service_request_duration_seconds_count", "/predict"] == 2
    assert seen["movie_service_predictions_total", "0"] == 1
    assert seen["movie_service_predictions_total", "1"] == 2
    assert seen["movie_service_prediction_score_count",] == 3
    assert seen["movie_service_prediction_score_sum",] == pytest.approx(0.6 + 0.105 + 0.55)
    assert seen["movie_service_prediction_score_bucket", "0.2"] == 1
    assert seen["movie_service_prediction_score_bucket", "+Inf"] == 3
    assert seen["movie_service_model_info", "stub-1"] == 1


def test_score_on_a_bound_belongs_to_its_bucket(client_of, stub, scrape, example):
    client = client_of(stub)
    client.post("/predict", json=example | {"age": 100})

    seen = scrape(client)

    assert seen["movie_service_prediction_score_bucket", "0.4"] == 0
    assert seen["movie_service_prediction_score_bucket", "0.5"] == 1


def test_paths_and_methods_of_clients_make_no_series(client, scrape):
    before = len(scrape(client))
    for number in range(30):
        client.get(f"/nope/{number}")
        client.get(f"/docs-assets/{number}")
        client.request(f"BREW{number}", "/predict")

    seen = scrape(client)

    assert seen["movie_service_requests_total", "GET", "unmatched", "404"] == 30
    assert seen["movie_service_requests_total", "GET", "/docs-assets/{name}", "404"] == 30
    assert seen["movie_service_requests_total", "other", "/predict", "405"] == 30
    # Three counters, three histograms of 14 buckets, +Inf, sum and count, and the scrape's own two.
    assert len(seen) - before <= 3 + 3 * 17 + 18


def test_fault_is_counted_as_500(client_of, stub, scrape, example):
    stub.score = None
    client = client_of(stub)
    client.post("/predict", json=example)

    assert scrape(client)["movie_service_requests_total", "POST", "/predict", "500"] == 1


def test_buckets_surround_the_goal_of_100_ms(client, scrape):
    client.get("/health/live")
    bounds = {key[1] for key in scrape(client) if key[0].endswith("seconds_bucket")}

    assert {"0.05", "0.075", "0.1", "0.15"} <= bounds


def test_process_metrics_and_media_type(client):
    reply = client.get("/metrics")

    assert reply.headers["content-type"].startswith("text/plain; version=")
    assert "process_cpu_seconds_total" in reply.text
    assert "_created" not in reply.text


def test_missing_features_are_counted_by_name(client_of, predictor, scrape, example):
    """Movie 7 has no year."""
    client = client_of(predictor)
    client.post("/predict", json=example)
    client.post("/predict", json=example | {"movie_id": 7})
    client.post("/predict/batch", json={"requests": [example, example | {"movie_id": 7}]})

    seen = scrape(client)

    assert {key[1]: value for key, value in seen.items() if key[0] == "movie_service_feature_missing_total"} == {
        "year": 2
    }


def test_request_in_flight_is_the_scrape_itself(client, scrape, example):
    client.post("/predict", json=example)

    assert scrape(client)["movie_service_requests_in_flight",] == 1


def test_model_age_and_cost(client_of, predictor, bundle, scrape):
    client = client_of(predictor, cpu_hour_price=3600.0)
    seen = scrape(client)

    assert seen["movie_service_model_made_timestamp_seconds",] == (bundle / "manifest.json").stat().st_mtime
    assert seen["movie_service_cost_dollars_total",] == pytest.approx(seen["process_cpu_seconds_total",])
    assert seen["process_cpu_seconds_total",] > 0
    assert seen["process_resident_memory_bytes",] > 1e7
    assert seen["movie_service_workers",] == 1
    assert seen["movie_service_disk_free_bytes",] > 0
    assert seen["movie_service_network_bytes_total", "in"] >= 0


def test_spool_is_seen(client_of, predictor, scrape, example, tmp_path):
    client = client_of(predictor, prediction_log="required", spool_dir=tmp_path)
    client.post("/predict", json=example)

    seen = scrape(client)

    assert seen["movie_service_spool_files",] == 1
    assert seen["movie_service_spool_bytes",] == next(tmp_path.glob("*.open")).stat().st_size


def test_replaced_model_is_no_longer_the_one(client_of, stub, scrape):
    client = client_of(stub)
    service = client.app.state.service
    stub.version = "stub-2"
    service.use(stub)

    seen = scrape(client)

    assert seen["movie_service_model_info", "stub-1"] == 0
    assert seen["movie_service_model_info", "stub-2"] == 1


def test_off_counts_nothing_and_shows_nothing(client_of, stub, example):
    client = client_of(stub, metrics="off")

    assert client.post("/predict", json=example).status_code == 200
    assert client.get("/metrics").status_code == 404


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian package prometheus)")
def test_promtool_has_nothing_to_complain_of(client, example):
    client.post("/predict", json=example)

    done = subprocess.run(
        ["promtool", "check", "metrics"], input=client.get("/metrics").text, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_two_applications_count_apart(client_of, stub, scrape, example):
    first, second = client_of(stub), client_of(stub)
    first.post("/predict", json=example)

    assert ("movie_service_predictions_total", "0") in scrape(first)
    assert scrape(second)["movie_service_predictions_total", "0"] == 0
