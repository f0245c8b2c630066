"""What the doctor says of grading the work of others."""

from __future__ import annotations

import json
import sys

import pytest

from checker.doctor import isolation
from checker.doctor.__main__ import main
from checker.sandbox import levels


@pytest.fixture
def machine(monkeypatch):
    """Say what this machine can do, and what counts its workers."""

    def can(level: str, builder: str = "own", not_delegated: str = "") -> None:
        monkeypatch.setattr(isolation, "grading", lambda: level)
        monkeypatch.setattr(isolation, "builder", lambda: builder)
        monkeypatch.setattr(levels, "why_not", lambda: "Only Linux can do more.")
        if sys.platform != "linux":
            return
        from checker.sandbox import cgroups

        def delegated() -> None:
            if not_delegated:
                raise cgroups.NotDelegated(not_delegated)

        monkeypatch.setattr(cgroups, "delegated", delegated)

    return can


linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces exist on Linux only")


@linux
def test_a_machine_whose_kernel_counts(machine):
    machine("namespace")

    assert isolation.examine() == {
        "level": "namespace",
        "says": (
            "work of others is judged at level namespace. "
            "A cgroup of its own counts each worker's memory and processes."
        ),
    }


@linux
def test_one_that_does_not_says_which_guard_stands_instead(machine):
    machine("namespace", "bubblewrap", "no cgroup is delegated to it")

    assert isolation.examine()["says"] == (
        "work of others is judged at level namespace, built by bubblewrap: each check of a submission starts a new "
        "process, which is slower. No cgroup counts a worker's memory and processes (no cgroup is delegated to it): "
        "its first process looks at the memory four times a second, and a limit of the kernel counts the processes."
    )


def test_a_weak_machine_and_one_that_is_thrown_away(machine):
    machine("process")
    assert isolation.examine()["says"] == (
        "work of others is refused, or needs --allow-weak-isolation: the level here is process. Only Linux can do more."
    )

    machine("container")
    assert isolation.examine()["says"] == (
        "work of others is judged at level container: CI=true says that this machine is thrown away. "
        "Only Linux can do more."
    )


def test_the_command_says_it_with_all_and_in_json(machine, place, monkeypatch, capsys):
    machine("process")
    (place.root / "pyproject.toml").write_text('[tool.checker]\nexercises = "exercises"\n')
    monkeypatch.chdir(place.root)

    main(["--all"])
    assert "\ngrading: work of others is refused" in capsys.readouterr().out
    main(["--json"])
    assert json.loads(capsys.readouterr().out)["isolation"]["level"] == "process"
    main([])
    assert "grading" not in capsys.readouterr().out
