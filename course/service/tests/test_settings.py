"""Settings come from the environment; a wrong one is refused in one sentence."""

from pathlib import Path

import pytest
from movie_service.errors import SettingsError
from movie_service.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_SERVICE_{name.upper()}", raising=False)


def test_defaults_listen_on_this_machine_only():
    settings = load_settings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.model_dir == Path("build/model")


def test_variables_are_read(monkeypatch):
    monkeypatch.setenv("MOVIE_SERVICE_PORT", "0")
    monkeypatch.setenv("MOVIE_SERVICE_ROOT_PATH", "/movies/v1")

    settings = load_settings()

    assert (settings.port, settings.root_path) == (0, "/movies/v1")


@pytest.mark.parametrize(
    ("name", "value", "message", "advice"),
    [
        (
            "PORT",
            "eighty",
            "MOVIE_SERVICE_PORT is 'eighty', but the input should be a valid integer, "
            "unable to parse string as an integer.",
            "unset MOVIE_SERVICE_PORT to use the default '8000'",
        ),
        (
            "PORT",
            "65536",
            "MOVIE_SERVICE_PORT is '65536', but the input should be less than or equal to 65535.",
            "unset MOVIE_SERVICE_PORT to use the default '8000'",
        ),
        (
            "PORT",
            "",
            "MOVIE_SERVICE_PORT is '', but the input should be a valid integer, unable to parse string as an integer.",
            "unset MOVIE_SERVICE_PORT to use the default '8000'",
        ),
        (
            "BATCH_LIMIT",
            "0",
            "MOVIE_SERVICE_BATCH_LIMIT is '0', but the input should be greater than or equal to 1.",
            "unset MOVIE_SERVICE_BATCH_LIMIT to use the default '1000'",
        ),
        (
            "ROOT_PATH",
            "movies/",
            "MOVIE_SERVICE_ROOT_PATH is 'movies/', but the value should be empty or a path such as '/movies'.",
            "unset MOVIE_SERVICE_ROOT_PATH to use the default ''",
        ),
    ],
)
def test_wrong_value_is_refused(monkeypatch, name, value, message, advice):
    monkeypatch.setenv(f"MOVIE_SERVICE_{name}", value)

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert (str(refused.value), refused.value.advice) == (message, advice)


def test_misspelled_name_is_refused(monkeypatch):
    monkeypatch.setenv("MOVIE_SERVICE_MODELDIR", "x")

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert str(refused.value) == ("The environment variable MOVIE_SERVICE_MODELDIR is not a setting of this service.")
    assert refused.value.advice == "unset MOVIE_SERVICE_MODELDIR, or did you mean MOVIE_SERVICE_MODEL_DIR"


def test_service_links_of_kubernetes_are_no_settings(monkeypatch):
    """A Service named movie-service puts these into every pod of its namespace."""
    for name, value in {
        "MOVIE_SERVICE_PORT": "tcp://10.96.0.17:80",
        "MOVIE_SERVICE_SERVICE_HOST": "10.96.0.17",
        "MOVIE_SERVICE_SERVICE_PORT": "80",
        "MOVIE_SERVICE_SERVICE_PORT_HTTP": "80",
        "MOVIE_SERVICE_PORT_80_TCP": "tcp://10.96.0.17:80",
        "MOVIE_SERVICE_PORT_80_TCP_ADDR": "10.96.0.17",
    }.items():
        monkeypatch.setenv(name, value)

    assert load_settings().port == 8000
