"""The bundle holds what a service needs, vouches for it, and is the same for the same data."""

import hashlib
import json
import re

import numpy as np
import pytest
from movie_service.bundle import read_bundle

from course.__main__ import main
from course.training.bundle import write_bundle
from course.training.errors import TrainingError
from course.training.features import FEATURES
from course.training.fit import explain_missing_library, fit, prepare
from course.training.generate import generate
from course.training.loader import load
from course.training.metrics import auc


@pytest.fixture(scope="module")
def bundle(small_data, small_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "model"
    write_bundle(folder, small_data, *small_model)
    return folder


@pytest.fixture(scope="module")
def manifest(bundle):
    return json.loads((bundle / "manifest.json").read_text())


def test_the_manifest_has_the_agreed_facts(manifest, small_data, small_model):
    training = manifest["training"]

    assert (manifest["schema"], manifest["name"], manifest["version"]) == (1, "likes-it", "1.0.0")
    assert (manifest["features"], manifest["threshold"]) == (list(FEATURES), 0.5)
    assert set(training) == {"data_sha256", "seed", "rows", "split", "trees", "synthetic"}
    assert (training["rows"], training["synthetic"]) == (9000, True)
    assert training["data_sha256"] == small_data.sha256 and training["trees"] == small_model[1].trees
    assert set(manifest["metrics"]) == {"auc", "log_loss", "base_rate"}
    assert set(manifest["versions"]) == {"lightgbm", "numpy", "python"}


def test_the_manifest_vouches_for_each_file(bundle, manifest):
    assert set(manifest["files"]) == {"model.txt", "online.json"}
    for name, entry in manifest["files"].items():
        content = (bundle / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_the_service_accepts_the_bundle(bundle):
    assert read_bundle(bundle).manifest.features == list(FEATURES)


def test_the_model_text_predicts_what_was_judged(bundle, manifest, small_model):
    import lightgbm

    prepared, trained = small_model
    booster = lightgbm.Booster(model_file=bundle / "model.txt")

    predicted = booster.predict(prepared.matrix[prepared.split.test])

    np.testing.assert_array_equal(predicted, trained.predicted)
    assert manifest["metrics"]["auc"] == round(auc(prepared.like[prepared.split.test], predicted), 6)
    assert (booster.feature_name(), booster.num_trees()) == (list(FEATURES), trained.trees)


def test_the_online_tables_know_all_users_and_movies(bundle, small_data):
    online = json.loads((bundle / "online.json").read_bytes())

    assert (len(online["genres"]), len(online["occupations"])) == (19, 21)
    assert set(online["users"]["259"]) == {"n", "like", "genre_affinity"}
    assert set(online["items"]["298"]) == {"title", "year", "genres", "n", "like"}
    assert (len(online["users"]), len(online["items"])) == (300, 320)
    assert sum(user["n"] for user in online["users"].values()) == len(small_data.ratings)


def test_the_prior_is_learned_from_the_training_part_alone(bundle, small_model):
    prepared, _ = small_model
    online = json.loads((bundle / "online.json").read_bytes())
    assert online["prior_like"] == prepared.like[prepared.split.train].mean()


def test_the_same_data_gives_the_same_bytes(bundle, small_folder, tmp_path):
    assert main(["train", "--data", str(small_folder), "--out", str(tmp_path / "again")]) == 0

    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert again == {path.name: path.read_bytes() for path in bundle.iterdir()}


def test_the_card_says_what_it_must(bundle, manifest):
    card = (bundle / "MODEL_CARD.md").read_text()

    headings = re.findall(r"^## (.*)", card, re.MULTILINE)
    assert headings == [
        *("Intended use", "Data", "Features", "Training", "Metrics on the test part", "Limits"),
    ]
    assert f"| this model | {manifest['metrics']['auc']:.4f} |" in card
    assert all(f"| {name} |" in card for name in ("age 18 to 24", "gender F", "gender M"))
    assert "must not be used" in card and "Cold start" in card and "--seed 100" in card


def test_the_card_of_real_data_does_not_call_it_synthetic(copied, tmp_path):
    (copied / "SYNTHETIC").unlink()
    data = load(copied)
    prepared = prepare(data)
    write_bundle(tmp_path / "model", data, prepared, fit(prepared))

    card = (tmp_path / "model" / "MODEL_CARD.md").read_text()
    assert "ynthetic" not in card and "its license excludes commercial use" in card


def test_a_new_bundle_takes_the_place_of_the_old_one(small_data, small_model, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.txt").write_text("old")

    write_bundle(folder, small_data, *small_model)

    assert (folder / "model.txt").read_text() == small_model[1].text
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_folder_with_other_files_is_not_replaced(small_folder, tmp_path, capsys):
    (tmp_path / "thesis.docx").touch()

    assert main(["train", "--data", str(small_folder), "--out", str(tmp_path)]) == 2

    assert capsys.readouterr().err == (
        f"error: {tmp_path} holds 'thesis.docx', which this command did not write and would delete.\n"
        "try: choose another folder with --out, or move that file away\n"
    )


def test_missing_data_is_told_with_the_command_that_makes_it(tmp_path, capsys):
    assert main(["train", "--data", str(tmp_path / "no"), "--out", str(tmp_path / "model")]) == 2

    assert capsys.readouterr().err == (
        f"error: There is no folder {tmp_path / 'no'}.\ntry: python -m course data --out {tmp_path / 'no'}\n"
    )
    assert not (tmp_path / "model").exists()


def test_too_few_ratings_are_refused(copied):
    lines = (copied / "u.data").read_text().split("\n")
    (copied / "u.data").write_text("\n".join(lines[:3]))

    with pytest.raises(TrainingError) as error:
        prepare(load(copied))

    assert re.fullmatch(
        r"The \w+ part of the ratings \(\d of 3\) does not hold both likes and dislikes\. "
        r"Try: use a data set with more ratings",
        str(error.value),
    )


def test_a_missing_openmp_runtime_is_explained():
    cause = OSError("libgomp.so.1: cannot open shared object file: No such file or directory")

    assert str(explain_missing_library(cause)) == (
        "LightGBM cannot be loaded: libgomp.so.1: cannot open shared object file: No such file or directory. "
        "Try: apt-get install libgomp1 (Debian, Ubuntu) or brew install libomp (macOS)"
    )


@pytest.mark.slow
def test_the_default_seed_reaches_the_promised_auc(full_folder):
    trained = fit(prepare(load(full_folder)))

    assert trained.auc >= 0.75
    assert 75 <= trained.trees <= 150


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 2026])
def test_other_seeds_reach_it_too(seed, tmp_path):
    """So that the figure is a property of the made-up world, and not of one lucky draw."""
    generate(tmp_path / "data", seed=seed)
    assert fit(prepare(load(tmp_path / "data"))).auc >= 0.75
