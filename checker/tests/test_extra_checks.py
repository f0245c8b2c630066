"""Hidden checks from a folder of the instructor's: graded beside the exercise's own, and never told."""

from __future__ import annotations

import json
import textwrap

import jsonschema
import pytest

from checker import Grader
from checker.catalog import declared_checks
from checker.classroom.feedback import open_to
from checker.cli import main
from checker.course import EXTRA_CHECKS, find_course
from checker.errors import ExerciseFault, Misuse
from checker.report import as_text
from checker.result import schema
from checker.tests.conftest import MINI

CHECK = """
    from checker import check, expect

    @check(id="long-name", task=1, points=2, after=("names",))
    def test_long(submission):
        \"\"\"A long name is greeted.\"\"\"
        seen = submission.call("greeting.greet", "A" * 99)
        said = dict.fromkeys(("tried", "expected", "where", "next"), "secret")
        expect(seen == "Hello " + "A" * 99, seen=seen, **said)
"""


def write_checks(folder, text=CHECK, slug="01_greeting"):
    """Write a file of hidden checks, under the name that the exercise's own checks have."""
    path = folder / slug / "test_01_greeting.py"
    path.parent.mkdir(parents=True)
    path.write_text(textwrap.dedent(text))
    return folder


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """Lay hidden checks beside the miniature exercise."""

    def lay(text=CHECK, slug="01_greeting"):
        write_checks(tmp_path / "extra", text, slug)
        monkeypatch.setenv(EXTRA_CHECKS, str(tmp_path / "extra"))
        return find_course(MINI)

    return lay


@pytest.mark.slow
def test_they_are_rows_of_the_result(extra, hand_in):
    course = extra()
    with Grader(course) as grader:
        right = grader.grade(1, hand_in(), seed=1)
        short = "def greet(name):\n    return f'Hello {name}'[:20]\n"
        wrong = grader.grade(1, hand_in(greeting__py=short), seed=1)

    assert (right.score, right.max, right.row("long-name").verdict) == (7, 7, "passed")
    assert (wrong.row("long-name").verdict, wrong.row("long-name").seen) == ("not_yet", "Hello AAAAAAAAAAAAAA")
    assert [row.id for row in wrong.rows if row.hidden] == ["long-name"]
    jsonschema.validate(json.loads(json.dumps(wrong.to_dict())), schema())
    told = as_text(open_to(wrong))
    assert "A long name is greeted." in told
    assert "secret" not in told
    assert "AAAA" not in told


def test_they_are_declared_and_change_the_digest(extra, greeting):
    plain = greeting.checks_digest()

    exercise = extra().exercise(1)

    assert exercise.checks_digest() != plain
    assert {name: one.hidden for name, one in declared_checks(exercise).items()} == {
        "imports": False, "names": False, "answers": False, "long-name": True,
    }  # fmt: skip


def test_without_them_nothing_is_named_hidden(grader, hand_in):
    table = grader.grade(1, hand_in(), seed=1).to_dict()

    assert not [row for row in table["rows"] if "hidden" in row]


@pytest.mark.slow
def test_an_id_of_the_exercise_is_refused(extra, hand_in):
    course = extra(CHECK.replace("long-name", "names"))

    with pytest.raises(ExerciseFault) as refused:
        declared_checks(course.exercise(1))
    with Grader(course) as grader, pytest.raises(ExerciseFault) as not_run:
        grader.grade(1, hand_in())

    assert str(refused.value) == "01_greeting: the check id 'names' is given twice."
    assert str(not_run.value) == "The checks of 01_greeting cannot be run: The check id 'names' is given twice."


@pytest.mark.slow
def test_the_exercises_own_checks_still_need_hints(mini, hand_in):
    path = mini.exercise(1).checks / "test_01_greeting.py"
    path.write_text(path.read_text().replace("hints=HINTS, why", "why"))

    with Grader(mini) as grader, pytest.raises(ExerciseFault) as refused:
        grader.grade(1, hand_in())

    assert str(refused.value) == (
        "The checks of 01_greeting cannot be run: The check 'names' has no hints; give three (nudge, pointer, example)."
    )


@pytest.mark.parametrize(
    ("slug", "said", "step"),
    [
        ("01_greting", "holds no extra checks of this course: '01_greting' is no exercise.", "name it 01_greeting"),
        ("notes", "holds no extra checks of this course: 'notes' is no exercise.", "checker list"),
    ],
)
def test_a_folder_for_another_course_is_refused(extra, slug, said, step):
    course = extra(slug=slug)

    with pytest.raises(Misuse) as refused:
        course.exercise(1)

    assert str(refused.value).endswith(said)
    assert refused.value.next_step == step


def test_a_folder_without_checks_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(EXTRA_CHECKS, str(tmp_path))

    with pytest.raises(Misuse) as refused:
        find_course(MINI).exercise(1)

    assert str(refused.value) == (
        f"The folder {str(tmp_path)!r} holds no extra checks of this course: no NN_slug/test_*.py is there."
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(EXTRA_CHECKS, str(tmp_path / "no"))

    with pytest.raises(Misuse) as refused:
        find_course(MINI).exercise(1)

    assert str(refused.value) == f"There is no folder '{tmp_path / 'no'}' with extra checks."


@pytest.mark.slow
def test_grading_takes_them_from_a_folder(extra, hand_in, tmp_path, monkeypatch, capsys):
    extra()
    # As it was before the command: what it sets goes with this test.
    monkeypatch.setenv(EXTRA_CHECKS, "")
    monkeypatch.chdir(MINI)
    hand_in().rename(tmp_path / "01_greeting")

    main(
        [
            "grade",
            str(tmp_path / "01_greeting"),
            "--extra-checks",
            str(tmp_path / "extra"),
            "--out",
            str(tmp_path / "out"),
        ]
    )

    assert "7 of 7 points" in capsys.readouterr().out
