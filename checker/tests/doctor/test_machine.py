"""Faults of the machine: each is planted, and sentence and repair are read."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from checker.doctor import environment, machine


def told(problem):
    assert problem is not None
    return problem.wrong, problem.repair


MACHINE = [
    (
        machine.python_version,
        {"python": (3, 10, 13)},
        "This is Python 3.10.13; the course needs 3.11 or newer.",
        "make start PYTHON=python3.11",
    ),
    (
        machine.free_space,
        {"free_bytes": lambda path: 3_000_000},
        "There are 3 MB free; the course needs 1500 MB.",
        "rm -r build",
    ),
    (
        machine.temporary_folder,
        {"temporary": Path("/" + "t" * 90)},
        f"The folder for temporary files, {'t' * 90!r}, cannot be written.",
        "export TMPDIR=/tmp",
    ),
    (
        machine.proxy,
        {"environ": {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}},
        "HTTP_PROXY is set and NO_PROXY does not name 127.0.0.1: requests to your own service go to the proxy.",
        "export NO_PROXY=127.0.0.1,localhost",
    ),
    (
        machine.python_variables,
        {"environ": {"PYTHONPATH": "/elsewhere"}},
        "PYTHONPATH is set: Python reads packages from another place first.",
        "unset PYTHONPATH",
    ),
    (
        machine.utf8_locale,
        {"environ": {"LANG": "de_DE.ISO-8859-1"}},
        "The locale 'de_DE.ISO-8859-1' is not UTF-8: movie titles are read wrongly.",
        "export LC_ALL=C.UTF-8",
    ),
    (
        machine.git,
        {"which": lambda name: None},
        "git is not installed; handing in needs it.",
        "apt-get install git",
    ),
    (
        machine.make,
        {"which": lambda name: None},
        "make is not installed; every target works without it.",
        "python3 -m course.bootstrap start",
    ),
    (
        machine.clock,
        {"now": lambda: 0.0},
        "The clock stands before the course's own files were made; downloads fail then.",
        "date",
    ),
    (
        environment.other_environment,
        {"environ": {"VIRTUAL_ENV": "/opt/py3"}},
        "Another environment is active (py3); make and checker use .venv all the same.",
        "deactivate",
    ),
]


@pytest.mark.parametrize(("probe", "fault", "wrong", "repair"), MACHINE, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_machine(place, probe, fault, wrong, repair):
    assert told(probe(replace(place, **fault))) == (wrong, repair)


def test_a_python_without_venv(place, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    wrong = "This Python cannot make environments: its venv module is missing."
    assert told(machine.venv_module(place)) == (wrong, "apt-get install python3-venv")


def test_a_long_temporary_folder(place, tmp_path):
    folder = tmp_path / ("t" * 80)
    folder.mkdir()

    wrong, _ = told(machine.temporary_folder(replace(place, temporary=folder)))
    length = len(str(folder))
    assert wrong == f"The path for temporary files has {length} characters; sockets need a short one."


def test_a_busy_port_is_a_notice(place):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        problem = machine.busy_ports(replace(place, ports=(port,)))

    assert told(problem) == (f"Port {port} is in use; another one will be taken and said.", "make start")
    assert problem.notice
