"""The peers: each gets the same requests in its own words, the same model, and a reason when it is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.benchmarks.peers import environments, measure
from course.benchmarks.peers.catalogue import PEERS
from course.benchmarks.report import PEERS as ROWS
from course.benchmarks.report import BenchTrouble
from course.start.console import console_for
from course.start.places import Places

ROOT = Path(__file__).parents[3]
REQUEST = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}


def test_every_peer_has_its_row():
    assert tuple(peer.row for peer in PEERS) == ROWS


def test_each_is_asked_in_its_own_words():
    asked = {peer.package.name: json.loads(peer.bodies([json.dumps(REQUEST)])[0]) for peer in PEERS}

    tensors = asked.pop("MLServer")["inputs"]
    assert asked == {
        "KServe": {"instances": [REQUEST]},
        "LitServe": REQUEST,
        "BentoML": {"request": REQUEST},
        "mlflow": {"dataframe_records": [REQUEST]},
    }
    assert {one["name"]: one["data"][0] for one in tensors} == REQUEST
    assert {one["datatype"] for one in tensors} == {"INT64", "BYTES"}


def test_versions_are_pinned_and_alike_for_the_model():
    pins = [peer.package.requirements for peer in PEERS]

    assert all("==" in one for pin in pins for one in pin)
    assert {pin[1:] for pin in pins} == {environments.MODEL}


@pytest.mark.slow
def test_peers_answer_what_the_service_answers(tmp_path):
    from movie_service.predictor import load_predictor
    from movie_service.schemas import PredictionRequest

    from course.benchmarks.peers.same import Model
    from course.training import train
    from course.training.generate import generate

    generate(tmp_path / "data", users=300, movies=320, ratings=9_000)
    train.train(tmp_path / "data", tmp_path / "model")

    said = Model(tmp_path / "model").answer(REQUEST)

    assert said["prediction"] == load_predictor(tmp_path / "model").score(PredictionRequest(**REQUEST))


def test_a_peer_that_does_not_install_is_named_with_the_reason(tmp_path):
    package = environments.Package("Nobody", "no-such-server==1.0")
    places = Places(tmp_path)
    words = ["sh", "-c", "echo trying; echo 'no version of no-such-server' >&2; exit 1"]

    with console_for().step("test", "") as step, pytest.raises(BenchTrouble) as trouble:
        environments._do(package, words, places, step)

    assert str(trouble.value) == "no-such-server==1.0 does not install here: | no version of no-such-server"


def test_ratio_is_theirs_over_ours():
    found = {"ours": (100.0, 200.0, 150.0), "fast": (50.0,), "peer: KServe": (900.0, 600.0, 700.0)}

    row = measure._row(PEERS[0], found, 3)

    assert (row.name, row.ratio) == ("peer: KServe", 700 / 150)
