"""Which level is asked for, and when grading is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from checker import Grader
from checker.cli import main
from checker.errors import Misuse
from checker.sandbox import levels


@pytest.fixture
def machine(monkeypatch):
    """Say what this machine can do."""

    def can(level: str, ci: str = "") -> None:
        monkeypatch.setattr(levels, "strongest", lambda: level)
        monkeypatch.setenv("CI", ci)

    return can


def test_the_strongest_level_grades(machine):
    machine("namespace")

    assert levels.required() == "namespace"


def test_others_work_is_refused_below_namespace(machine, monkeypatch):
    machine("landlock")
    monkeypatch.setattr(levels, "why_not", lambda: "Only Linux can do more.")

    with pytest.raises(Misuse) as refused:
        levels.required()

    assert str(refused.value) == (
        "This machine shuts a submission off at level 'landlock', and the work is not your own: it could read your "
        "files, other submissions or the checks. Only Linux can do more."
    )
    assert refused.value.next_step == (
        "grade on Linux with user namespaces, or, at your own risk, --allow-weak-isolation"
    )


@pytest.mark.parametrize("given", [{"own_work": True}, {"allow_weak": True}])
def test_ones_own_work_and_the_flag_take_what_there_is(machine, given):
    machine("process")

    assert levels.required(**given) == "process"


def test_a_runner_that_is_thrown_away_counts_as_a_container(machine):
    machine("process", ci="true")

    assert levels.required() == "container"


def test_one_s_own_check_asks_for_no_namespaces(monkeypatch):
    monkeypatch.setattr(levels.sys, "platform", "linux")
    monkeypatch.setattr(levels.landlock, "version", lambda: 4)
    assert levels.guard() == "landlock"

    monkeypatch.setattr(levels.landlock, "version", lambda: 0)
    assert levels.guard() == "process"

    monkeypatch.setattr(levels.sys, "platform", "darwin")
    assert (levels.guard(), levels.why_not()) == ("process", "Only Linux can do more.")


def test_levels_are_ordered():
    assert levels.reaches("namespace", "landlock")
    assert not levels.reaches("process", "landlock")


@pytest.mark.slow
def test_grade_refuses_others_work_on_a_weak_machine(machine, mini, hand_in, monkeypatch, capsys):
    machine("landlock")
    monkeypatch.setattr(levels, "why_not", lambda: "Only Linux can do more.")
    monkeypatch.chdir(mini.root)
    folder = hand_in().rename(mini.root / "01_greeting")

    assert main(["grade", str(folder)]) == 2
    refused = capsys.readouterr().err
    assert main(["grade", str(folder), "--allow-weak-isolation", "--json"]) == 0

    assert refused == (
        "error: This machine shuts a submission off at level 'landlock', and the work is not your own: it could read "
        "your files, other submissions or the checks. Only Linux can do more.\n"
        "try: grade on Linux with user namespaces, or, at your own risk, --allow-weak-isolation\n"
    )
    assert json.loads(capsys.readouterr().out)[0]["isolation"] == "landlock"


@pytest.mark.slow
def test_ones_own_work_folder_is_graded_anywhere(machine, mini, hand_in, monkeypatch, capsys):
    machine("landlock")
    monkeypatch.chdir(mini.root)
    (mini.root / "work").mkdir(exist_ok=True)
    hand_in().rename(mini.root / "work" / "01_greeting")

    assert main(["grade", "work", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)[0]["isolation"] == "landlock"


@pytest.mark.slow
def test_a_result_names_the_machine_that_is_thrown_away(mini, hand_in):
    with Grader(mini, isolation="container") as grader:
        assert grader.grade(1, hand_in()).isolation == "container"


@pytest.mark.slow
def test_root_of_a_container_that_knows_no_other_number_reaches_namespace():
    alone = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody make a user namespace")
    program = "from checker.sandbox import levels; print(levels.strongest(), levels.namespace_fault())"
    command = [*alone, sys.executable, "-c", program]

    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[3])

    assert done.stdout == "namespace \n"


# -- what builds the namespaces ---------------------------------------------------------------------------------------
@pytest.fixture
def faults(monkeypatch):
    """Say what goes wrong with each builder; nobody asks for one."""

    def are(**said: str) -> None:
        monkeypatch.setattr(levels, "namespace_fault", lambda builder="own": said[builder])
        monkeypatch.setattr(levels, "guard", lambda: "landlock")
        monkeypatch.setattr(levels.landlock, "version", lambda: 6)
        monkeypatch.setattr(levels.sys, "platform", "linux")

    monkeypatch.delenv(levels.CHOICE, raising=False)
    return are


def test_the_fork_server_builds_namespaces_before_bubblewrap_does(faults):
    faults(own="", bubblewrap="")

    assert (levels.builder(), levels.strongest.__wrapped__()) == ("own", "namespace")


def test_bubblewrap_builds_them_where_the_kernel_refuses_the_fork_server(faults):
    faults(own="unshare: Operation not permitted", bubblewrap="")

    assert (levels.builder(), levels.strongest.__wrapped__()) == ("bubblewrap", "namespace")


def test_a_choice_is_kept_to(faults, monkeypatch):
    faults(own="", bubblewrap="")
    monkeypatch.setenv(levels.CHOICE, "bubblewrap")
    assert levels.builder() == "bubblewrap"

    faults(own="", bubblewrap="bwrap is not installed")
    assert (levels.builder(), levels.strongest.__wrapped__()) == ("", "landlock")
    assert levels.why_not() == "bubblewrap builds no namespaces: bwrap is not installed."


def test_a_choice_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv(levels.CHOICE, "docker")

    with pytest.raises(Misuse) as refused:
        levels.builder()

    assert str(refused.value) == "CHECKER_NAMESPACES is 'docker', which is neither own nor bubblewrap."
    assert refused.value.next_step == "unset CHECKER_NAMESPACES"


def test_where_neither_works_both_reasons_are_told(faults):
    faults(own="unshare: Operation not permitted", bubblewrap="bwrap is not installed")

    assert levels.why_not() == (
        "Its kernel refused namespaces of the grader's own: unshare: Operation not permitted. "
        "bubblewrap builds no namespaces: bwrap is not installed."
    )
