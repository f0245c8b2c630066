"""A batch read as columns: nothing that pydantic refuses, nothing read differently, the same rows and answers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from movie_service.columns import Columns, One, columns_of
from movie_service.schemas import EXAMPLE, BatchRequest, parse_body
from pydantic import ValidationError

ODD = st.sampled_from(
    [None, True, False, "21", "", 0, -1, 1, 1.0, 21.5, 120, 121, 2**53 - 1, 2**53, 2**63, 2**64, 1e300, "M", "none", []]
)
ONE = st.dictionaries(st.sampled_from([*EXAMPLE, "x"]), ODD, max_size=2).map(lambda change: {**EXAMPLE, **change})
LESS = st.sampled_from(list(EXAMPLE)).map(lambda left: {name: EXAMPLE[name] for name in EXAMPLE if name != left})
BATCH = st.lists(ONE | LESS | st.just(EXAMPLE) | ODD, max_size=3).map(lambda some: {"requests": some})


def _by_pydantic(body):
    try:
        return [(*one.model_dump().values(),) for one in parse_body(BatchRequest, body).requests]
    except ValidationError:
        return None


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(BATCH | BATCH.map(lambda batch: {**batch, "x": 1}) | ODD)
def test_what_is_taken_is_what_pydantic_takes(content):
    body = json.dumps(content).encode()

    found = columns_of(body)

    assert found is None or [tuple(one) for one in found] == _by_pydantic(body)


@pytest.mark.parametrize(
    "change",
    [
        {"age": 0}, {"age": 121}, {"age": True}, {"age": "21"}, {"age": 21.5}, {"age": None}, {"user_id": 2**53},
        {"gender": "X"}, {"occupation": "king"}, {"x": 1}, {"movie_id": 0}, {"movie_id": 2**64},
    ],
)  # fmt: skip
def test_what_is_wrong_is_left_to_pydantic(example, change):
    assert columns_of(json.dumps({"requests": [example, {**example, **change}]}).encode()) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"requests":[]}', b'{"requests":[{}]}', b'{"requests":1}', b"\xff", b'{"requests":[']
)
def test_what_is_no_batch_is_left_to_pydantic(body):
    assert columns_of(body) is None


def test_right_batch_is_taken_without_pydantic(asked):
    body = json.dumps({"requests": [one.model_dump() for one in asked]}).encode()

    columns = columns_of(body)

    assert [tuple(one) for one in columns] == [tuple(one.model_dump().values()) for one in asked]


def test_columns_are_a_sequence(asked):
    columns = Columns.of(asked)

    assert len(columns) == 1000
    assert columns[3] == One(**asked[3].model_dump()) == columns[3:5][0]
    assert Columns.of(columns) is columns


def test_rows_are_those_of_the_requests_alone(predictor, asked):
    together = predictor.rows(Columns.of(asked))

    assert together.tobytes() == b"".join(predictor.row(one).tobytes() for one in asked)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_answers_are_those_of_single_requests(client, asked, count):
    bodies = [one.model_dump() for one in asked[:count]]

    batch = client.post("/predict/batch", json={"requests": bodies}).json()

    single = [client.post("/predict", json=body).json() for body in bodies]
    assert batch["predictions"] == [{name: one[name] for name in ("prediction", "prediction_class")} for one in single]
    assert set(batch) == {"predictions", "model_version", "inference_time_ms"}
    assert batch["model_version"] == "1.0.0" and batch["inference_time_ms"] > 0


def test_whole_float_in_a_batch_is_a_whole_number(client, example):
    reply = client.post("/predict/batch", json={"requests": [example, {**example, "age": 21.0}]})

    first, second = reply.json()["predictions"]
    assert first == second
