"""MLflow's registry: what only it can do wrong, and a service that follows it. test_registry.py is the rest.

The real mlflow-skinny with a real SQLite file; the tracking server is MLflow's own application on loopback.
"""

import concurrent.futures
import gc
import hashlib
import http.client
import importlib.util
import json
import logging
import socket
import sqlite3
import sys
import threading
import time
from pathlib import Path
from urllib.request import url2pathname

import pytest
import requests
from movie_service.registry.__main__ import main
from movie_service.registry.catalog import Registry, RegistryError
from movie_service.registry.follow import pull
from movie_service.registry.outside import place_at
from movie_service.registry.places import Folder
from movie_service.security import keys

# Some of what MLflow imports and calls is deprecated, and none of it is ours.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def registry(mlflow_database):
    """With two versions; 1.0.0 is champion."""
    registry = Registry(place_at(mlflow_database))
    registry.promote("1.0.0")
    return registry


@pytest.fixture
def client(mlflow_database, registry):
    """MLflow's own client of the same database: another team's tool."""
    from mlflow import MlflowClient

    return MlflowClient(mlflow_database, mlflow_database)


@pytest.fixture
def copy(tmp_path):
    """A folder that follows."""
    (tmp_path / "copy").mkdir()
    return Folder(tmp_path / "copy")


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
def test_changed_model_is_neither_promoted_nor_taken(registry, client, copy):
    pull(registry, copy)
    model = _artifact(client, 2, "model.txt")
    content = model.read_bytes()
    model.write_bytes(content.replace(b"tree_sizes", b"tree_sizez", 1))
    client.set_registered_model_alias("likes-it", "champion", 2)

    with pytest.raises(RegistryError) as refused:
        pull(registry, copy)
    with pytest.raises(RegistryError) as unpromoted:
        registry.promote("2.0.0")

    was, now = (hashlib.sha256(one).hexdigest()[:12] for one in (content, model.read_bytes()))
    assert str(unpromoted.value) == (
        f"{registry.place.name}: versions/2.0.0/model.txt: the file has sha256 {now}…, the manifest says {was}…: "
        "it was changed after training. Add the bundle again, as a new version, and promote that."
    )
    assert str(refused.value) == f"The champion '2.0.0' is refused. {unpromoted.value}"
    assert Registry(copy).aliases()[0].champion == "1.0.0"


@pytest.mark.full
def test_model_and_manifest_changed_together_are_refused(registry, client, vouch):
    """The manifest's digest is in the database, out of reach of who can write artifacts only."""
    model = _artifact(client, 2, "model.txt")
    model.write_bytes(model.read_bytes().replace(b"tree\n", b"tree\n\n", 1))
    vouch(model.parent, version="2.0.0")

    with pytest.raises(RegistryError) as refused:
        registry.promote("2.0.0")

    assert str(refused.value) == (
        f"{registry.place.name}: versions/2.0.0/manifest.json: the file is not the one that was registered. "
        "Add the bundle again, as a new version, and promote that."
    )


@pytest.mark.full
def test_alias_that_points_to_no_bundle_of_ours(registry, client, copy):
    """Another tool registered a model of its own and made it champion. Promoting mends that."""
    pull(registry, copy)
    client.create_model_version("likes-it", "file:///nowhere")
    client.set_registered_model_alias("likes-it", "champion", 3)

    with pytest.raises(RegistryError) as refused:
        pull(registry, copy)

    assert str(refused.value) == (
        "The champion 'mlflow:3' is refused. There is no version 'mlflow:3'. There are: 1.0.0, 2.0.0."
    )
    assert Registry(copy).aliases()[0].champion == "1.0.0"
    assert registry.promote("2.0.0").champion == "2.0.0"
    assert client.get_registered_model("likes-it").aliases == {"champion": 2, "previous": 3}


@pytest.mark.full
def test_version_that_mlflow_deleted_is_not_there(registry, client):
    """Its aliases go with it, and its name is free again."""
    registry.promote("2.0.0")
    client.delete_model_version("likes-it", "2")

    aliases = registry.aliases()[0]

    assert (aliases.champion, aliases.previous) == (None, "1.0.0")
    assert [one.version for one in registry.versions()] == ["1.0.0"]


@pytest.mark.full
def test_two_that_register_the_same_version_leave_one(mlflow_database, registry, own_bundle, vouch):
    """MLflow itself keeps both, as two numbers."""
    vouch(own_bundle, version="3.0.0")
    both = threading.Barrier(2)

    def add(_):
        one = Registry(place_at(mlflow_database))
        both.wait(60)
        return one.add(own_bundle)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(add, range(2))) == ["3.0.0", "3.0.0"]

    assert [one.version for one in registry.versions()] == ["1.0.0", "2.0.0", "3.0.0"]
    assert len(registry.place._client.search_model_versions("name = 'likes-it'")) == 3


@pytest.mark.full
@pytest.mark.parametrize(
    ("verb", "second"),
    [("promote", "champion"), ("rollback", "previous")],
)
def test_change_that_is_cut_off_in_between_loses_no_good_version(registry, mlflow_database, verb, second):
    """SQLite itself refuses the second alias; a server could die there. 2.0.0 is the bad one, 1.0.0 still answers."""
    if verb == "rollback":
        registry.promote("2.0.0")
    with sqlite3.connect(mlflow_database.removeprefix("sqlite:///")) as database:
        for event in ("INSERT", "UPDATE"):
            database.execute(
                f"CREATE TRIGGER cut_{event} BEFORE {event} ON registered_model_aliases WHEN NEW.alias = '{second}' "
                "BEGIN SELECT RAISE(ABORT, 'cut off'); END"
            )
    database.close()

    with pytest.raises(Exception, match="cut off"):
        registry.promote("2.0.0") if verb == "promote" else registry.rollback()

    aliases = registry.aliases()[0]
    assert (aliases.champion, aliases.previous) == ("1.0.0", "1.0.0")


@pytest.mark.full
def test_training_is_the_run_that_mlflow_shows(registry, client):
    run = client.get_run(client.get_model_version("likes-it", 1).run_id)

    assert run.info.run_name == "1.0.0"
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seed": "3", "rows": "3000", "synthetic": "True"}
    assert run.data.metrics == {"auc": 0.8}


@pytest.fixture
def tracking_server(mlflow_database, tmp_path, monkeypatch):
    """MLflow's own server on loopback, in a thread: its routes, its proxy of artifacts, its database."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("_MLFLOW_SERVER_FILE_STORE", mlflow_database)
    monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_ROOT", "mlflow-artifacts:/")
    monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_DESTINATION", str(tmp_path / "artifacts"))
    monkeypatch.setenv("_MLFLOW_SERVER_SERVE_ARTIFACTS", "true")
    from mlflow.server import app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    # MLflow keeps connections, and would leave them to the garbage collector.
    for session in [one for one in gc.get_objects() if isinstance(one, requests.Session)]:
        session.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.full
def test_tracking_server_is_a_registry(tracking_server, bundle, second_bundle, copy, capsys):
    at = ["--at", tracking_server]
    words = (
        ["add", str(bundle)],
        ["add", str(second_bundle)],
        ["add", str(second_bundle)],
        ["promote", "1.0.0"],
        ["promote", "2.0.0"],
        ["rollback"],
        ["pull", "--to", str(copy.path), "--once"],
    )

    assert [main([*at, *one]) for one in words] == [0] * 7
    assert capsys.readouterr().out.splitlines() == [
        *("added 1.0.0", "added 2.0.0", "added 2.0.0", "champion is 1.0.0", "champion is 2.0.0", "champion is 1.0.0"),
        f"{copy.path} follows {tracking_server}#likes-it",
    ]
    assert Registry(copy).content() == Registry(place_at(tracking_server)).content()


def _wait_for(url, version):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("GET", "/health/ready")
        found = json.load(connection.getresponse()).get("model_version")
        connection.close()
        if found == version:
            return
        time.sleep(0.05)
    raise AssertionError(f"{version} does not answer.")


# Does what it is asked as `python -m movie_service.registry` does, and ends before the first connection or look-up of a
# name. Before that it adds a version, because MLflow reports what is made and not what is renamed.
WATCHED = """
import contextlib, os, sys

def hook(event, words):
    if event in ("socket.getaddrinfo", "socket.connect"):
        print("asked", *words, file=sys.stderr, flush=True)
        os._exit(9)

sys.addaudithook(hook)
from movie_service.registry.__main__ import main
with contextlib.redirect_stdout(sys.stderr):
    assert main([*sys.argv[3:5], "add", os.environ["ADDED"]]) == 0
sys.exit(main(sys.argv[3:]))
"""
# By these MLflow knows that it is tested, and reports nothing whatever it is told.
TESTED = ("PYTEST_CURRENT_TEST", "CI", "GITHUB_ACTIONS")


@pytest.fixture
def watched(tmp_path, own_bundle, vouch):
    """A Python for the registry's command line that adds 3.0.0, and in which nothing leaves unseen."""
    vouch(own_bundle, version="3.0.0")
    (tmp_path / "watched.py").write_text(WATCHED)
    run = f'ADDED={own_bundle} exec {sys.executable} {tmp_path / "watched.py"} "$@"'
    script = f"#!/bin/sh\nunset {' '.join(TESTED)}\n{run}\n"
    (tmp_path / "python").write_text(script)
    (tmp_path / "python").chmod(0o700)
    return tmp_path / "python"


@pytest.mark.full
def test_service_follows_mlflow_and_nothing_leaves_the_machine(serve, registry, client, copy, watched):
    """By the admin's route, by the command line, and by MLflow's own client."""
    at, path = registry.place.name.partition("#")[0], copy.path.with_name("keys.json")
    pull(registry, copy)
    key = keys.new(path, "ann", ["admin", "predict"])
    settings = {"registry_dir": copy.path, "registry_url": at, "registry_python": watched}
    _, url = serve(**settings, auth="on", api_keys_file=path)
    asked = http.client.HTTPConnection(url.removeprefix("http://"), timeout=200)
    headers = {"X-API-Key": key, "Content-Type": "application/json"}

    asked.request("POST", "/admin/models/promote", json.dumps({"version": "3.0.0"}), headers)
    reply = asked.getresponse()
    said = json.load(reply)
    asked.close()
    names = {"champion": "3.0.0", "challenger": None, "previous": "1.0.0"}
    assert (reply.status, said.get("aliases")) == (200, names), said
    _wait_for(url, "3.0.0")
    assert client.get_model_version_by_alias("likes-it", "champion").version == 3

    assert main(["--at", at, "--then-pull", str(copy.path), "rollback"]) == 0
    _wait_for(url, "1.0.0")

    client.set_registered_model_alias("likes-it", "champion", 2)
    assert main(["--at", at, "pull", "--to", str(copy.path), "--once"]) == 0
    _wait_for(url, "2.0.0")
