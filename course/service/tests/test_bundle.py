"""A bundle that is not what its manifest says is refused before LightGBM sees it."""

import json

import pytest
from movie_service.bundle import read_bundle
from movie_service.errors import ModelUnavailable
from movie_service.predictor import load_predictor

AGAIN = "Copy the whole bundle again or train it anew, then restart the service."
RELEASE = "Use a bundle and a service of the same release, then restart the service."


def _cut(folder, name, keep):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:keep])


def _replace(folder, name, old, new):
    content = (folder / name).read_bytes()
    assert old in content
    (folder / name).write_bytes(content.replace(old, new, 1))


def refusal(folder):
    """What the service says about the bundle, with the folder and digests made readable."""
    with pytest.raises(ModelUnavailable) as refused:
        load_predictor(folder)
    return str(refused.value).replace(str(folder), "FOLDER")


def test_whole_bundle_is_read(bundle):
    read = read_bundle(bundle)

    assert read.manifest.version == "1.0.0"
    assert read.model.startswith(b"tree\n")


def test_missing_folder(tmp_path):
    assert refusal(tmp_path / "nowhere") == (
        "There is no folder 'FOLDER'. Train a model into it, or set MOVIE_SERVICE_MODEL_DIR to the folder "
        "of a bundle; then restart the service."
    )


@pytest.mark.parametrize("name", ["manifest.json", "model.txt", "online.json"])
def test_missing_file(own_bundle, name):
    (own_bundle / name).unlink()

    assert refusal(own_bundle) == f"FOLDER/{name}: the file is missing. {AGAIN}"


@pytest.mark.parametrize("name", ["manifest.json", "model.txt", "online.json"])
def test_empty_file(own_bundle, name):
    (own_bundle / name).write_bytes(b"")

    assert refusal(own_bundle) == f"FOLDER/{name}: the file is empty. {AGAIN}"


def test_folder_in_place_of_a_file(own_bundle):
    (own_bundle / "model.txt").unlink()
    (own_bundle / "model.txt").mkdir()

    assert refusal(own_bundle) == f"FOLDER/model.txt: the file cannot be read (Is a directory). {AGAIN}"


@pytest.mark.parametrize("keep", [1, 100, 5000])
def test_truncated_model(own_bundle, keep):
    whole = (own_bundle / "model.txt").stat().st_size
    _cut(own_bundle, "model.txt", keep)

    assert refusal(own_bundle) == (f"FOLDER/model.txt: the file has {keep} bytes, the manifest says {whole}. {AGAIN}")


@pytest.mark.parametrize("name", ["model.txt", "online.json"])
def test_tampered_file(own_bundle, name):
    _replace(own_bundle, name, b"1", b"2")

    found = refusal(own_bundle)

    assert found.startswith(f"FOLDER/{name}: the file has sha256 ")
    assert found.endswith(f"…: it was changed after training. {AGAIN}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, f"the bundle has format 2, this service reads format 1. {RELEASE}"),
        ({"files": {}}, f"model.txt: the manifest does not list this file. {AGAIN}"),
        ({"threshold": 2}, f"threshold: Input should be less than or equal to 1. {AGAIN}"),
        ({"version": ""}, "version: String should match pattern '^[0-9A-Za-z.+_-]{1,64}$'. " + AGAIN),
        (
            {"features": ["age"]},
            f"model.txt: the model's features are not those of the manifest in the same order. {AGAIN}",
        ),
    ],
)
def test_wrong_manifest(own_bundle, vouch, change, message):
    vouch(own_bundle, **change)

    assert refusal(own_bundle).removeprefix("FOLDER/").removeprefix("manifest.json: ") == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", f"FOLDER/manifest.json: the file is not JSON. {AGAIN}"),
        (b"\xff\xfe", f"FOLDER/manifest.json: the file is not JSON. {AGAIN}"),
        (b"[" * 100_000, f"FOLDER/manifest.json: the file is not JSON. {AGAIN}"),
        (b"[]", f"FOLDER/manifest.json: the file: Input should be an object. {AGAIN}"),
        (b"{}", f"FOLDER/manifest.json: schema: Field required. {AGAIN}"),
    ],
)
def test_spoiled_manifest(own_bundle, content, message):
    (own_bundle / "manifest.json").write_bytes(content)

    assert refusal(own_bundle) == message


def test_swapped_features_are_refused(own_bundle, vouch):
    """The text model names its columns, so a manifest with another order cannot go unnoticed."""
    features = json.loads((own_bundle / "manifest.json").read_bytes())["features"]
    features[0], features[1] = features[1], features[0]
    vouch(own_bundle, features=features)

    assert refusal(own_bundle) == (
        f"FOLDER/model.txt: the model's features are not those of the manifest in the same order. {AGAIN}"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"tree\n", b"trie\n", f"the file is not a LightGBM text model. {AGAIN}"),
        (b"=v4", b"=v9", f"the model has LightGBM's text format 'v9', this service reads 'v4'. {RELEASE}"),
        (b"tree_sizes=", b"tree_sizes=9", f"the model text ends before its last tree. {AGAIN}"),
        (b"tree_sizes=", b"tree_sizes=-", f"the model text ends before its last tree. {AGAIN}"),
        (b"Tree=3\n", b"Tree=8\n", f"the model text ends before its last tree. {AGAIN}"),
    ],
)  # fmt: skip
def test_model_that_lightgbm_would_not_survive_is_refused_even_when_vouched_for(own_bundle, vouch, old, new, message):
    _replace(own_bundle, "model.txt", old, new)
    vouch(own_bundle)

    assert refusal(own_bundle) == f"FOLDER/model.txt: {message}"


@pytest.mark.parametrize("percent", [1, 5, 20, 50, 80])
def test_half_a_model_is_refused_even_when_vouched_for(own_bundle, vouch, percent):
    """LightGBM aborts the process on some of these; this test would then never report."""
    _cut(own_bundle, "model.txt", (own_bundle / "model.txt").stat().st_size * percent // 100)
    vouch(own_bundle)

    assert refusal(own_bundle).startswith("FOLDER/model.txt: ")


def test_model_that_lightgbm_itself_refuses(own_bundle, vouch):
    _replace(own_bundle, "model.txt", b"num_class=", b"sum_class=")
    vouch(own_bundle)

    assert refusal(own_bundle) == (
        "FOLDER/model.txt: LightGBM refuses the model (LightGBM: Model file doesn't specify the number of "
        "classes). Train the model anew."
    )


def test_other_occupations_are_refused(own_bundle, vouch):
    """The model knows an occupation by its number, so another list would score everyone wrongly."""
    _replace(own_bundle, "online.json", b'"administrator", "artist"', b'"artist", "administrator"')
    vouch(own_bundle)

    assert refusal(own_bundle) == (
        "FOLDER/online.json: the occupations are not the 21 that this service accepts, in their order. "
        "Use a bundle and a service of the same release."
    )
