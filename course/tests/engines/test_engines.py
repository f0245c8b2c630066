"""Finding engines, saying how one gets them, and the parts of bringing them up that need no engine."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys

import pytest

from course.engines import command, found, install, node_files, places, programs, running, table, traces
from course.engines.found import EngineTrouble, missing
from course.engines.table_of_engines import ENABLES, ENGINES
from course.engines.testing import not_in_ci


def test_every_engine_says_what_it_enables_and_has_a_pin():
    assert list(ENABLES) == list(ENGINES)
    assert set(ENGINES) <= set(table.pins())
    assert set(not_in_ci()) <= set(ENGINES)


@pytest.mark.parametrize(
    ("system", "way"),
    [("mac", "brew."), ("windows", "winget."), ("debian", "make infra."), ("linux", "apt-get.")],
)
def test_how_one_gets_it_follows_the_system(monkeypatch, system, way):
    monkeypatch.setattr(found, "system", lambda: system)

    said = missing("act", "No act.", mac="brew.", windows="winget.", debian="make infra.", linux="apt-get.")

    assert (said.found, said.needed) == (False, f"No act. {way}")


@pytest.mark.slow
def test_status_of_this_machine_names_every_engine(capsys):
    assert command.main(["status"]) == 0

    told = capsys.readouterr().out
    assert all(f"{name:<14}" in told for name in ENGINES)


def test_find_prints_what_the_checker_reads(capsys):
    code = command.main(["find", "nginx", "--json"])

    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"name", "found", "version", "where", "needed", "env", "path", "facts"}
    assert (said["name"], code) == ("nginx", 0 if said["found"] else 1)


def test_an_engine_that_is_none(capsys):
    assert command.main(["find", "doker"]) == 2

    known = ", ".join(ENGINES)
    assert capsys.readouterr().err == f"error: there is no engine 'doker'.\ntry: one of {known}\n"


def test_a_program_that_is_not_there(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("COURSE_ENGINES_CACHE", "nowhere")
    monkeypatch.setattr(found, "system", lambda: "mac")
    act = next(one for one in programs.PROGRAMS if one.name == "act")

    assert act.find().needed == "There is no act on the PATH. Install it: brew install act."


def test_what_was_made_is_kept_by_its_inputs_and_half_of_it_never(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_ENGINES_CACHE", str(tmp_path))
    said: list[str] = []

    def make(folder):
        (folder / "program").write_text("1")

    def break_off(folder):
        (folder / "half").write_text("1")
        raise EngineTrouble("no network")

    first = install.kept("go", "act", ("0.2.89",), make, say=said.append)
    again = install.kept("go", "act", ("0.2.89",), break_off, say=said.append)
    with pytest.raises(EngineTrouble, match="no network"):
        install.kept("go", "act", ("0.2.90",), break_off, say=said.append)

    assert first == again
    assert [path.name for path in (tmp_path / "go").iterdir()] == [first.name]
    assert [line.partition(" in ")[0] for line in said] == ["making act", "made act", "making act"]


def test_a_program_from_pypi_runs_by_its_own_interpreter_wherever_that_is(tmp_path, monkeypatch):
    cache = tmp_path / "a cache"
    monkeypatch.setenv("COURSE_ENGINES_CACHE", str(cache))
    # In place of what would be installed: an interpreter that knows one more module.
    lock, modules = install.lock_of("aws"), tmp_path / "modules"
    python = install.python_of("aws", lock)
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{modules}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    modules.mkdir()
    (modules / "awscli.py").write_text("import sys; print('aws-cli/1.46.3', *sys.argv[1:])")

    install.python_program("aws", say=str)
    aws = next(one for one in programs.PROGRAMS if one.name == "aws").find()

    assert (aws.version, aws.where, aws.path) == ("1.46.3", str(cache / "bin" / "aws"), (str(cache / "bin"),))
    said = subprocess.run([aws.where, "s3", "a  b"], capture_output=True, text=True, check=True).stdout
    assert said == "aws-cli/1.46.3 s3 a  b\n"


def test_the_pinned_version_of_a_program_from_pypi_is_the_locked_one():
    pin = table.pins()["aws"]

    locked = re.findall(rf"^{pin.module}==(\S+)", install.lock_of("aws").read_text(), re.MULTILINE)
    assert locked == [pin.version]


def test_what_is_fetched_has_a_digest():
    pins = table.pins().values()

    assert all(re.fullmatch(r"h1:[\w+/]{43}=", pin.sum) for pin in pins if pin.source == "go")
    assert all(re.fullmatch(r"[0-9a-f]{64}", pin.sha256) for pin in pins if pin.source == "maven")
    assert {pin.source for pin in pins} == {"go", "maven", "pypi", "apt"}


def test_coredns_is_built_with_the_plugins_that_its_settings_name(tmp_path):
    (source,) = (table.HERE / table.pins()["coredns"].main).glob("*.go")
    folders = node_files.Folders(tmp_path, tmp_path, tmp_path)
    node_files.write_settings(folders)

    built = re.findall(r"coredns/plugin/(\w+)", source.read_text())
    named = re.findall(r"^  (\w+)", (tmp_path / "Corefile").read_text(), re.MULTILINE)
    assert sorted(built) == sorted(named)


def test_go_is_told_the_digest_that_it_must_find(tmp_path):
    install.write_sums(tmp_path, table.pins()["act"])

    known = table.pins()["act"]
    assert (tmp_path / "go.sum").read_text() == f"github.com/nektos/act v{known.version} {known.sum}\n"


def test_one_engine_is_brought_up_at_a_time_on_the_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "STATE", tmp_path)

    with places.machine_lock(), (tmp_path / "lock").open("w") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / "lock").open("w") as second:
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_command_that_fails_says_its_last_lines():
    with pytest.raises(EngineTrouble) as trouble:
        running.must(["sh", "-c", "echo one; echo two >&2; exit 3"], what="making it")

    assert str(trouble.value) == "making it ended with exit code 3:\n  one\n  two"


def test_a_program_that_is_missing_is_named():
    with pytest.raises(EngineTrouble) as trouble:
        running.must(["no-such-program"], what="making it")

    assert str(trouble.value) == "making it: the program 'no-such-program' is not there."


def test_a_process_is_known_by_id_and_start(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "STATE", tmp_path)

    running.start("sleeper", ["sleep", "60"], wrap=())
    assert running.alive("sleeper")
    running.kill("sleeper")

    assert not running.alive("sleeper")
    # Ended before its id was written down: known by its mark.
    running.start("sleeper", ["sleep", "60"], wrap=())
    (tmp_path / "sleeper" / "pid").unlink()
    assert running.alive("sleeper")
    running.kill("sleeper")
    assert not running.alive("sleeper")
    # Another process that got the same id is none of ours.
    (tmp_path / "sleeper" / "pid").write_text(f"{os.getpid()} 1\n")
    assert not running.alive("sleeper")
    running.kill("sleeper")


def test_rules_leave_out_counters_and_defaults(monkeypatch):
    saved = "# x\n*nat\n:PREROUTING ACCEPT [1:2]\n:DOCKER - [0:0]\n[3:4] -A DOCKER -i docker0 -j RETURN\nCOMMIT\n"
    monkeypatch.setattr(traces, "output", lambda argv: saved)
    monkeypatch.setattr(traces.shutil, "which", lambda name: name)

    assert traces.rules("iptables") == ["-A DOCKER -i docker0 -j RETURN", ":DOCKER -"]
    assert traces.policies("iptables") == {"nat PREROUTING": "ACCEPT"}


def test_another_s_rules_are_kept_and_ours_go(monkeypatch):
    saved = (
        "*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n:mine - [0:0]\n-A FORWARD -j DOCKER\n-A FORWARD -j mine\n"
        "-A mine -s 172.17.0.0/16 ! -o docker0 -j ACCEPT\n-A mine -p tcp -j ACCEPT\nCOMMIT\n"
    )
    given = {}
    monkeypatch.setattr(traces, "output", lambda argv: saved)
    monkeypatch.setattr(traces.shutil, "which", lambda name: name)
    monkeypatch.setattr(traces, "must", lambda argv, what, stdin: given.update({argv[0]: stdin.decode()}))

    traces._restore_rules("iptables", {"filter FORWARD": "ACCEPT"})

    assert given["iptables-restore"] == (
        "*filter\n:FORWARD ACCEPT [0:0]\n:mine - [0:0]\n-A FORWARD -j mine\n-A mine -p tcp -j ACCEPT\nCOMMIT\n"
    )


@pytest.mark.parametrize(("there", "other", "stays"), [(False, False, False), (True, False, True), (False, True, True)])
def test_sockets_of_containers_go_unless_another_engine_has_some(tmp_path, monkeypatch, there, other, stays):
    shims = tmp_path / "containerd"
    monkeypatch.setattr(traces, "BEFORE", tmp_path / "state" / "before.json")
    monkeypatch.setattr(traces, "SHIMS", shims)
    monkeypatch.setattr(traces, "OTHER", shims / "containerd.sock")
    monkeypatch.setattr(traces, "TABLES", ())
    if there:
        shims.mkdir()

    traces.remember()
    (shims / "s").mkdir(parents=True)
    if other:
        (shims / "containerd.sock").touch()
    traces.restore()

    assert shims.exists() == stays
    assert not traces.BEFORE.exists()


def test_engines_need_the_standard_library_only():
    code = "import sys; sys.modules.update(dict.fromkeys(('yaml', 'pytest'))); import course.engines.command"

    assert subprocess.run([sys.executable, "-S", "-c", code], check=False).returncode == 0
