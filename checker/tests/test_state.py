"""What is remembered between runs: minutes per task, the checks that were lost last, the line on what to do now."""

from __future__ import annotations

import shutil

import pytest

from checker import notebook
from checker.cli import main
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

    assert next_step(result, grader.course.root, grader.course.exercise(1), task) == line


def test_after_the_whole_exercise_the_walkthrough(grader, hand_in, tmp_path):
    walkthrough = tmp_path / "solutions" / "01_greeting" / "README.md"
    walkthrough.parent.mkdir(parents=True)
    walkthrough.write_text("# Why\n")
    result = grader.grade(1, hand_in(), seed=1)

    line = next_step(result, tmp_path, grader.course.exercise(1))
    assert line == "next: read the walkthrough, solutions/01_greeting/README.md"


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
        "01  Greeting                    started, not checked yet\n"
        "02  Greeting                    not started\n"
        "next: checker check 1\n"
    )
    assert notebook.progress()._repr_html_().count("<a href") == 1
    assert notebook.progress().rows[1]["page"] == "README.md"
