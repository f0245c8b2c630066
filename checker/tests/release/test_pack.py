"""A pack holds what a trainee needs and no answer; it judges as the course does."""

import json
import os
import subprocess
import sys
import tomllib

import pytest

from checker import Grader
from checker.cli import main
from checker.course import find_course
from checker.errors import ExerciseFault, Misuse
from checker.release.pack import release
from checker.seal import code_for

from .conftest import put


@pytest.fixture
def made(packed, tmp_path):
    return release(packed, tmp_path / "out")


def test_it_holds_what_a_trainee_needs(made):
    files = {path.relative_to(made.pack).as_posix() for path in made.pack.rglob("*") if path.is_file()}

    assert {name for name in files if not name.startswith(".git/")} == {
        ".gitignore", "README.md", "build/data/u.data", "profiles.toml", "pyproject.toml",
        "exercises/01_greeting/README.md", "exercises/01_greeting/checks/test_01_greeting.py",
        "exercises/01_greeting/exercise.toml", "exercises/01_greeting/starter/answers.toml",
        "exercises/01_greeting/starter/given.py", "exercises/01_greeting/starter/greeting.py",
        "sealed/01_greeting.json", "work/01_greeting/README.md", "work/01_greeting/answers.toml",
        "work/01_greeting/given.py", "work/01_greeting/greeting.py", "work/START_HERE.txt",
    }  # fmt: skip


def test_its_settings_are_the_courses_with_sealed_answers(made):
    table = tomllib.loads((made.pack / "pyproject.toml").read_text())["tool"]["checker"]

    assert table == {
        "exercises": "exercises", "work": "work", "default_profile": "self", "sealed": "sealed",
        "profiles": "profiles.toml", "resources": {"data": "build/data"},
    }  # fmt: skip
    assert find_course(made.pack).tiers("day") == ("room",)


@pytest.mark.slow
def test_it_judges_as_the_course_does(made, packed, hand_in):
    folder = hand_in(greeting__py="def greet(name):\n    return f'Hello {name}'\n")

    with Grader(packed) as here, Grader(made.pack) as there:
        results = [grader.grade(1, folder, seed=7) for grader in (here, there)]

    assert results[0].score == 2
    assert results[0].rows == results[1].rows
    assert results[0].checks_sha256 == results[1].checks_sha256


@pytest.mark.slow
def test_a_trainees_first_three_commands_work_in_it(made, monkeypatch, capsys):
    monkeypatch.chdir(made.pack)

    assert [main(["start"]), main(["status"]), main(["check", "1"])] == [0, 0, 1]

    out = capsys.readouterr().out
    assert "01  is there: work/01_greeting" in out
    assert "0 of 5 points" in out


@pytest.mark.slow
def test_full_marks_in_it_point_to_what_is_there(made, hand_in, monkeypatch, capsys):
    monkeypatch.chdir(made.pack)

    assert main(["check", "1", "--folder", str(hand_in())]) == 0

    assert capsys.readouterr().out.splitlines()[-1] == "next: checker status"


def test_every_trainee_draws_a_seed_of_their_own(made, monkeypatch):
    monkeypatch.chdir(made.pack)
    main(["start"])

    assert json.loads((made.pack / "work/01_greeting/.checker.json").read_text())["seed"] >= 1
    assert b".checker.json" not in git(made.pack, "ls-files")


@pytest.mark.slow
def test_an_answer_opens_with_its_code_only(made, monkeypatch, capsys):
    monkeypatch.chdir(made.pack)
    main(["start"])
    code = code_for(made.secret.read_text(), "01_greeting", 1)

    assert main(["unblock", "1.1"]) == 2
    assert main(["unblock", "1.2", "--code", code]) == 2
    assert main(["unblock", "1.1", "--code", code]) == 0

    text = (made.pack / "work/01_greeting/greeting.py").read_text()
    assert 'return f"Hello {name}"' in text
    assert "json.dumps" not in text


def test_it_is_a_repository_with_all_files_in_its_first_commit(made):
    assert git(made.pack, "status", "--porcelain") == b""
    assert b"build/data/u.data" in git(made.pack, "ls-files")


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True).stdout


@pytest.mark.slow
def test_a_second_release_keeps_the_codes_and_new_codes_changes_them(made, packed):
    first = made.codes.read_text()
    out = made.pack.parent

    assert release(packed, out).codes.read_text() == first
    assert release(packed, out, anew=True).codes.read_text() != first


def test_codes_are_listed_by_task_for_the_instructors_eyes(made):
    code = code_for(made.secret.read_text(), "01_greeting", 2)

    assert f"    1.2  {code}  Serve\n" in made.codes.read_text()
    assert [oct(os.stat(path).st_mode & 0o777) for path in (made.codes, made.secret)] == ["0o600", "0o600"]


@pytest.mark.slow
def test_a_pack_that_shows_an_answer_is_not_made(made, packed):
    put(packed.root / "pack/notes.md", 'Hello\n    return f"Hello {name}"\n')
    put(packed.root / "pack/more.md", "An f-string is the shortest way to put a value into a text.\n")

    with pytest.raises(ExerciseFault) as raised:
        release(packed, made.pack.parent)

    assert str(raised.value) == (
        "The pack would show 2 line(s) of answers, so it was not made:\n"
        "  more.md:1 shows 01_greeting/walkthrough.md:1: "
        "'An f-string is the shortest way to put a value into a text.'.\n"
        "  notes.md:2 shows 01_greeting/solution/greeting.py:10: 'return f\"Hello {name}\"'."
    )
    assert raised.value.next_step == (
        "take the line out of that file; or say in known of [tool.checker.pack] why trainees may see it"
    )
    assert not (made.pack / "notes.md").exists()
    assert (made.pack / "README.md").exists()


def test_a_known_line_may_be_shown(packed, tmp_path):
    put(packed.root / "pack/notes.md", 'return f"Hello {name}"\n')
    known = '\n[[tool.checker.pack.known]]\nlines = [\'return f"Hello {name}"\']\nwhy = "The talk shows it."\n'
    settings = packed.root / "pyproject.toml"
    settings.write_text(settings.read_text() + known)

    made = release(find_course(packed.root), tmp_path / "out")

    assert (made.pack / "notes.md").exists()


def refusals(root, out):
    return {
        "no_table": (
            ("[tool.checker.pack]", "[tool.other]"),
            Misuse,
            f"'{root}/pyproject.toml' has no table [tool.checker.pack].",
            "run checker release in the course itself, not in a pack of it",
        ),
        "unknown_key": (
            ("given =", "gift ="),
            ExerciseFault,
            "pyproject.toml: [tool.checker.pack] has an unknown key 'gift'. "
            "It may have: copy, exercise, given, known, made, settings, template, wheel.",
            "",
        ),
        "no_reason": (
            ("given =", 'known = [{ lines = ["x = f(y)"] }]\ngiven ='),
            ExerciseFault,
            "pyproject.toml: [tool.checker.pack] knows the line 'x = f(y)' without a reason. "
            "Say in 'why' for what reason trainees may see it.",
            "",
        ),
        "missing": (
            ('copy = ["build/data"]', 'copy = ["build/model"]'),
            ExerciseFault,
            f"The pack needs '{root}/build/model', which is not there.",
            "make start, which makes data and model; or mend [tool.checker.pack] in pyproject.toml",
        ),
        "not_made": (
            ("made_by_course", "made_by_nobody"),
            ExerciseFault,
            "'work/START_HERE.txt' of the pack could not be made: PYTHON: No module named made_by_nobody",
            "python -m made_by_nobody --out {out}",
        ),
    }


@pytest.mark.parametrize("case", ["no_table", "unknown_key", "no_reason", "missing", "not_made"])
def test_what_is_wrong_with_the_table_is_said(packed, tmp_path, case):
    change, kind, message, next_step = refusals(packed.root, tmp_path)[case]
    settings = packed.root / "pyproject.toml"
    settings.write_text(settings.read_text().replace(*change))

    with pytest.raises(kind) as raised:
        release(find_course(packed.root), tmp_path / "out")

    assert str(raised.value).replace(sys.executable, "PYTHON") == message
    assert raised.value.next_step == next_step
    assert not (tmp_path / "out/pack").exists()


def test_a_folder_that_is_no_pack_is_left_alone(packed, tmp_path):
    put(tmp_path / "out/pack/thesis.txt", "Mine.\n")

    with pytest.raises(Misuse) as raised:
        release(packed, tmp_path / "out")

    assert str(raised.value) == (f"The folder '{tmp_path}/out/pack' is there and is not a pack; it was left as it is.")
    assert (tmp_path / "out/pack/thesis.txt").exists()


def test_the_command_says_what_was_made_and_where(packed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(packed.root)

    assert main(["release", "--out", str(tmp_path / "out")]) == 0

    out = tmp_path / "out"
    assert capsys.readouterr().out == (
        f"pack    {out}/pack: 1 exercise(s), 17 files, none shows an answer\n"
        f"codes   {out}/codes.txt: one per task, for checker unblock; keep it to yourself\n"
        f"secret  {(out / 'secret.txt').read_text().strip()}: what the codes come from, kept in secret.txt\n"
        f"next: push {out}/pack to where trainees clone it\n"
    )
