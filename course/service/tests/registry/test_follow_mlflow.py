"""What follows MLflow: a folder, a service, and nobody else. The tracking server is MLflow's own, on loopback."""

import gc
import http.client
import json
import logging
import sys
import threading

import pytest
import requests
from movie_service.registry.__main__ import main
from movie_service.registry.catalog import Registry
from movie_service.registry.follow import pull
from movie_service.registry.outside import place_at
from movie_service.security import keys

# Some of what MLflow imports and calls is deprecated, and none of it is ours.
pytestmark = pytest.mark.filterwarnings("ignore")


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
def test_service_follows_mlflow_and_nothing_leaves_the_machine(serve, in_mlflow, client, copy, watched, *, wait_for):
    """By the admin's route, by the command line, and by MLflow's own client."""
    at, path = in_mlflow.place.name.partition("#")[0], copy.path.with_name("keys.json")
    pull(in_mlflow, copy)
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
    wait_for(url, "3.0.0")
    assert client.get_model_version_by_alias("likes-it", "champion").version == 3

    assert main(["--at", at, "--then-pull", str(copy.path), "rollback"]) == 0
    wait_for(url, "1.0.0")

    client.set_registered_model_alias("likes-it", "champion", 2)
    assert main(["--at", at, "pull", "--to", str(copy.path), "--once"]) == 0
    wait_for(url, "2.0.0")
