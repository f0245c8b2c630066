"""Alive, ready, and what a service without a usable model says."""

import threading

import pytest
from movie_service.app import create_app
from movie_service.settings import Settings


def test_alive_and_ready(client):
    assert client.get("/health/live").json() == {"status": "alive"}
    assert client.get("/health/ready").json() == {"status": "ready", "model_version": "1.0.0"}


def test_model_shows_its_manifest(client):
    facts = client.get("/model").json()

    assert (facts["name"], facts["version"], facts["threshold"]) == ("likes-it", "1.0.0", 0.5)
    assert facts["features"][:4] == ["age", "gender_m", "occupation", "year"]
    assert set(facts["files"]) == {"model.txt", "online.json"}
    assert facts["training"]["synthetic"] is True


@pytest.mark.parametrize("spoil", ["missing", "truncated", "empty", "tampered", "wrong version"])
def test_bad_model_file_leaves_a_living_service_that_is_not_ready(own_bundle, vouch, spoil, caplog):
    from starlette.testclient import TestClient

    model = own_bundle / "model.txt"
    content = model.read_bytes()
    changed = {"truncated": content[:900], "empty": b"", "tampered": content.replace(b"=1", b"=2", 1)}
    if spoil == "missing":
        model.unlink()
    elif spoil == "wrong version":
        vouch(own_bundle, schema=2)
    else:
        model.write_bytes(changed[spoil])

    client = TestClient(create_app(settings=Settings(model_dir=own_bundle, access_log="off")))

    named = own_bundle / ("manifest.json" if spoil == "wrong version" else "model.txt")
    answers = [client.get("/health/ready"), client.post("/predict", json={}), client.get("/model")]
    assert client.get("/health/live").status_code == 200
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert {answer.json()["detail"] for answer in answers} == {
        caplog.records[0].message.replace("the service is not ready:", "No model is loaded.")
    }
    assert answers[0].json()["detail"].startswith(f"No model is loaded. {named}: ")
    assert answers[0].json()["detail"].endswith("then restart the service.")


def test_stub_of_three_members_is_a_model(client_of, stub, example):
    client = client_of(stub)

    answer = client.post("/predict", json=example).json()
    batch = client.post("/predict/batch", json={"requests": [example, example | {"age": 120}]}).json()

    assert (answer["prediction"], answer["prediction_class"], answer["model_version"]) == (0.105, 0, "stub-1")
    assert [one["prediction_class"] for one in batch["predictions"]] == [0, 1]
    assert client.get("/model").json()["version"] == "stub-1"


def test_slow_model_keeps_nobody_waiting(client_of, stub, example):
    """Two predictions are held inside the model; the health check is answered meanwhile."""
    inside, gate = threading.Barrier(3), threading.Event()

    def score(request):
        inside.wait(30)
        gate.wait(30)
        return 0.25

    stub.score = score
    with client_of(stub) as client:
        replies = []
        calls = [
            threading.Thread(target=lambda: replies.append(client.post("/predict", json=example))) for _ in range(2)
        ]
        for call in calls:
            call.start()
        inside.wait(30)
        live = client.get("/health/live")
        gate.set()
        for call in calls:
            call.join()

    assert live.status_code == 200
    assert [reply.json()["prediction"] for reply in replies] == [0.25, 0.25]
