"""What is remembered between runs: minutes per task, the checks that were lost last, the line on what to do now."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from checker import notebook
from checker.cli import main
from checker.collect import collect
from checker.course import Course
from checker.next_step import next_step
from checker.state import State, load_state
from checker.verbs.hint import choose
from checker.verbs.target import Target


def test_minutes_run_from_one_whole_task_to_the_next(tmp_path):
    state = State(tmp_path, times={"first": 0.0, "2": 300.0, "1": 120.0})

    assert state.minutes() == {"1": 2.0, "2": 3.0}


def test_no_minutes_before_the_first_check(tmp_path):
    assert State(tmp_path).minutes() == {}


def test_a_task_is_timed_when_it_is_whole(grader, hand_in, tmp_path):
    state = State(tmp_path)

    state.remember(grader.grade(1, hand_in(answers__toml="length = 4\n"), seed=1))

    assert sorted(state.times) == ["1", "first"]


def test_the_hint_is_for_what_the_last_run_showed(grader, hand_in, tmp_path):
    exercise = grader.course.exercise(1)
    state = State(tmp_path, recent=["answers"])

    assert choose(Target(exercise), state).id == "answers"
    assert choose(Target(exercise), State(tmp_path)).id == "names"


@pytest.mark.parametrize(
    ("task", "line"),
    [
        (1, "next: task 1.2, Serve: checker check 1.2"),
        (2, "next: the whole exercise: checker check 1"),
        (None, "next: checker status"),
    ],
)
def test_what_comes_after_full_marks(grader, hand_in, task, line):
    result = grader.grade(1, hand_in(), seed=1, task=task)

    assert next_step(result, grader.course, grader.course.exercise(1), task) == line


@pytest.mark.parametrize(("advice", "line"), [("", "next: checker doctor"), ("hand it in", "next: hand it in")])
def test_what_could_not_be_checked_may_say_what_to_do(mini, advice, line):
    row = SimpleNamespace(good=False, verdict="could_not_check", kind="graded", next=advice)

    assert next_step(SimpleNamespace(rows=[row]), mini, mini.exercise(1)) == line


@pytest.fixture
def longer(mini):
    """The miniature course with a second exercise and a project."""
    first = mini.root / "exercises" / "01_greeting"
    shutil.copytree(first, mini.root / "exercises" / "02_parting")
    shutil.copytree(first, mini.root / "project")
    manifest = mini.root / "project" / "exercise.toml"
    manifest.write_text(f'slug = "03_project"\n{manifest.read_text()}')
    return Course(mini.root, {**mini.table, "project": "project"})


def whole(course, number):
    return next_step(SimpleNamespace(rows=()), course, course.exercise(number))


def test_after_the_whole_exercise_comes_the_next_one(longer):
    assert whole(longer, 1) == "next: exercise 2, Greeting: checker start 2"
    assert whole(longer, 2) == "next: the final project: checker start project"
    assert whole(longer, 3) == "next: checker status"


def test_the_next_exercise_begins_with_its_brief_where_it_lies_in_work(longer):
    (longer.work / "02_parting").mkdir(parents=True)

    assert whole(longer, 1) == "next: exercise 2, Greeting: read work/02_parting/README.md"


def test_where_a_walkthrough_is_it_comes_first(longer):
    for slug in ("01_greeting", "03_project"):
        folder = longer.root / "solutions" / slug
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("# Why\n")

    assert whole(longer, 1) == (
        "next: read the walkthrough, solutions/01_greeting/README.md; then exercise 2, Greeting: checker start 2"
    )
    assert whole(longer, 3) == "next: read the walkthrough, solutions/03_project/README.md"


def test_begun_is_what_differs_from_what_was_given(mini, greeting, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    (greeting.folder / "README.md").write_text("# Greeting\n")
    main(["start", "1"])
    capsys.readouterr()
    main(["list"])
    (mini.work / "01_greeting" / "greeting.py").write_text("mine = 1\n")
    main(["status"])
    main(["list"])

    assert capsys.readouterr().out == (
        "01  Greeting                                 Greet a person by name.\n"
        "01  Greeting                    begun, not checked yet\n"
        "next: checker check 1\n"
        "01  Greeting                         begun   Greet a person by name.\n"
    )


def test_a_prediction_in_a_terminal_names_the_command(mini, greeting, monkeypatch, capsys):
    (greeting.folder / "README.md").write_text("# Greeting\n")
    (greeting.folder / "predictions.toml").write_text(
        '[[predict]]\nid = "01.1"\ntask = 1\nquestion = "Which?"\noptions = { a = "this", b = "that" }\n'
        'answer = "a"\nreason = "So it is."\n'
    )
    monkeypatch.chdir(mini.root)
    main(["start", "1"])
    capsys.readouterr()

    main(["predict", "01.1"])

    assert capsys.readouterr().out.endswith("choose with: checker predict 01.1 a\n")
    assert load_state(mini.work / "01_greeting").predictions == {}


def test_status_goes_on_to_the_project(mini, greeting, monkeypatch, capsys):
    project = mini.root / "project"
    shutil.copytree(mini.root / "exercises" / "01_greeting", project)
    manifest = project / "exercise.toml"
    manifest.write_text(f'slug = "02_project"\n{manifest.read_text()}')
    settings = mini.root / "pyproject.toml"
    settings.write_text(settings.read_text().replace("[tool.checker]\n", '[tool.checker]\nproject = "project"\n'))
    monkeypatch.chdir(mini.root)
    (greeting.folder / "README.md").write_text("# Greeting\n")
    main(["start", "1"])
    capsys.readouterr()

    main(["status"])

    assert capsys.readouterr().out == (
        "01  Greeting                    not begun\n"
        "02  Greeting                    not begun\n"
        "next: read work/01_greeting/README.md, then run: checker check 1\n"
    )
    assert notebook.progress()._repr_html_().count("<a href") == 1
    assert notebook.progress().rows[1]["page"] == "README.md"


def test_status_says_that_files_have_changed_since_the_check(mini, greeting, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    (greeting.folder / "README.md").write_text("# Greeting\n")
    main(["start", "1"])
    folder = mini.work / "01_greeting"
    digests = collect(mini.exercise(1), folder).digests
    State(folder, last={"score": 5, "rows": [], "submission": {"files": digests}}).save()
    capsys.readouterr()

    (folder / "greeting.py").write_text("mine = 1\n")
    main(["status"])
    (folder / "answers.toml").unlink()
    main(["status"])

    assert capsys.readouterr().out == (
        "01  Greeting                    5 of 5 points; changed since: greeting.py\nnext: checker check 1\n"
        "01  Greeting                    5 of 5 points; changed since: 2 files\nnext: checker check 1\n"
    )
