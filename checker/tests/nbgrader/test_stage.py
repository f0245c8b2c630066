"""What nbgrader gets to work on: a copy with locked, graded cells, far from the sources."""

import json
import runpy
import shutil
from types import SimpleNamespace

import pytest

from checker.cli import main
from checker.errors import Misuse
from checker.nbgrader.room import room, task_points
from checker.nbgrader.stage import stage
from checker.verbs.nbgrader import surroundings

from .conftest import SLUG


def cells(where):
    return json.loads((where.root / f"source/{SLUG}/{SLUG}.ipynb").read_text())["cells"]


def test_every_task_has_a_locked_cell_worth_its_points(staged):
    graded = {cell["id"]: cell for cell in cells(staged) if cell["metadata"]["nbgrader"]["grade"]}

    assert {name: cell["metadata"]["nbgrader"]["points"] for name, cell in graded.items()} == {"task-1": 2, "task-2": 3}
    assert graded["task-2"]["source"] == 'from checker.notebook import score\n\nscore("01", 2)'
    assert graded["task-1"]["metadata"] == {
        "deletable": False,
        "editable": False,
        "nbgrader": {
            "grade": True, "grade_id": "task-1", "locked": True, "points": 2, "schema_version": 3, "solution": False,
            "task": False,
        },
    }  # fmt: skip


@pytest.mark.slow
def test_nbgrader_finds_the_notebook_valid(staged):
    """Reading it validates it."""
    from nbgrader import nbgraderformat

    book = nbgraderformat.read(staged.root / f"source/{SLUG}/{SLUG}.ipynb", as_version=4)

    assert len(book.cells) == 3


def test_the_cells_of_the_exercises_own_notebook_come_first(mini):
    own = {"cells": [{"cell_type": "markdown", "id": "own", "metadata": {}, "source": "Mine."}]}
    (mini.exercise(1).starter / f"{SLUG}.ipynb").write_text(json.dumps(own | {"nbformat": 4, "nbformat_minor": 5}))

    stage(room(mini))

    assert [cell["id"] for cell in cells(room(mini))] == ["own", "points", "task-1", "task-2"]
    assert "task-1" not in (mini.exercise(1).starter / f"{SLUG}.ipynb").read_text()


def test_the_project_is_staged_with_the_files_that_come_from_exercises(mini, with_project):
    assert stage(room(mini)) == [SLUG, "02_project"]

    folder = room(mini).root / "source" / "02_project"
    assert (folder / "greeting.py").read_bytes() == (mini.exercise(1).starter / "greeting.py").read_bytes()
    book = json.loads((folder / "02_project.ipynb").read_text())
    assert [cell["id"] for cell in book["cells"]] == ["points", "task-1", "task-2"]
    assert '"02_project": [' in (room(mini).root / "nbgrader_config.py").read_text()


def test_a_project_that_was_handed_in_is_found(mini, with_project):
    (room(mini).root / "submitted" / "ada" / "02_project").mkdir(parents=True)

    assert [(one.student, one.exercise.slug) for one in room(mini).hand_ins()] == [("ada", "02_project")]


def test_a_task_without_points_has_no_cell(mini):
    checks = mini.exercise(1).checks / "test_01_greeting.py"
    checks.write_text(checks.read_text().replace('points=3, tier="full"', 'tier="stretch"'))

    assert task_points(mini, mini.exercise(1)) == {1: 2}


def test_what_is_handed_in_is_never_overwritten(staged):
    config = SimpleNamespace(
        **{name: SimpleNamespace() for name in ("CourseDirectory", "Exchange", "Autograde", "Execute")}
    )

    runpy.run_path(str(staged.root / "nbgrader_config.py"), {"get_config": lambda: config})

    assert config.Autograde.exclude_overwriting == {SLUG: ["greeting.py", "answers.toml"]}
    assert config.CourseDirectory.root == str(staged.root)
    assert config.Exchange.root == str(staged.course.root / "build/exchange")


def test_staging_again_keeps_everything_but_the_source(handed_in):
    (handed_in.root / "source/99_gone").mkdir()
    (handed_in.root / f"source/{SLUG}/stale.py").write_text("x = 1\n")

    stage(handed_in)

    assert sorted(path.name for path in handed_in.root.glob("source/**/*.py")) == ["given.py", "greeting.py"]
    assert not (handed_in.root / "source/99_gone").exists()
    assert len(list(handed_in.root.glob("submitted/*/*/greeting.py"))) == 3


@pytest.mark.parametrize("inside", ["", "exercises", "exercises/01_greeting/starter"])
def test_it_never_works_on_the_sources(mini, inside):
    root = mini.root / inside

    with pytest.raises(Misuse) as raised:
        room(mini, root)

    assert str(raised.value) == f"nbgrader may not work in '{root}': it deletes and overwrites files there."
    assert raised.value.next_step == "checker nbgrader stage, which takes build/nbgrader"


def test_the_command_says_what_was_staged(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert main(["nbgrader", "stage"]) == 0

    assert capsys.readouterr().out == (
        f"staged 1 exercise(s) in {mini.root}/build/nbgrader: 01_greeting\n"
        "next: checker nbgrader run generate_assignment 01_greeting\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run"], "error: What shall nbgrader do? No command was given.\ntry: checker nbgrader run --help\n"),
        (["run", "autograde"], "error: Nothing is staged in 'ROOT/build/nbgrader'.\ntry: checker nbgrader stage\n"),
        (["lab"], "error: Nothing is staged in 'ROOT/build/nbgrader'.\ntry: checker nbgrader stage\n"),
    ],
)
def test_running_nbgrader_needs_a_command_and_a_stage(mini, monkeypatch, capsys, words, message):
    monkeypatch.chdir(mini.root)

    assert main(["nbgrader", *words]) == 2

    assert capsys.readouterr().err == message.replace("ROOT", str(mini.root))
    assert not (mini.root / "build").exists()


def test_nbgrader_finds_alembic_and_the_course(staged):
    env = surroundings(staged)

    assert shutil.which("alembic", path=env["PATH"])
    assert env["CHECKER_COURSE"] == str(staged.course.root)
    assert env["PYTHONWARNINGS"] == "ignore"
