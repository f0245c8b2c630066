"""Starters: what is left out, what is given, and every refusal's full text."""

import json
from pathlib import Path

import pytest

from course.build.sources import SourceError, folders, read
from course.build.starters import answer, starter


def first(mini: Path):
    return read(folders(mini)[0])


def test_a_starter_holds_hand_ins_given_files_and_the_notebook(mini):
    made = starter(first(mini))

    assert sorted(map(str, made)) == ["01_greeting.ipynb", "answers.toml", "app.py", "given.py"]


def test_a_starter_shows_stubs_and_no_answer(mini):
    text = starter(first(mini))[Path("app.py")].decode()

    assert 'raise NotImplementedError("TODO 1' in text
    assert "Hello" not in text


def test_a_given_file_is_given_unchanged_even_when_it_is_not_text(mini):
    (mini / "exercises/01_greeting/solution/model.bin").write_bytes(b"\xff\x00\r\n")

    assert starter(first(mini))[Path("model.bin")] == b"\xff\x00\r\n"


def test_the_answer_has_neither_markers_nor_stubs(mini):
    text = answer(first(mini))[Path("app.py")].decode()

    assert "SOLUTION" not in text and "#|" not in text and "Goodbye" in text


def test_declared_blanks_of_json_are_left_out(mini):
    made = starter(read(folders(mini)[1]))

    assert json.loads(made[Path("taskdef.json")]) == {"containers": [{"name": "api"}]}


def test_the_litter_of_tools_is_not_given(mini):
    (mini / "exercises/01_greeting/solution/__pycache__").mkdir()
    (mini / "exercises/01_greeting/solution/__pycache__/app.cpython-311.pyc").write_bytes(b"")

    assert Path("__pycache__/app.cpython-311.pyc") not in starter(first(mini))


def test_json_with_blanks_must_be_printed_like_its_starter(mini):
    path = mini / "exercises/02_task_definition/solution/taskdef.json"
    path.write_text(path.read_text().replace("  ", " "))

    with pytest.raises(SourceError) as error:
        starter(read(folders(mini)[1]))

    assert str(error.value) == (
        "exercises/02_task_definition/solution/taskdef.json: it is not printed as its starter will be. "
        "Write it with an indent of two spaces, one value a line, as json.dumps(indent=2) does."
    )


def test_markers_in_a_file_that_is_not_handed_in_are_refused(mini):
    (mini / "exercises/01_greeting/solution/given.py").write_text("# BEGIN SOLUTION 1\n# END SOLUTION\n")

    with pytest.raises(SourceError) as error:
        starter(first(mini))

    assert str(error.value) == (
        "exercises/01_greeting/solution/given.py: it has solution markers but is not handed in. "
        "Name it in hand_in of exercise.toml, or take the markers out."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Greeting"', 'title = ""', " has no 'title'. Add it; checker/API.md shows its form."),
        (
            '"app.py"',
            '"main.py"',
            ": it names 'main.py', which is not in solution/. Add the file or take the name out.",
        ),
    ],
)
def test_an_exercise_toml_that_cannot_be_used_is_refused(mini, old, new, message):
    path = mini / "exercises/01_greeting/exercise.toml"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(SourceError) as error:
        read(path.parent)

    assert str(error.value) == f"exercises/01_greeting/exercise.toml{message}"
