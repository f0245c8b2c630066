"""The command line as a trainee uses it: what is printed, which exit code, what is kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from checker.cli import main
from checker.sandbox import guard
from checker.state import load_state

RIGHT = 'def greet(name):\n    # BEGIN SOLUTION 1\n    return f"Hello {name}"\n    # END SOLUTION\n'


@pytest.fixture
def at_work(mini, monkeypatch, greeting):
    """A course with exercise 1 started, and the shell in its root."""
    (greeting.folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(mini.root)
    main(["start", "1"])
    return mini.work / "01_greeting"


def test_start_copies_and_says_what_is_next(mini, greeting, monkeypatch, capsys):
    (greeting.folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(mini.root)

    assert main(["start", "1"]) == 0

    assert capsys.readouterr().out == (
        "01  copied to work/01_greeting\nnext: read work/01_greeting/README.md, then run: checker check 1\n"
    )
    names = sorted(path.name for path in (mini.work / "01_greeting").iterdir())
    assert names == [".checker.json", "README.md", "answers.toml", "given.py", "greeting.py"]


def test_start_again_overwrites_nothing(at_work, capsys):
    (at_work / "greeting.py").write_text("mine = 1\n")
    seed = load_state(at_work).seed

    main(["start"])

    assert (at_work / "greeting.py").read_text() == "mine = 1\n"
    assert load_state(at_work).seed == seed
    assert capsys.readouterr().out.endswith("01  is there: work/01_greeting\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server exists on Linux only")
def test_what_starts_workers_and_ends_at_once_is_told_in_a_line(at_work, capsys, monkeypatch):
    capsys.readouterr()
    # As when somebody ends a check at its start: nothing answers.
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert main(["check", "1", "--seed", "4"]) == 3

    assert capsys.readouterr() == (
        "", "could not check: the process that starts workers did not come up. Nothing was judged.\n"
    )  # fmt: skip


@pytest.mark.slow
def test_check_of_the_starter(at_work, capsys):
    capsys.readouterr()

    assert main(["check", "1", "--seed", "4"]) == 1

    assert capsys.readouterr().out == (
        "Exercise 1  Greeting                                               0 of 5 points\n"
        "  kept          The file can be imported.\n"
        "  not yet       The greeting names the person.                            0 of 2\n"
        "                task 1\n"
        "                tried     called greet('Ada659')\n"
        "                seen      'Hello'\n"
        "                expected  'Hello Ada659'\n"
        "                where     greeting.py, greet\n"
        "                next      Which value changes from person to person?\n"
        "  waits for     The app answers with the greeting as JSON.                0 of 3\n"
        "                waits for: The greeting names the person.\n"
        "next: change the file and check again, or: checker hint 1   (this run again: --seed 4; isolation: "
        f"{guard()})\n"
    )


@pytest.mark.slow
def test_check_in_the_folder_of_the_exercise_needs_no_number(at_work, monkeypatch):
    monkeypatch.chdir(at_work)

    assert main(["check"]) == 1


@pytest.mark.slow
def test_check_as_json_follows_the_schema(at_work, capsys):
    capsys.readouterr()
    main(["check", "1", "--json"])

    assert json.loads(capsys.readouterr().out)["schema"] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "step"),
    [
        (["check", "greting"], "There is no exercise 'greting'. Did you mean 01_greeting?", "checker list"),
        (["check"], "Which exercise? None is named, and this folder is not one of work/.", "checker check 1"),
        (["check", "1.9"], "There is no task '1.9'. Exercise 01 has 01.1, 01.2.", "checker check 1"),
        (["unblock", "1"], "Which task? An answer is put in place one task at a time.", "checker unblock 1.1"),
        (["hint", "01.nam"], "There is no check 'nam'. There are: 01.names, 01.answers.", "checker hint 01"),
        (
            ["hint", "01.imports"],
            "The check 'imports' has no hints. These have: 01.names, 01.answers.",
            "checker hint 01",
        ),
        (["check", "1", "--folder", "no"], "There is no folder 'no'.", "checker start 01"),
        (
            ["unblock", "1.1"],
            "The answer of task 1.1 opens after 3 honest tries; there were 0. "
            "A try is honest when the file was changed and its check was run.",
            "checker hint 1.1",
        ),
    ],
)
def test_misuse_says_what_and_what_to_do(at_work, capsys, arguments, error, step):
    capsys.readouterr()

    assert main(arguments) == 2

    assert capsys.readouterr().err == f"error: {error}\ntry: {step}\n"


def test_check_before_start(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert main(["check", "1"]) == 2
    assert capsys.readouterr().err == "error: There is no 'work/01_greeting' yet.\ntry: checker start 1\n"


def test_outside_a_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["list"]) == 2
    assert capsys.readouterr().err.startswith(f"error: No course found at {str(tmp_path)!r} or above: ")


@pytest.mark.slow
def test_hints_come_one_layer_at_a_time(at_work, capsys):
    main(["check", "1"])
    capsys.readouterr()

    for _ in range(4):
        main(["hint", "1"])

    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.endswith("of 3)")] == [
        "nudge (1 of 3)", "pointer (2 of 3)", "example (3 of 3)", "example (3 of 3)",
    ]  # fmt: skip
    assert out.endswith("next: still stuck? checker unblock 1.1 puts the answer of task 1 in place\n")


def try_honestly(at_work, times):
    text = (at_work / "greeting.py").read_text()
    for number in range(times):
        (at_work / "greeting.py").write_text(f"{text}# try {number}\n")
        main(["check", "1"])


@pytest.mark.slow
def test_the_same_file_three_times_is_one_try(at_work, capsys):
    for _ in range(3):
        main(["check", "1"])
    capsys.readouterr()

    assert main(["unblock", "1.1"]) == 2
    assert "there were 1." in capsys.readouterr().err


@pytest.mark.slow
def test_unblock_after_three_honest_tries(at_work, capsys):
    try_honestly(at_work, 3)
    capsys.readouterr()

    assert main(["unblock", "1.1"]) == 0

    assert capsys.readouterr().out == (
        "task 1.1: the answer stands in greeting.py; the file as it was is greeting.py.before\n"
        "This task earns no points now. next: checker check 1\n"
    )
    assert '    return f"Hello {name}"\n' in (at_work / "greeting.py").read_text()
    assert "# try 2" in (at_work / "greeting.py").read_text()
    capsys.readouterr()
    main(["check", "1"])
    assert "task 1 was helped (unblocked): no points, and the rest can go on" in capsys.readouterr().out


@pytest.mark.slow
def test_status_and_list(at_work, capsys):
    capsys.readouterr()
    main(["status"])
    main(["check", "1"])
    capsys.readouterr()
    main(["status"])

    assert capsys.readouterr().out == "01  Greeting                    0 of 5 points\nnext: checker check 1\n"


@pytest.mark.slow
def test_one_passed_task_is_not_the_whole_exercise(at_work, capsys):
    (at_work / "greeting.py").write_text('def greet(name):\n    return f"Hello {name}"\n')
    main(["check", "1.1"])
    capsys.readouterr()

    main(["status"])

    assert capsys.readouterr().out == "01  Greeting                    2 of 5 points\nnext: checker check 1\n"


@pytest.mark.slow
def test_a_check_of_one_task_leaves_the_points_of_the_others(at_work, capsys):
    main(["check", "1"])
    main(["check", "1.1"])

    last = load_state(at_work).last
    assert ([row["id"] for row in last["rows"]], last["max"]) == (["imports", "names", "answers"], 5)


def test_reset_keeps_the_files_and_the_seed(at_work, mini, capsys):
    (at_work / "greeting.py").write_text("mine = 1\n")
    seed = load_state(at_work).seed

    main(["reset", "1"])

    assert "TODO 1" in (at_work / "greeting.py").read_text()
    assert load_state(at_work).seed == seed
    kept = next((mini.work / "backup").iterdir())
    assert (kept / "greeting.py").read_text() == "mine = 1\n"


def test_reset_in_a_terminal_that_stands_in_the_folder_shows_the_starter_there(at_work, monkeypatch):
    (at_work / "greeting.py").write_text("mine = 1\n")
    monkeypatch.chdir(at_work)

    main(["reset", "1"])

    assert "TODO 1" in Path("greeting.py").read_text()


@pytest.mark.slow
def test_help_of_every_verb(capsys):
    from checker.verbs import VERBS

    for verb in VERBS:
        with pytest.raises(SystemExit) as ended:
            main([verb.name, "--help"])
        assert ended.value.code == 0
        assert "exit codes: 0 all passed" in capsys.readouterr().out


def test_an_unreadable_state_is_kept_aside(at_work):
    (at_work / ".checker.json").write_text("{half")

    assert load_state(at_work).tries == {}
    assert (at_work / ".checker.unreadable").read_text() == "{half"


ANSWERS = "def answers(seed, resources):\n    return {'length': 3, 'other': 9}\n"
TWO = "".join(
    f'# BEGIN SOLUTION {task}\n#| {key} = "?"\n{key} = 0\n# END SOLUTION\n'
    for task, key in ((1, "other"), (2, "length"))
)


@pytest.mark.slow
def test_unblock_fills_the_observed_answers_of_its_task_only(at_work, greeting, capsys):
    (greeting.folder / "checks" / "answers.py").write_text(ANSWERS)
    (greeting.folder / "solution" / "answers.toml").write_text(TWO)
    starter = TWO.replace("#| ", "").replace("other = 0\n", "").replace("length = 0\n", "")
    (at_work / "answers.toml").write_text(starter)
    text = (at_work / "greeting.py").read_text()
    (at_work / "greeting.py").write_text(text.replace("return given.nobody()", 'return f"Hello {name}"'))
    for number in range(3):
        (at_work / "answers.toml").write_text(f"{starter}# try {number}\n")
        main(["check", "1"])

    assert main(["unblock", "1.2"]) == 0

    text = (at_work / "answers.toml").read_text()
    assert 'other = "?"' in text
    assert "length = 3" in text
