"""The tiers: which tests each asks, and what the linters say below their own command."""

import io

import pytest

from course.start import tiers
from course.start.console import Console
from course.start.places import Places


def test_the_closing_line_of_pytest_is_counted():
    assert tiers.counts("==== \033[32m212 passed\033[0m, 3 skipped, 9 deselected in 3.10s ====\n") == (
        "212 passed, 3 skipped"
    )
    assert tiers.counts("no tests ran in 0.01s") == ""


@pytest.mark.parametrize(
    ("name", "whole", "marked"),
    [
        ("test", "", "not full and not live"),
        ("test-full", "", "(full or live) and not another_day"),
        ("test-full", "1", "full or live"),
        ("test-live", "", "(live) and not another_day"),
    ],
)
def test_what_has_another_day_is_left_out_unless_all_is_asked_for(monkeypatch, name, whole, marked):
    monkeypatch.setenv("WHOLE", whole)

    assert tiers.marked(name) == marked


def test_every_core_has_work_and_a_large_machine_stays_usable(monkeypatch):
    monkeypatch.setattr(tiers.os, "cpu_count", lambda: 2)
    assert [tiers.workers(name) for name in tiers.MARKERS] == [3, 2, 3, 3]

    monkeypatch.setattr(tiers.os, "cpu_count", lambda: 64)
    assert tiers.workers("test") == 9


def test_a_linter_that_fails_fails_the_tier_and_is_read_below_its_command(tmp_path, monkeypatch):
    tools = (("one", ".", ("sh", "-c", "sleep 0.2; echo fine")), ("two", ".", ("sh", "-c", "echo x >&2; exit 3")))
    monkeypatch.setattr(Places, "program", lambda self, name: name)
    monkeypatch.setattr(tiers, "LINTERS", tools)
    monkeypatch.setattr(tiers.environment, "ensure", lambda places, console: None)
    said = io.StringIO()

    code = tiers.lint(Places(tmp_path), Console(said))

    assert code == 1
    lines = said.getvalue().splitlines()
    assert lines[:4] == ["$ sh -c sleep 0.2; echo fine", "fine", "$ sh -c echo x >&2; exit 3", "x"]
    assert lines[4].startswith("make lint: FAILED in ")
    assert "one ok (" in lines[4]
    assert "two FAILED (" in lines[4]


def test_bytecode_is_kept_where_the_shell_forbids_it(tmp_path, monkeypatch):
    tool = ("one", ".", ("sh", "-c", 'echo "forbidden: [$PYTHONDONTWRITEBYTECODE]"'))
    monkeypatch.setattr(Places, "program", lambda self, name: name)
    monkeypatch.setattr(tiers, "LINTERS", (tool,))
    monkeypatch.setattr(tiers.environment, "ensure", lambda places, console: None)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = io.StringIO()

    tiers.lint(Places(tmp_path), Console(said))

    assert said.getvalue().splitlines()[1] == "forbidden: []"


def test_linters_run_beside_the_tests_and_each_is_told_in_one_piece(tmp_path, monkeypatch):
    """Linters and tests wait for a file of the other: one after the other would never end."""
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(
        "#!/bin/sh\ntouch tested\nuntil test -e linted; do sleep 0.01; done\necho '== 3 passed in 1s =='\n"
    )
    python.chmod(0o755)
    tools = (("one", ".", ("sh", "-c", "until test -e tested; do sleep 0.01; done; touch linted; echo a; echo b")),)
    monkeypatch.setattr(Places, "program", lambda self, name: name)
    monkeypatch.setattr(tiers, "LINTERS", tools)
    monkeypatch.setattr(tiers, "GENERATED", ("two", ".", ("false",)))
    monkeypatch.setattr(tiers.environment, "ensure", lambda places, console: tiers.environment.Made(0.0))
    said = io.StringIO()

    code = tiers.tier("test", Places(tmp_path), Console(said), ())

    assert code == 1
    lines = said.getvalue().splitlines()
    told = lines.index(f"$ {' '.join(tools[0][2])}")
    assert lines[told : told + 3] == [lines[told], "a", "b"]
    assert lines[-1].startswith("make test: FAILED in ")
    assert [word.split(" (")[0] for word in lines[-1].split(" s: ")[1].split(" · ")] == [
        "one ok", "two FAILED", "pytest 3 passed",
    ]  # fmt: skip
