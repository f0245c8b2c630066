"""Versions of a model, and the names that point to them, in a folder and in a bucket."""

import concurrent.futures
import itertools
import json
import shutil
import subprocess
import sys
import time

import pytest
from movie_service.predictor import load_predictor
from movie_service.registry.__main__ import main
from movie_service.registry.catalog import Registry, RegistryError
from movie_service.registry.follow import pull
from movie_service.registry.outside import place_at
from movie_service.registry.places import Changed, Folder
from movie_service.registry.s3 import Bucket

BUCKET = pytest.param("bucket", marks=pytest.mark.slow)
# Some of what MLflow calls is deprecated, and none of it is ours.
MLFLOW = pytest.param("mlflow", marks=[pytest.mark.full, pytest.mark.filterwarnings("ignore")])


@pytest.fixture(params=["folder", BUCKET, MLFLOW])
def place(request, tmp_path):
    """The same tests for all places."""
    if request.param == "folder":
        (tmp_path / "registry").mkdir()
        return Folder(tmp_path / "registry")
    if request.param == "bucket":
        return Bucket.at(request.getfixturevalue("bucket"))
    return place_at(request.getfixturevalue("mlflow_database"))


@pytest.fixture
def registry(place, bundle, second_bundle):
    """With two versions; none is champion."""
    registry = Registry(place)
    if not place.folders("versions/"):
        registry.add(bundle)
        registry.add(second_bundle)
    return registry


def _names(aliases):
    return aliases.champion, aliases.challenger, aliases.previous


def test_names_move(registry):
    registry.promote("1.0.0")
    registry.challenge("2.0.0")
    assert _names(registry.aliases()[0]) == ("1.0.0", "2.0.0", None)

    registry.promote("2.0.0")
    assert _names(registry.aliases()[0]) == ("2.0.0", None, "1.0.0")

    registry.rollback()
    assert _names(registry.aliases()[0]) == ("1.0.0", None, "2.0.0")
    assert [one.what for one in registry.aliases()[0].history] == ["rollback", "promote", "challenger", "promote"]


def test_promoting_the_champion_changes_nothing(registry):
    registry.promote("1.0.0")
    before = registry.aliases()
    registry.promote("1.0.0")

    assert registry.aliases() == before


def test_versions_are_listed_with_their_names(registry):
    registry.promote("2.0.0")

    assert [(one.version, one.aliases) for one in registry.versions()] == [("1.0.0", ()), ("2.0.0", ("champion",))]


def test_unknown_version_is_refused(registry):
    with pytest.raises(RegistryError) as refused:
        registry.promote("3.0.0")

    assert str(refused.value) == "There is no version '3.0.0'. There are: 1.0.0, 2.0.0."


def test_nothing_to_go_back_to_is_said(registry):
    with pytest.raises(RegistryError) as refused:
        registry.rollback()

    assert str(refused.value) == "There is no previous version to go back to. Promote one: promote VERSION."


def test_version_never_changes(registry, own_bundle, vouch):
    registry.add(own_bundle)
    online = own_bundle / "online.json"
    online.write_bytes(online.read_bytes() + b" ")
    vouch(own_bundle)

    with pytest.raises(RegistryError) as refused:
        registry.add(own_bundle)

    assert str(refused.value) == (
        "Version '1.0.0' is in the registry with another online.json. A version never changes: "
        "give the new model a new version."
    )


@pytest.mark.parametrize("place", ["folder", BUCKET], indirect=True)
def test_change_on_top_of_another_one_is_refused(place):
    place.add("aliases.json", b"{}")
    _, tag = place.read("aliases.json")
    place.change("aliases.json", b'{"champion":"a"}', tag)

    with pytest.raises(Changed):
        place.change("aliases.json", b'{"champion":"b"}', tag)
    with pytest.raises(Changed):
        place.add("aliases.json", b"{}")
    assert place.read("aliases.json")[0] == b'{"champion":"a"}'


def test_promotions_at_the_same_time_lose_no_history(folder):
    def promote(number):
        Registry(Folder(folder)).promote(f"{number % 2 + 1}.0.0")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(promote, range(12)))

    aliases = Registry(Folder(folder)).aliases()[0]
    steps = [one.version for one in aliases.history]
    assert all(one != other for one, other in itertools.pairwise(steps))


def test_half_a_version_is_not_there(folder, second_bundle):
    shutil.copytree(second_bundle, folder / "versions" / "3.0.0")
    (folder / "versions" / "3.0.0" / "manifest.json").unlink()

    assert [one.version for one in Registry(Folder(folder)).versions()] == ["1.0.0", "2.0.0"]


def test_folder_follows_the_bucket(registry, tmp_path):
    registry.promote("1.0.0")
    copy = Folder(tmp_path / "copy")
    (tmp_path / "copy").mkdir()
    pull(registry, copy)
    first = Registry(copy).aliases()[0].champion
    registry.promote("2.0.0")
    pull(registry, copy)
    pull(registry, copy)

    assert (first, Registry(copy).aliases()[0].champion) == ("1.0.0", "2.0.0")
    assert load_predictor(tmp_path / "copy" / "versions" / "2.0.0").version == "2.0.0"


def test_folder_follows_no_champion_that_was_changed(folder, tmp_path):
    """What was changed after it was promoted is refused, and the copy goes on with the champion before."""
    (tmp_path / "copy").mkdir()
    copy = Folder(tmp_path / "copy")
    pull(Registry(Folder(folder)), copy)
    Registry(Folder(folder)).promote("2.0.0")
    model = folder / "versions" / "2.0.0" / "model.txt"
    model.write_bytes(model.read_bytes()[:-1])

    with pytest.raises(RegistryError) as refused:
        pull(Registry(Folder(folder)), copy)

    size = model.stat().st_size
    assert str(refused.value) == (
        f"The champion '2.0.0' is refused. {folder}: versions/2.0.0/model.txt: the file has {size} bytes, the manifest "
        f"says {size + 1}. Add the bundle again, as a new version, and promote that."
    )
    assert Registry(copy).content()["aliases"]["champion"] == "1.0.0"
    assert not (tmp_path / "copy" / "versions" / "2.0.0").exists()


def test_folder_does_without_a_challenger_that_is_not_there(folder, tmp_path, caplog):
    Registry(Folder(folder)).challenge("2.0.0")
    shutil.rmtree(folder / "versions" / "2.0.0")
    (tmp_path / "copy").mkdir()

    pull(Registry(Folder(folder)), Folder(tmp_path / "copy"))

    assert _names(Registry(Folder(tmp_path / "copy")).aliases()[0]) == ("1.0.0", None, None)
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == [
        "the challenger '2.0.0' is left out. There is no version '2.0.0'. There are: 1.0.0."
    ]


@pytest.mark.slow
def test_follower_tells_once_what_is_wrong_and_goes_on(folder, tmp_path):
    """A registry that is broken or away for a while ends no process, and the folder stays as it is."""
    (tmp_path / "copy").mkdir()
    copy, aliases = Registry(Folder(tmp_path / "copy")), folder / "aliases.json"
    words = ["--at", str(folder), "pull", "--to", str(tmp_path / "copy"), "--every", "0.05"]
    follower = subprocess.Popen([sys.executable, "-m", "movie_service.registry", *words], stderr=subprocess.PIPE)
    try:
        _until(lambda: copy.aliases()[0].champion == "1.0.0")
        whole = aliases.read_bytes()
        aliases.write_bytes(b"{")
        lines = [json.loads(follower.stderr.readline())["message"] for _ in range(2)]
        aliases.write_bytes(whole.replace(b"1.0.0", b"2.0.0"))
        _until(lambda: copy.aliases()[0].champion == "2.0.0")
        lines.append(json.loads(follower.stderr.readline())["message"])
    finally:
        follower.kill()
        follower.communicate()

    assert lines == [
        "champion is 1.0.0",
        f"{folder}: aliases.json cannot be read. Restore it from a backup. "
        "The folder stays as it is; the next look is in 0.05 s.",
        "champion is 2.0.0",
    ]


def _until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_version_whose_files_were_changed_is_not_promoted(folder):
    online = folder / "versions" / "2.0.0" / "online.json"
    online.write_bytes(b"{" + online.read_bytes()[1:-1] + b" ")

    with pytest.raises(RegistryError, match=r"^.*versions/2\.0\.0/online\.json: the file has sha256 "):
        Registry(Folder(folder)).promote("2.0.0")

    assert Registry(Folder(folder)).aliases()[0].champion == "1.0.0"


def test_manifest_of_another_version_is_refused(folder):
    shutil.copytree(folder / "versions" / "2.0.0", folder / "versions" / "3.0.0")

    with pytest.raises(RegistryError) as refused:
        Registry(Folder(folder)).promote("3.0.0")

    assert str(refused.value) == f"{folder}: the manifest of '3.0.0' is that of '2.0.0'."


def test_command_line_shows_json_and_fills_a_folder(folder, tmp_path, capsys):
    (tmp_path / "copy").mkdir()
    words = ["--at", str(folder), "--json", "--then-pull", str(tmp_path / "copy"), "promote", "2.0.0"]

    assert main(words) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["aliases"] == {"champion": "2.0.0", "challenger": None, "previous": "1.0.0"}
    assert [one["version"] for one in found["versions"]] == ["1.0.0", "2.0.0"]
    assert Registry(Folder(tmp_path / "copy")).aliases()[0].champion == "2.0.0"


def test_command_line(tmp_path, bundle, second_bundle, capsys):
    at = ["--at", str(tmp_path)]
    statuses = [
        main([*at, *words])
        for words in (
            ["add", str(bundle)],
            ["add", str(second_bundle)],
            ["promote", "1.0.0"],
            ["promote", "2.0.0"],
            ["rollback"],
            ["challenge", "2.0.0"],
            ["list"],
        )
    ]

    assert statuses == [0] * 7
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        *("added 1.0.0", "added 2.0.0", "champion is 1.0.0", "champion is 2.0.0"),
        *("champion is 1.0.0", "challenger is 2.0.0"),
    ]
    assert [(line.split()[0], *line.split()[2:]) for line in lines[6:]] == [
        ("1.0.0", "champion"),
        ("2.0.0", "challenger", "previous"),
    ]


def test_command_line_says_what_is_wrong(tmp_path, capsys):
    assert main(["--at", str(tmp_path), "promote", "9"]) == 1
    assert capsys.readouterr().err == (
        "error: There is no version '9'. There are: none.\ntry: python -m movie_service.registry --help\n"
    )
    assert main(["--at", "ftp://x", "list"]) == 2
    assert capsys.readouterr().err.startswith("error: 'ftp://x' is not an address such as 's3://bucket/prefix'.")
