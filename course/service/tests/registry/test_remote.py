"""The admin's routes on a registry that the folder follows: a process of its own asks it."""

import subprocess
import sys

import pytest
from movie_service.errors import SettingsError
from movie_service.registry.catalog import Registry
from movie_service.registry.places import Folder
from movie_service.registry.s3 import Bucket
from movie_service.security import keys


@pytest.fixture
def admin(tmp_path, client_of):
    """A client with the scope admin, for settings that the test gives."""

    path = tmp_path / "keys.json"
    key = keys.new(path, "ann", ["admin"])

    def make(**settings):
        client = client_of(None, auth="on", api_keys_file=str(path), **settings)
        client.headers["X-API-Key"] = key
        return client

    return make


@pytest.mark.slow
def test_bucket_is_changed_and_the_folder_follows(admin, bucket, bundle, second_bundle, tmp_path):
    remote = Registry(Bucket.at(bucket))
    remote.add(bundle)
    remote.add(second_bundle)
    (tmp_path / "copy").mkdir()
    client = admin(registry_dir=str(tmp_path / "copy"), registry_url=bucket)

    for version in ("1.0.0", "2.0.0"):
        reply = client.post("/admin/models/promote", json={"version": version})
        assert (reply.status_code, reply.json()["aliases"]["champion"]) == (200, version)
    unknown = client.post("/admin/models/promote", json={"version": "--help"})

    assert (unknown.status_code, unknown.json()["detail"]) == (
        409,
        "There is no version '--help'. There are: 1.0.0, 2.0.0.",
    )
    assert remote.aliases()[0].champion == "2.0.0"
    assert Registry(Folder(tmp_path / "copy")).aliases()[0].champion == "2.0.0"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (None, "{python!r} cannot be started (No such file or directory)."),
        ("echo 'No module named movie_service' >&2; exit 1", "{python!r} cannot ask the registry: {last}."),
        ("exit 3", "{python!r} cannot ask the registry: it ended with status 3."),
        ("echo 'error: The champion is gone.' >&2; echo 'try: again' >&2; exit 1", "The champion is gone."),
    ],
)
def test_python_that_cannot_ask_is_told(admin, folder, tmp_path, program, said):
    python = tmp_path / "python"
    if program is not None:
        python.write_text(f"#!/bin/sh\n{program}\n")
        python.chmod(0o700)
    client = admin(registry_dir=str(folder), registry_url="sqlite:///x.db", registry_python=str(python))

    reply = client.post("/admin/models/rollback")

    assert reply.status_code == 409
    assert reply.json()["detail"] == said.format(python=str(python), last="No module named movie_service")


def test_registry_that_no_folder_follows_is_refused(client_of, stub):
    with pytest.raises(SettingsError) as refused:
        client_of(stub, registry_url="sqlite:///x.db")

    assert str(refused.value) == (
        "MOVIE_SERVICE_REGISTRY_URL is 'sqlite:///x.db', but no folder follows that registry."
    )
    assert refused.value.advice == (
        "set MOVIE_SERVICE_REGISTRY_DIR to a folder that `python -m movie_service.registry … pull` fills"
    )


@pytest.mark.slow
def test_serving_process_imports_nothing_that_reaches_it(folder):
    code = (
        "import sys; from movie_service.app import create_app; from movie_service.settings import Settings; "
        "create_app(settings=Settings(registry_dir=sys.argv[1], registry_url='sqlite:///x.db')); "
        "print([n for n in ('mlflow', 'sqlalchemy', 'boto3', 'requests') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")
