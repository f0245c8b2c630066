"""Sync: the committed files are fresh, and a changed, missing or left-over one is named and mended."""

from pathlib import Path

import pytest

from course.build import sync


@pytest.fixture
def synced(mini):
    (mini / "exercises/01_greeting/variants.toml").unlink()  # what wrong answers are told: test_feedback.py
    sync.write(mini, sync.plan(mini))
    return mini


def test_a_fresh_course_has_nothing_stale(synced):
    assert sync.stale(synced, sync.plan(synced)) == []


def test_writing_again_changes_nothing(synced):
    assert sync.write(synced, sync.plan(synced)) == []


@pytest.mark.parametrize("name", ["exercises/01_greeting/starter/app.py", "solutions/01_greeting/README.md"])
def test_an_edited_generated_file_is_named_and_mended(synced, name):
    before = (synced / name).read_text()
    (synced / name).write_text("edited by hand")

    assert sync.stale(synced, sync.plan(synced)) == [Path(name)]
    assert sync.write(synced, sync.plan(synced)) == [Path(name)]
    assert (synced / name).read_text() == before


def test_a_file_that_nothing_makes_is_named_and_removed(synced):
    left = synced / "exercises/01_greeting/starter/old.py"
    left.write_text("")

    assert sync.write(synced, sync.plan(synced)) == [left.relative_to(synced)]
    assert not left.exists()


def test_check_names_each_stale_file_and_what_to_run(synced, monkeypatch, capsys):
    monkeypatch.setattr(sync, "ROOT", synced)
    (synced / "solutions/02_task_definition/taskdef.json").unlink()

    assert sync.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "error: solutions/02_task_definition/taskdef.json is not what its source makes.\ntry: run `make sync`\n"
    )


def test_check_of_a_fresh_course_says_nothing(synced, monkeypatch, capsys):
    monkeypatch.setattr(sync, "ROOT", synced)

    assert sync.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_broken_source_is_told_and_the_other_exercises_are_still_written(synced, monkeypatch, capsys):
    monkeypatch.setattr(sync, "ROOT", synced)
    (synced / "exercises/01_greeting/solution/app.py").write_text("# BEGIN SOLUTION 1\n")
    (synced / "exercises/02_task_definition/starter/taskdef.json").unlink()

    assert sync.main([]) == 2
    assert capsys.readouterr().err == (
        "error: exercises/01_greeting/solution/app.py:1: the region of task 1 is never closed. "
        "Add '# END SOLUTION' after its last line.\ntry: correct the source, then run `make sync`\n"
    )
    assert (synced / "exercises/02_task_definition/starter/taskdef.json").is_file()


def test_what_was_made_of_a_broken_source_is_left_alone(synced):
    (synced / "exercises/01_greeting/solution/app.py").write_text("# BEGIN SOLUTION 1\n")

    assert sync.write(synced, sync.plan(synced)) == []
    assert (synced / "solutions/01_greeting/app.py").is_file()
