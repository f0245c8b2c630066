"""MLflow's registry: what only it can do wrong; test_places.py and test_follow_mlflow.py have the rest.

The real mlflow-skinny with a real SQLite file; the tracking server is MLflow's own application on loopback.
"""

import concurrent.futures
import hashlib
import importlib.util
import socket
import sqlite3
import threading
from pathlib import Path
from urllib.request import url2pathname

import pytest
from movie_service.registry.__main__ import main
from movie_service.registry.catalog import Registry, RegistryError
from movie_service.registry.follow import pull
from movie_service.registry.outside import place_at

# Some of what MLflow imports and calls is deprecated, and none of it is ours.
pytestmark = pytest.mark.filterwarnings("ignore")


def _artifact(client, number, name):
    source = client.get_model_version("likes-it", number).source
    return Path(url2pathname(source.removeprefix("file://"))) / name


def test_without_mlflow_the_message_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert main(["--at", f"sqlite:///{tmp_path / 'new.db'}", "add", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "error: A registry in MLflow needs the package 'mlflow', which is not installed here. "
        "Install what it needs: pip install 'movie-service[mlflow]'.\n"
        "try: python -m movie_service.registry --help\n"
    )


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("sqlite:///gone.db", 1, "There is no database 'gone.db'. The first version makes it: add FOLDER."),
        (
            "sqlite://",
            2,
            "'sqlite://' is no address of a database. Write sqlite:///PATH, such as sqlite:///mlflow.db.",
        ),
        (
            "sqlite:///x.db#it's",
            2,
            "\"it's\" is no name of a registered model. Use letters, digits, '.', '_' and '-'.",
        ),
        (
            "http://ann:secret@127.0.0.1:5000",
            2,
            "A password in the address is seen by whoever sees the processes or the log. "
            "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.",
        ),
    ],
)
def test_address_that_is_none_is_refused(address, status, said, capsys):
    assert main(["--at", address, "list"]) == status
    assert capsys.readouterr().err == f"error: {said}\ntry: python -m movie_service.registry --help\n"


@pytest.mark.full
def test_server_that_is_not_there_is_told(capsys):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        at = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert main(["--at", at, "list"]) == 1

    assert capsys.readouterr().err == (
        f"error: {at} cannot be reached: no MLflow server answers there. Start it, or mend the address.\n"
        "try: python -m movie_service.registry --help\n"
    )


@pytest.mark.full
def test_file_that_is_no_database_is_told(tmp_path, capsys):
    (tmp_path / "x.db").write_text("no database, but long enough that SQLite looks for its header in the first bytes")

    assert main(["--at", f"sqlite:///{tmp_path / 'x.db'}", "list"]) == 1
    assert capsys.readouterr().err.startswith(
        f"error: sqlite:///{tmp_path / 'x.db'} cannot be used: (sqlite3.DatabaseError) file is not a database\n"
    )


@pytest.mark.full
def test_changed_model_is_neither_promoted_nor_taken(in_mlflow, client, copy):
    pull(in_mlflow, copy)
    model = _artifact(client, 2, "model.txt")
    content = model.read_bytes()
    model.write_bytes(content.replace(b"tree_sizes", b"tree_sizez", 1))
    client.set_registered_model_alias("likes-it", "champion", 2)

    with pytest.raises(RegistryError) as refused:
        pull(in_mlflow, copy)
    with pytest.raises(RegistryError) as unpromoted:
        in_mlflow.promote("2.0.0")

    was, now = (hashlib.sha256(one).hexdigest()[:12] for one in (content, model.read_bytes()))
    assert str(unpromoted.value) == (
        f"{in_mlflow.place.name}: versions/2.0.0/model.txt: the file has sha256 {now}…, the manifest says {was}…: "
        "it was changed after training. Add the bundle again, as a new version, and promote that."
    )
    assert str(refused.value) == f"The champion '2.0.0' is refused. {unpromoted.value}"
    assert Registry(copy).aliases()[0].champion == "1.0.0"


@pytest.mark.full
def test_model_and_manifest_changed_together_are_refused(in_mlflow, client, vouch):
    """The manifest's digest is in the database, out of reach of who can write artifacts only."""
    model = _artifact(client, 2, "model.txt")
    model.write_bytes(model.read_bytes().replace(b"tree\n", b"tree\n\n", 1))
    vouch(model.parent, version="2.0.0")

    with pytest.raises(RegistryError) as refused:
        in_mlflow.promote("2.0.0")

    assert str(refused.value) == (
        f"{in_mlflow.place.name}: versions/2.0.0/manifest.json: the file is not the one that was registered. "
        "Add the bundle again, as a new version, and promote that."
    )


@pytest.mark.full
def test_alias_that_points_to_no_bundle_of_ours(in_mlflow, client, copy):
    """Another tool registered a model of its own and made it champion. Promoting mends that."""
    pull(in_mlflow, copy)
    client.create_model_version("likes-it", "file:///nowhere")
    client.set_registered_model_alias("likes-it", "champion", 3)

    with pytest.raises(RegistryError) as refused:
        pull(in_mlflow, copy)

    assert str(refused.value) == (
        "The champion 'mlflow:3' is refused. There is no version 'mlflow:3'. There are: 1.0.0, 2.0.0."
    )
    assert Registry(copy).aliases()[0].champion == "1.0.0"
    assert in_mlflow.promote("2.0.0").champion == "2.0.0"
    assert client.get_registered_model("likes-it").aliases == {"champion": 2, "previous": 3}


@pytest.mark.full
def test_version_that_mlflow_deleted_is_not_there(in_mlflow, client):
    """Its aliases go with it, and its name is free again."""
    in_mlflow.promote("2.0.0")
    client.delete_model_version("likes-it", "2")

    aliases = in_mlflow.aliases()[0]

    assert (aliases.champion, aliases.previous) == (None, "1.0.0")
    assert [one.version for one in in_mlflow.versions()] == ["1.0.0"]


@pytest.mark.full
def test_two_that_register_the_same_version_leave_one(mlflow_database, in_mlflow, own_bundle, vouch):
    """MLflow itself keeps both, as two numbers."""
    vouch(own_bundle, version="3.0.0")
    both = threading.Barrier(2)

    def add(_):
        one = Registry(place_at(mlflow_database))
        both.wait(60)
        return one.add(own_bundle)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(add, range(2))) == ["3.0.0", "3.0.0"]

    assert [one.version for one in in_mlflow.versions()] == ["1.0.0", "2.0.0", "3.0.0"]
    assert len(in_mlflow.place._client.search_model_versions("name = 'likes-it'")) == 3


@pytest.mark.full
@pytest.mark.parametrize(
    ("verb", "second"),
    [("promote", "champion"), ("rollback", "previous")],
)
def test_change_that_is_cut_off_in_between_loses_no_good_version(in_mlflow, mlflow_database, verb, second):
    """SQLite itself refuses the second alias; a server could die there. 2.0.0 is the bad one, 1.0.0 still answers."""
    if verb == "rollback":
        in_mlflow.promote("2.0.0")
    with sqlite3.connect(mlflow_database.removeprefix("sqlite:///")) as database:
        for event in ("INSERT", "UPDATE"):
            database.execute(
                f"CREATE TRIGGER cut_{event} BEFORE {event} ON registered_model_aliases WHEN NEW.alias = '{second}' "
                "BEGIN SELECT RAISE(ABORT, 'cut off'); END"
            )
    database.close()

    with pytest.raises(Exception, match="cut off"):
        in_mlflow.promote("2.0.0") if verb == "promote" else in_mlflow.rollback()

    aliases = in_mlflow.aliases()[0]
    assert (aliases.champion, aliases.previous) == ("1.0.0", "1.0.0")


@pytest.mark.full
def test_training_is_the_run_that_mlflow_shows(in_mlflow, client):
    run = client.get_run(client.get_model_version("likes-it", 1).run_id)

    assert run.info.run_name == "1.0.0"
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seed": "3", "rows": "3000", "synthetic": "True"}
    assert run.data.metrics == {"auc": 0.8}
