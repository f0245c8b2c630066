"""The seed of a folder: a check, what is remembered and the given scripts go by the same one, also without a state."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli import main
from checker.collect import collect
from checker.state import load_state, write_atomically


@pytest.fixture
def at_work(mini, monkeypatch, greeting):
    """A folder in work/ without a state, as a copy without dot-files is."""
    (greeting.folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(mini.root)
    monkeypatch.setattr("checker.verbs.start.draw_seed", lambda: 77)
    main(["start", "1"])
    folder = mini.work / "01_greeting"
    (folder / ".checker.json").unlink()
    return folder


@pytest.mark.slow
def test_a_folder_without_a_state_is_judged_with_one_seed_at_each_check(at_work, greeting):
    first = collect(greeting, at_work).seed
    main(["check", "1"])

    assert (first, collect(greeting, at_work).seed, load_state(at_work).seed) == (1, 1, 1)


@pytest.mark.slow
def test_a_state_that_was_not_here_is_told_once(at_work, capsys):
    told = []
    for _ in range(2):
        capsys.readouterr()
        main(["check", "1"])
        told.append([line for line in capsys.readouterr().out.splitlines() if "note:" in line])

    assert told == [
        [
            "  note: .checker.json was not here and begins anew, with seed 1. What given scripts wrote with another "
            "seed no longer fits: run them again."
        ],
        [],
    ]


def test_start_draws_a_seed_where_nobody_has_begun(at_work):
    main(["start"])

    assert load_state(at_work).seed == 77


def test_the_hidden_folder_of_an_editor_is_no_work_begun(at_work):
    (at_work / ".ipynb_checkpoints").mkdir(parents=True)

    main(["start"])

    assert load_state(at_work).seed == 77


@pytest.mark.parametrize(("name", "text"), [("greeting.py", "mine = 1\n"), ("night.jsonl", "{}\n")])
def test_start_keeps_the_seed_of_whoever_began_without_a_state(at_work: Path, name: str, text: str) -> None:
    write_atomically(at_work / name, text)

    main(["start"])

    assert load_state(at_work).seed == 1
