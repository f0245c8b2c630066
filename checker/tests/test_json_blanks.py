"""JSON blanks belong to tasks: one task's values can be put in place, sealed, and counted."""

from __future__ import annotations

import json

import pytest

from checker.blanks import typed
from checker.course import find_course
from checker.errors import ExerciseFault
from checker.exercise import read_exercise
from checker.release.answers import pieces
from checker.state import load_state
from checker.verbs.target import Target
from checker.verbs.unblock import put_answer

SOLUTION = {"cpu": "256", "memory": "512", "containers": [{"name": "api", "health": {"path": "/live", "port": 8000}}]}
STARTER = {"containers": [{"name": "api"}]}
BLANKS = """
[blank."taskdef.json"]
"cpu" = 1
"memory" = 1
"containers.0.health" = 2
"""


@pytest.fixture
def course(mini):
    folder = mini.exercises_folder / "01_greeting"
    path = folder / "exercise.toml"
    path.write_text(path.read_text().replace('hand_in = ["', 'hand_in = ["taskdef.json", "') + BLANKS)
    (folder / "solution" / "taskdef.json").write_text(json.dumps(SOLUTION, indent=2) + "\n")
    (folder / "starter" / "taskdef.json").write_text(json.dumps(STARTER, indent=2) + "\n")
    return find_course(mini.root)


def test_one_task_is_put_in_place_and_the_rest_stays_the_trainees(course, tmp_path):
    exercise = course.exercise(1)
    (tmp_path / ".checker.json").write_text('{"seed": 5}')
    (tmp_path / "taskdef.json").write_text('{"containers": [{"name": "mine"}], "cpu": "1024"}')
    solution = (exercise.folder / "solution" / "taskdef.json").read_text()

    changed = put_answer(course, Target(exercise, task=2), load_state(tmp_path), {"taskdef.json": solution}.get)

    assert changed == ["taskdef.json"]
    assert json.loads((tmp_path / "taskdef.json").read_text()) == {
        "containers": [{"name": "mine", "health": {"path": "/live", "port": 8000}}],
        "cpu": "1024",
    }
    assert (tmp_path / "taskdef.json.before").is_file()


def test_a_sealed_piece_holds_nothing_of_another_task(course):
    sealed = pieces(course.exercise(1))

    assert json.loads(sealed[2]["taskdef.json"]) == {
        "containers": [{"name": "api", "health": {"path": "/live", "port": 8000}}]
    }
    assert json.loads(sealed[1]["taskdef.json"]) == {"cpu": "256", "memory": "512", "containers": [{"name": "api"}]}


def test_typed_lines_are_those_of_the_value_as_it_is_printed():
    text = json.dumps(SOLUTION)

    assert [typed(text, path) for path in ("cpu", "containers.0.health")] == [1, 4]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            '[blank]\n"taskdef.json" = ["cpu"]\n',
            "01_greeting/exercise.toml: [blank] 'taskdef.json' must be a table: [blank.\"taskdef.json\"], then a line "
            '"place.in.the.file" = 2 with the number of its task for each place.',
        ),
        (
            '[blank."taskdef.json"]\n"cpu" = 9\n',
            "01_greeting/exercise.toml: the blank 'cpu' of 'taskdef.json' belongs to task 9, which is not there. "
            "Give the number of one of the tasks.",
        ),
    ],
)
def test_a_blank_without_a_task_is_refused(mini, table, sentence):
    folder = mini.exercises_folder / "01_greeting"
    (folder / "exercise.toml").write_text((folder / "exercise.toml").read_text() + "\n" + table)

    with pytest.raises(ExerciseFault) as refused:
        read_exercise(folder)

    assert str(refused.value) == sentence
