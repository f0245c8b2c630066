"""`python -m checker.dockerfile`: what a trainee sees without an engine."""

from __future__ import annotations

import pytest

from checker.dockerfile.__main__ import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY app.py .\nRUN b\n")
    (tmp_path / ".dockerignore").write_text("data\n")
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "list.txt").write_text("data/big.csv 2000000\nmore/small.csv 2000\n")
    return tmp_path


def test_steps_that_run_again_say_why(folder, capsys):
    assert main(["again", "app.py"]) == 0

    assert capsys.readouterr().out == (
        "app.py changed (followed in your files; nothing was built)\n"
        "\n"
        "line   2  COPY app.py .                                                 again   it takes app.py\n"
        "line   3  RUN b                                                         again   "
        "the step on line 2 before it ran again\n"
        "\n"
        "2 of 2 steps run again\n"
    )


def test_what_is_sent_is_listed_by_top_folder(folder, capsys):
    assert main(["sent", "list.txt"]) == 0

    assert capsys.readouterr().out == (
        "sent to a build (followed in your files; nothing was built)\n"
        "\n"
        "            5  .dockerignore\n"
        "           27  Dockerfile\n"
        "            6  app.py\n"
        "           41  list.txt\n"
        "        2,000  more/  1 files\n"
        "\n"
        "        2,079  bytes in 5 files; 1 files are left out\n"
    )


def test_a_file_that_is_not_there_is_told(folder, capsys):
    assert main(["again", "apps.py"]) == 0

    assert capsys.readouterr().out.startswith("There is no file apps.py in this folder, so nothing takes it.\n")


@pytest.mark.parametrize("arguments", [[], ["again"], ["build"]])
def test_another_command_is_misuse(folder, capsys, arguments):
    assert main(arguments) == 2

    assert capsys.readouterr().out.startswith(
        "error: Say what to follow.\ntry: python -m checker.dockerfile again app.py"
    )


def test_a_file_that_docker_refuses_is_named_with_its_line(folder, capsys):
    (folder / "Dockerfile").write_text("FROM a\nRUM b\n")

    assert main(["again", "app.py"]) == 1

    assert capsys.readouterr().out == "Dockerfile:2: unknown instruction: RUM\n"


def test_without_a_dockerfile_it_says_where_to_be(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["again", "app.py"]) == 1

    said = "error: There is no file Dockerfile here.\ntry: change into the folder of the exercise\n"
    assert capsys.readouterr().out == said
