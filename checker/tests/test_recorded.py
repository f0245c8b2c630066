"""Recorded runs: read, chosen by what the trainee's work lost, shown with their date, refused when they are stale."""

from __future__ import annotations

import json

import pytest

from checker import recorded
from checker.cli import main
from checker.course import find_course
from checker.errors import ExerciseFault, Misuse
from checker.law.case import read_case
from checker.law.recordings import recordings_are_current

PLAN = """
[record.build]
says = "What sh says."
engine = "shell"
of = ["starter", "solution", "wrong/*"]
run = ["cat greeting.py"]
after = ["true"]
"""


def a_run(of, output, loses="", inputs="0"):
    step = {"command": "cat greeting.py", "output": output, "exit_code": 0, "seconds": 1.5}
    says = "The name is forgotten." if loses else ""
    return {"of": of, "says": says, "loses": loses, "inputs": inputs, "notes": [], "steps": [step]}


@pytest.fixture
def course(mini):
    """The miniature course with one recorded case."""
    with (mini.exercise(1).folder / "exercise.toml").open("a") as file:
        file.write(PLAN)
    runs = [a_run("starter", "hello"), a_run("solution", "Hello Ada"), a_run("wrong/forgets", "Hello", loses="names")]
    table = {"exercise": "01_greeting", "case": "build", "says": "What sh says.", "engine": "shell 5.2",
             "recorded": "2026-11-25", "runs": runs}  # fmt: skip
    folder = mini.root / "recorded" / "01_greeting"
    folder.mkdir(parents=True)
    (folder / "build.json").write_text(json.dumps(table))
    return find_course(mini.root)


def test_a_recording_survives_the_way_through_json(course):
    found = recorded.find(course, course.exercise(1), None)

    path = course.root / "again.json"
    path.write_text(found.to_json())

    assert recorded.read(path) == found


@pytest.mark.parametrize(
    ("rows", "of"),
    [
        ([], "starter"),
        ([{"id": "names", "verdict": "passed"}], "solution"),
        ([{"id": "imports", "verdict": "kept"}, {"id": "names", "verdict": "not_yet"}], "wrong/forgets"),
        ([{"id": "answers", "verdict": "not_yet"}], "starter"),
    ],
)
def test_the_nearest_run_follows_the_first_check_that_was_lost(course, rows, of):
    found = recorded.find(course, course.exercise(1), "build")

    assert recorded.choose(found, None, rows).of == of


def test_replay_in_a_terminal(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)

    assert main(["replay", "1", "build", "--of", "forgets"]) == 0

    assert capsys.readouterr().out == (
        "Recorded on 2026-11-25 with shell 5.2, not your machine: wrong/forgets.\n"
        "The name is forgotten.\n\n"
        "$ cat greeting.py\nHello\nexit code 0, 1.5 s\n"
    )


def test_replay_in_a_notebook_is_escaped(course):
    found = recorded.find(course, course.exercise(1), "build")
    run = recorded.choose(found, "starter", [])

    shown = recorded.as_html(found, run)

    assert "<strong>Recorded on 2026-11-25 with shell 5.2, not your machine: starter.</strong>" in shown
    assert "<pre><b>$ cat greeting.py</b>\nhello\nexit code 0, 1.5 s</pre>" in shown


def test_replay_lists_what_there_is(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)

    main(["replay", "1", "--list"])

    assert capsys.readouterr().out.splitlines() == [
        "build     starter", "build     solution", "build     wrong/forgets               The name is forgotten.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["1", "start"], "error: Exercise 1 has no recorded run 'start'. There are: build.\n"
         "try: checker replay 1 build\n"),
        (["1", "build", "--of", "x"], "error: There is no recorded run of 'x'. There are: starter, solution, "
         "wrong/forgets.\ntry: checker replay 1 build\n"),
    ],
)  # fmt: skip
def test_a_name_that_is_none(course, monkeypatch, capsys, words, message):
    monkeypatch.chdir(course.root)

    assert main(["replay", *words]) == 2

    assert capsys.readouterr().err == message


def test_nothing_recorded(mini):
    with pytest.raises(Misuse) as error:
        recorded.find(mini, mini.exercise(1), None)

    assert (str(error.value), error.value.next_step) == ("Exercise 1 has no recorded runs.", "checker check 1")


def test_a_plan_that_lacks_something(mini):
    with (mini.exercise(1).folder / "exercise.toml").open("a") as file:
        file.write('[record.build]\nengine = "shell"\n')

    with pytest.raises(ExerciseFault) as fault:
        recorded.plans(mini.exercise(1))

    assert str(fault.value) == (
        "01_greeting/exercise.toml: [record.build] needs engine, says, of and run, and may have before and after."
    )


def test_the_law_names_the_command_that_renews_a_recording(course):
    (course.exercise(1).folder / "variants.toml").write_text("")
    path = course.root / "recorded" / "01_greeting" / "build.json"
    table = json.loads(path.read_text())
    table["runs"] = [one for one in table["runs"] if one["of"] != "solution"]
    path.write_text(json.dumps(table))

    said = recordings_are_current(read_case(course.exercise(1)))

    renew = 'Run `make record ARGS="1 build"`.'
    assert said == [
        f"01_greeting: the recorded run 'build' of starter was made from other files. {renew}",
        f"01_greeting: solution has no recorded run 'build'. {renew}",
    ]
