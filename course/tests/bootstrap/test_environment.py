"""The environment is made once, noticed when half-made or moved, and missing means are named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.start import environment, stamps
from course.start.console import console_for
from course.start.places import Places
from course.start.source import Source

ROOT = Path(__file__).parents[3]


@pytest.fixture
def places(tmp_path):
    """A clone with the files that decide on the environment, and an interpreter where .venv has its own."""
    for path in (environment.LOCK, *environment.OWN):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    places = Places(tmp_path)
    places.python.parent.mkdir(parents=True)
    places.python.symlink_to(sys.executable)
    return places


def stamped(places):
    stamps.write(places.venv / environment.STAMP, stamps.Stamp(environment._sources(places), {}))
    return places


def test_with_its_stamp_it_is_complete_and_nothing_is_run(places, capsys):
    made = environment.ensure(stamped(places), console_for())

    assert made.seconds == 0
    assert capsys.readouterr().out == ""


def test_without_a_stamp_it_is_not_complete(places):
    assert not environment.complete(places)


@pytest.mark.parametrize("path", [environment.LOCK, *environment.OWN])
def test_a_changed_requirement_makes_it_incomplete(places, path):
    stamped(places)
    with (places.root / path).open("a", encoding="utf-8") as stream:
        stream.write("# a change\n")

    assert not environment.complete(places)


def test_a_moved_clone_makes_it_incomplete(places, tmp_path):
    stamped(places)
    moved = tmp_path.with_name("moved")
    shutil.copytree(tmp_path, moved, symlinks=True)

    assert not environment.complete(Places(moved))


def test_an_interpreter_that_is_gone_makes_it_incomplete(places):
    stamped(places)
    places.python.unlink()

    assert not environment.complete(places)


def test_missing_ensurepip_is_named_with_the_package_that_brings_it():
    assert environment.no_venv_text("/usr/bin/python3", "ensurepip") == (
        "/usr/bin/python3 cannot make an environment: its module 'ensurepip' is not installed."
    )
    assert environment.no_venv_way_out((3, 12)) == (
        "sudo apt install python3.12-venv (Debian, Ubuntu), or name another: make start PYTHON=…"
    )


def test_a_folder_that_is_no_environment_is_not_touched(places):
    places.python.unlink()
    (places.venv / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(environment.Trouble) as raised:
        environment.ensure(places, console_for())

    assert str(raised.value) == (
        "error: '.venv' is there and is not a Python environment.\ntry: move it elsewhere, then run make start again."
    )
    assert (places.venv / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_the_block_of_one_package_is_cut_out_of_the_lock():
    lock = (
        "anyio==4.1 \\\n    --hash=sha256:aa\nuv==0.13.8 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\nuvloop==1\n"
    )

    assert environment.locked_block(lock, "uv") == "uv==0.13.8 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"


@pytest.mark.slow
def test_network_cut_and_no_environment_is_told_and_resumed_later(tmp_path):
    """Both tools are refused every index; what was made stays, unstamped, for the next run to complete."""
    for path in ("course/__init__.py", "course/bootstrap.py", "requirements/dev.txt", *map(str, environment.OWN)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copytree(ROOT / "course/start", tmp_path / "course/start")
    cut = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1"}

    argv = [sys.executable, "-m", "course.bootstrap", "env"]
    told = subprocess.run(argv, cwd=tmp_path, env=os.environ | cut, capture_output=True, text=True, check=False)

    lines = told.stderr.splitlines()
    assert told.returncode == 3
    assert lines[0] == "error: the packages of 'requirements/dev.txt' could not be fetched:"
    assert lines[-1] == (
        "try: connect to the network or set pip's index and proxy, then run make start again; it goes on from here. "
        "All that was said: build/logs/environment.log"
    )
    assert (tmp_path / ".venv/bin/pip").exists()
    assert not environment.complete(Places(tmp_path))


def test_where_uv_cannot_fetch_pip_takes_what_the_lock_holds_and_resolves_nothing(places, monkeypatch, capsys):
    """pip took jsonschema[format-nongpl] for a package without a pin, and asked its index for the newest one."""
    asked = []

    def ended(_, step, argv, packages):
        asked.append([str(word) for word in argv])
        return SimpleNamespace(code=int(asked[-1][0] == "uv"))

    monkeypatch.setattr(environment, "_have_uv", lambda *_: True)
    monkeypatch.setattr(environment, "_uv", lambda _: ["uv", "pip", "install"])
    monkeypatch.setattr(environment, "_run", ended)

    with console_for().step("environment", "") as step:
        assert environment._install_locked(places, step, Source()) == "pip"

    told = capsys.readouterr().out
    assert "--no-deps" in asked[-1]
    assert "uv could not fetch the packages (it does not read pip's settings); pip does it now." in told
