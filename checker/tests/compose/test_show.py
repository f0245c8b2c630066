"""The view of a project that `python -m checker.compose` prints."""

from __future__ import annotations

import pytest

from checker.compose.__main__ import main

FILE = """services:
  api:
    build: ./api
    environment: {LEVEL: "${LEVEL}", TOKEN: }
    ports: ["127.0.0.1:8080:8000"]
    depends_on:
      redis: {condition: service_healthy}
  redis:
    image: redis:8
    volumes: ["likes:/data"]
    healthcheck: {test: redis-cli ping || exit 1}
  grafana: {image: grafana, profiles: [dashboards]}
volumes: {likes: }
"""
VIEW = """project stack, from compose.yaml

Start
  1  redis       at once                   healthy when: redis-cli ping || exit 1
  2  api         after redis is healthy    no healthcheck in these files
  -  grafana     only with --profile dashboards
  !  the variable LEVEL has no value and no default: a blank text stands in its place

Names: who answers when a row asks for a column
                localhost     api           redis
  this machine  see ports     nobody        nobody
  api           itself        itself        redis
  redis         itself        api           itself

Ports of this machine
  127.0.0.1, port 8080 -> api, port 8000

Data: is it still there after …
                          restart   down, up   down -v, up
  api, all paths          yes       no         no            the container's own layer
  redis, /data            yes       yes        no            a named volume (likes)
  redis, all other paths  yes       no         no            the container's own layer
  An image may declare a volume without a name at a path; that stands in no file here.

Variables: their names, and where the values come from
  api LEVEL                  compose.yaml:4
  api TOKEN                  compose.yaml:4, without a value
"""


def run(folder, capsys, monkeypatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.chdir(folder)
    code = main(list(arguments))
    return code, capsys.readouterr().out


def stack(tmp_path, text: str):
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "compose.yaml").write_text(text)
    return folder


def test_whole_view(tmp_path, capsys, monkeypatch):
    assert run(stack(tmp_path, FILE), capsys, monkeypatch) == (0, VIEW)


def test_chosen_files_and_profiles(tmp_path, capsys, monkeypatch):
    folder = stack(tmp_path, FILE)
    (folder / "other.yaml").write_text("services: {web: {image: web}}\n")

    code, text = run(folder, capsys, monkeypatch, "-f", "compose.yaml", "-f", "other.yaml", "--profile", "dashboards")

    assert code == 0
    assert text.startswith("project stack, from compose.yaml and other.yaml\n")
    assert "  1  web         at once" in text
    assert "  1  grafana     at once" in text


def test_what_compose_refuses_is_one_sentence(tmp_path, capsys, monkeypatch):
    folder = stack(tmp_path, "services:\n  api: {imag: a}\n")

    assert run(folder, capsys, monkeypatch) == (
        1,
        "error: compose.yaml:2: services.api: Compose knows no key 'imag' here.\n"
        "try: How is this key spelled, and to which part of the file does its indentation make it belong?\n",
    )


@pytest.mark.parametrize(
    ("example", "way_out"),
    [
        ("api.env.example", "cp api.env.example api.env, and fill in its values"),
        ("other.example", "How is the file's name spelled, seen from the folder of compose.yaml?"),
    ],
)
def test_missing_env_file_names_its_example(tmp_path, capsys, monkeypatch, example, way_out):
    folder = stack(tmp_path, "services:\n  api: {image: a, env_file: api.env}\n")
    (folder / example).write_text("TOKEN=\n")

    assert run(folder, capsys, monkeypatch) == (
        1,
        f"error: compose.yaml:2: there is no env file api.env.\ntry: {way_out}\n",
    )


def test_what_is_no_yaml_is_one_sentence(tmp_path, capsys, monkeypatch):
    folder = stack(tmp_path, "services: [\n")

    code, text = run(folder, capsys, monkeypatch)

    assert code == 1
    assert text.startswith("error: compose.yaml:2: line 2: ")
