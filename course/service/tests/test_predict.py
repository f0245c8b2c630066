"""POST /predict and POST /predict/batch with good requests."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import get_ident

import numpy as np
import pytest


def test_prediction_has_the_four_fields(client, example):
    reply = client.post("/predict", json=example)

    answer = reply.json()
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert set(answer) == {"prediction", "prediction_class", "model_version", "inference_time_ms"}
    assert answer["model_version"] == "1.0.0"
    assert 0 < answer["prediction"] < 1
    assert answer["prediction_class"] == int(answer["prediction"] >= 0.5)
    assert answer["inference_time_ms"] > 0


@pytest.mark.slow
def test_batch_keeps_the_order(client, asked):
    body = {"requests": [one.model_dump() for one in asked[:150]]}

    batch = client.post("/predict/batch", json=body).json()

    singles = [client.post("/predict", json=one).json() for one in body["requests"]]
    assert [one["prediction"] for one in batch["predictions"]] == [one["prediction"] for one in singles]
    assert len({one["prediction"] for one in singles}) > 20


def test_single_batch_and_lightgbm_agree_to_the_bit(predictor, asked, bundle):
    import lightgbm

    rows = predictor._rows.rows(asked)
    matrix = np.frombuffer(rows, dtype=np.float64).reshape(len(asked), -1)
    expected = lightgbm.Booster(model_file=bundle / "model.txt").predict(matrix).tolist()

    assert predictor.score_many(asked) == expected
    assert [predictor.score(one) for one in asked] == expected
    assert len(set(expected)) > 50


def test_json_carries_every_bit(client, predictor, asked):
    replies = [client.post("/predict", json=one.model_dump()).json() for one in asked[:50]]

    assert [reply["prediction"] for reply in replies] == [predictor.score(one) for one in asked[:50]]


def test_unknown_user_is_answered(client, example):
    reply = client.post("/predict", json=example | {"user_id": 2**53 - 1})

    assert reply.status_code == 200


@pytest.mark.parametrize("content_type", [None, "application/json; charset=utf-8", "application/vnd.api+json"])
def test_json_is_taken_under_its_names(client, example, content_type):
    request = client.build_request("POST", "/predict", json=example)
    del request.headers["content-type"]
    if content_type:
        request.headers["content-type"] = content_type

    assert client.send(request).status_code == 200


def test_class_follows_the_threshold_of_the_model(client_of, stub, example):
    stub.threshold = 0.1

    answer = client_of(stub).post("/predict", json=example | {"age": 20}).json()

    assert (answer["prediction"], answer["prediction_class"]) == (0.1, 1)


def test_whole_number_written_with_a_point_is_an_integer(client, example):
    """To JSON Schema 21.0 is an integer, and so it is to clients that know only one kind of number."""
    exact = client.post("/predict", json=example).json()
    body = json.dumps(example | {"age": 21.0, "user_id": 259.0})
    batch = {"requests": [example, example | {"movie_id": 298.0}]}

    assert client.post("/predict", content=body).json()["prediction"] == exact["prediction"]
    assert client.post("/predict/batch", json=batch).status_code == 200


def test_batches_in_a_thread_do_not_disturb_single_requests(predictor, asked):
    """LightGBM releases the GIL: both really run at once, each with a booster of its own."""
    expected = predictor.score_many(asked)

    with ThreadPoolExecutor(3) as pool:
        batches = [pool.submit(predictor.score_many, asked) for _ in range(12)]
        singles = [[predictor.score(one) for one in asked] for _ in range(3)]

    assert all(batch.result() == expected for batch in batches)
    assert all(single == expected for single in singles)


@pytest.mark.parametrize(("count", "inline"), [(100, True), (101, False)])
def test_large_batches_leave_the_event_loop(client_of, stub, example, count, inline):
    threads = []
    stub.inline = True
    stub.score_many = lambda requests: threads.append(get_ident()) or [0.5] * len(requests)
    stub.score = lambda request: threads.append(get_ident()) or 0.5

    with client_of(stub) as client:
        client.post("/predict", json=example)
        client.post("/predict/batch", json={"requests": [example] * count})

    assert (threads[0] == threads[1]) is inline
