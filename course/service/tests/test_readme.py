"""The README names what there is, and nothing else."""

import re
from pathlib import Path

import movie_service
import pytest
from movie_service.routes.stream import PATH
from movie_service.settings import Settings

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def readme():
    return README.read_text(encoding="utf-8")


def test_settings_table_is_the_settings_class(readme):
    rows = re.findall(r"^\| `(MOVIE_SERVICE_\w+)` \| (.+?) \| (.+?) \|$", readme, re.MULTILINE)

    assert rows == [
        (
            f"MOVIE_SERVICE_{name.upper()}",
            f"`{field.default}`" if str(field.default) else "(empty)",
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]


def test_metrics_table_is_what_is_served(readme, client, example):
    client.post("/predict", json=example)
    with client.websocket_connect(PATH):
        pass
    rows = dict(re.findall(r"^\| `(movie_service_\w+)` \| (.*?) ?\|$", readme, re.MULTILINE))

    served = set(re.findall(r"^# TYPE (movie_service_\w+)", client.get("/metrics").text, re.MULTILINE))

    assert set(rows) == served
    text = client.get("/metrics").text
    for name, labels in rows.items():
        for label in re.findall(r"`(\w+)`", labels):
            assert re.search(rf"^{name}\w*{{.*{label}=", text, re.MULTILINE)


def test_addresses_are_those_of_the_application(readme, client):
    named = set(re.findall(r"`(?:GET|POST) (/[\w/{}]*)`", readme))

    assert named == {*client.get("/openapi.json").json()["paths"], "/docs", "/redoc", PATH}


def test_modules_table_is_the_package(readme):
    named = re.findall(r"^\| `(\w+)(?:\.py|/)` \|", readme, re.MULTILINE)
    package = Path(movie_service.__file__).parent

    there = {path.stem for path in package.iterdir() if not path.name.startswith("__")} - {"py"}
    assert set(named) == there
