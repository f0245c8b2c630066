"""Judging one folder: verdicts, points, profiles, help, and the invariants of a result."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker import Grader
from checker.course import find_course
from checker.errors import CheckerError, ExerciseFault, Misuse
from checker.observed import observed_answers
from checker.result import VERDICTS, Result, schema

STARTER = "import given\ndef greet(name):\n    return given.nobody()\n"


def verdicts(result):
    return {row.id: row.verdict for row in result.rows}


def test_the_answer_earns_everything(grader, hand_in):
    result = grader.grade(1, hand_in(), seed=3)

    assert verdicts(result) == {"imports": "kept", "names": "passed", "answers": "passed"}
    assert (result.status, result.score, result.max, result.exit_code) == ("graded", 5, 5, 0)


def test_one_fault_loses_one_check_and_the_rest_waits(grader, hand_in):
    result = grader.grade(1, hand_in(greeting__py=STARTER), seed=3)

    assert verdicts(result) == {"imports": "kept", "names": "not_yet", "answers": "waits_for"}
    assert result.row("answers").waits_for == "The greeting names the person."
    assert (result.score, result.exit_code) == (0, 1)


def test_of_a_chain_the_first_link_is_named(grader, hand_in):
    """`answers` comes after `names`, which comes after `imports`: the one in between waits as well."""
    result = grader.grade(1, hand_in(greeting__py="import nothing_of_this_name\n"), seed=3)

    assert verdicts(result) == {"imports": "broken", "names": "waits_for", "answers": "waits_for"}
    assert {result.row(name).waits_for for name in ("names", "answers")} == {"The file can be imported."}


def test_part_of_the_points(grader, hand_in):
    row = grader.grade(1, hand_in(answers__toml="length = 4\n"), seed=3).row("answers")

    assert (row.verdict, row.earned, row.max, row.seen) == ("partial", 1, 3, "4")


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ('length = "?"\n', "length has no answer yet"),
        ("", "length has no answer yet"),
        ("length = true\n", "'length' is True"),
        ('length = "three"\n', "'length' is 'three'"),
        ("length = \n", "line 1: Invalid value"),
    ],
)
def test_answers_that_cannot_be_used(grader, hand_in, answer, seen):
    row = grader.grade(1, hand_in(answers__toml=answer), seed=3).row("answers")

    assert (row.verdict, row.seen, row.where.partition(":")[0]) == ("not_yet", seen, "answers.toml")


def test_a_broken_guard_is_named_broken(grader, hand_in):
    result = grader.grade(1, hand_in(greeting__py="def greet(:\n"), seed=3)

    assert verdicts(result) == {"imports": "broken", "names": "waits_for", "answers": "waits_for"}


def test_a_task_alone_runs_what_it_comes_after(grader, hand_in):
    result = grader.grade(1, hand_in(), seed=3, task=2)

    assert verdicts(result) == {"answers": "passed"}


def test_a_task_that_waits_shows_what_it_waits_for(grader, hand_in):
    result = grader.grade(1, hand_in(greeting__py=STARTER), seed=3, task=2)

    assert verdicts(result) == {"names": "not_yet", "answers": "waits_for"}


def test_a_helped_task_earns_nothing(grader, hand_in):
    state = '{"seed": 1, "helped": {"1": "unblocked"}}'
    result = grader.grade(1, hand_in(__checker__json=state), seed=3)

    assert (result.score, result.row("names").verdict, result.row("names").helped) == (3, "passed", "unblocked")


def test_same_seed_same_bytes(grader, hand_in):
    first, second = (grader.grade(1, hand_in(), seed=9).without_times() for _ in range(2))

    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())


def test_fresh_inputs_without_a_seed(grader, hand_in):
    assert grader.grade(1, hand_in()).seed != grader.grade(1, hand_in()).seed


def test_no_such_task(grader, hand_in):
    with pytest.raises(Misuse) as error:
        grader.grade(1, hand_in(), task=7)

    assert str(error.value) == "Exercise 01 has no task 7. It has 01.1, 01.2."


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("9", "There is no exercise '9'."),
        ("gretting", "There is no exercise 'gretting'. Did you mean 01_greeting?"),
        ("01_greetings", "There is no exercise '01_greetings'. Did you mean 01_greeting?"),
    ],
)
def test_no_such_exercise(grader, hand_in, asked, message):
    with pytest.raises(Misuse) as error:
        grader.grade(asked, hand_in())

    assert (str(error.value), error.value.next_step) == (message, "checker list")


@pytest.mark.parametrize("asked", [1, "1", "01", "greeting", "01_greeting", "exercises/01_greeting/"])
def test_names_of_an_exercise(grader, asked):
    assert grader.course.exercise(asked).slug == "01_greeting"


def edit_checks(course, old, new):
    path = course.exercises_folder / "01_greeting" / "checks" / "test_01_greeting.py"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.slow
def test_a_check_that_breaks_is_not_the_trainee_s_fault(mini, hand_in):
    edit_checks(mini, 'name = submission.random.choice(["Ada", "Grace", "Alan"])', "name = 1 / 0")
    with Grader(mini) as grader:
        result = grader.grade(1, hand_in(), seed=1)

    row = result.row("names")
    assert (row.verdict, row.seen) == ("could_not_check", "ZeroDivisionError in the check: division by zero")
    assert (result.status, result.exit_code) == ("error", 3)


@pytest.mark.slow
def test_checks_that_cannot_be_imported(mini, hand_in):
    edit_checks(mini, "from checker import check, expect, partial", "import nothing_like_this")
    with Grader(mini) as grader, pytest.raises(ExerciseFault) as error:
        grader.grade(1, hand_in())

    assert str(error.value).startswith("The checks of 01_greeting cannot be run: ")
    assert "No module named 'nothing_like_this'" in str(error.value)


@pytest.mark.slow
def test_rows_follow_the_tasks_whatever_file_they_stand_in(mini, hand_in):
    soon = '@check(id="soon", task=9, points=0)\ndef test_soon(submission):\n    """It is there."""\n'
    path = mini.exercises_folder / "01_greeting" / "checks" / "test_00_soon.py"
    path.write_text(f"from checker import check\n\n\n{soon}")
    with Grader(mini) as grader:
        rows = grader.grade(1, hand_in()).rows

    assert [row.task for row in rows] == sorted(row.task for row in rows)
    assert rows[-1].id == "soon"


@pytest.mark.slow
def test_a_check_after_one_that_is_not_there(mini, hand_in):
    edit_checks(mini, 'after=("imports",)', 'after=("import",)')
    with Grader(mini) as grader, pytest.raises(ExerciseFault) as error:
        grader.grade(1, hand_in())

    fault = "The check 'names' comes after 'import', which is not declared."
    assert str(error.value) == f"The checks of 01_greeting cannot be run: {fault}"


@pytest.mark.slow
def test_edited_checks_are_read_again_by_a_warm_grader(mini, hand_in):
    with Grader(mini) as grader:
        before = grader.grade(1, hand_in(), seed=1).max
        edit_checks(mini, "points=2", "points=4")
        after = grader.grade(1, hand_in(), seed=1).max

    assert (before, after) == (5, 7)


SABOTAGE = {
    "conftest.py": "import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_call(item):\n    yield\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "sitecustomize.py": "import os; os._exit(0)\n",
    "test_01_greeting.py": "def test_all():\n    pass\n",
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_files_beside_the_hand_in_have_no_effect(grader, hand_in, name):
    folder = hand_in(greeting__py=STARTER)
    (folder / name).write_text(SABOTAGE[name])

    assert grader.grade(1, folder, seed=1).score == 0


# -- invariants -------------------------------------------------------------------------------------------------
PIECES = [
    "", "raise SystemExit\n", "while False: break\n", "def greet(name): return 'Hello ' + name\n", "greet = 3\n",
    "def greet(*a, **k): return None\n", "def greet(name): raise KeyError(name)\n", "app = greet\n",
    "async def app(scope, receive, send): pass\n", "import os; os._exit(3)\n", "def greet(n): return {n: [n] * 5}\n",
]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=4), st.sampled_from(["length = 3", "length = nan", "?", "[length]"]))
def test_invariants_of_a_result(tmp_path_factory, shared_grader, pieces, answer):
    folder = tmp_path_factory.mktemp("any")
    (folder / "greeting.py").write_text("".join(pieces))
    (folder / "answers.toml").write_text(answer)

    result = shared_grader.grade(1, folder, seed=5)

    table = result.to_dict()
    jsonschema.validate(table, schema())
    assert [row.id for row in result.rows] == ["imports", "names", "answers"]
    assert result.score == sum(row.earned for row in result.rows) <= result.max == 5
    assert all(0 <= row.earned <= row.max and row.verdict in VERDICTS for row in result.rows)
    assert Result.from_dict(json.loads(json.dumps(table))) == result


@pytest.fixture(scope="module")
def shared_grader(grader):
    return grader


def test_an_error_never_lowers_points(grader, hand_in):
    result = grader.grade(1, hand_in(), seed=3)
    broken = replace(result, rows=(*result.rows[:2], replace(result.rows[2], verdict="could_not_check", earned=0)))

    assert (broken.score, broken.max, broken.exit_code) == (2, 5, 3)


def test_answers_that_need_a_folder_which_is_not_made_say_how_to_make_it(mini):
    path = mini.exercises_folder / "01_greeting" / "exercise.toml"
    path.write_text('resources = ["model"]\n' + path.read_text())
    (path.parent / "checks" / "answers.py").write_text("def answers(seed, resources):\n    return {}\n")
    course = find_course(mini.root)

    with pytest.raises(CheckerError) as error:
        observed_answers(course, course.exercise(1), 1)

    assert str(error.value) == f"The folder {str(course.root / 'model')!r} is not there; `make start` makes 'model'."
    assert error.value.next_step == "make start"
