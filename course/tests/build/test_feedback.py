"""What wrong answers are told: recorded from the checker, shown in the reading room, asked again after a change."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from checker import Grader
from course.build import sync
from course.build.feedback import outdated, record, recorded
from course.build.solutions import reading
from course.build.sources import SourceError, read


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The miniature course, synced, with the feedback of its wrong answers recorded."""
    root = tmp_path_factory.mktemp("told") / "mini"
    shutil.copytree(Path(__file__).parents[1] / "data" / "mini_course", root)
    sync.write(root, sync.plan(root))
    assert list(sync.record_all(root)) == []
    sync.write(root, sync.plan(root))
    return root


@pytest.fixture
def mine(told, tmp_path):
    return shutil.copytree(told, tmp_path / "mine")


def exercise(root):
    return read(root / "exercises/01_greeting")


@pytest.mark.slow
def test_the_words_of_the_lost_check_are_recorded(told):
    row = recorded(told / sync.FEEDBACK, exercise(told))["forgets"]

    assert (row.title, row.seen, row.next) == (
        "greet() names the one it greets.",
        "'Hello.'",
        "Who is greeted?",
    )


@pytest.mark.slow
def test_the_reading_room_lists_every_wrong_answer_in_order(told):
    text = (told / "solutions/01_greeting/README.md").read_text()

    assert text.index("another name.") < text.index("Nobody")
    assert "| Nobody \\| is named. | greet() names the one it greets. | 'Hello.' | Who is greeted? |\n" in text


def test_what_was_recorded_is_not_outdated(told):
    assert outdated(told / sync.FEEDBACK, exercise(told)) == []


@pytest.mark.parametrize("name", ["wrong/shouts/app.py", "checks/test_01_greeting.py", "solution/given.py"])
def test_a_changed_file_makes_the_record_outdated(mine, name):
    path = mine / "exercises/01_greeting" / name
    path.write_text(path.read_text() + "\n# changed\n")

    assert "shouts" in [one.name for one in outdated(mine / sync.FEEDBACK, exercise(mine))]


def test_an_outdated_record_is_named(mine, monkeypatch, capsys):
    monkeypatch.setattr(sync, "ROOT", mine)
    path = mine / "exercises/01_greeting/wrong/shouts/app.py"
    path.write_text(path.read_text() + "\n# changed\n")

    assert sync.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "error: exercises/01_greeting/wrong/shouts: what it is told was recorded from other files.\n"
        "try: run `make sync`\n"
    )


@pytest.mark.slow
def test_a_wrong_answer_that_loses_nothing_is_refused(mine):
    path = mine / "exercises/01_greeting/wrong/shouts/app.py"
    path.write_text((mine / "solutions/01_greeting/app.py").read_text())

    with Grader(mine) as grader:
        refusals = record(mine / sync.FEEDBACK, exercise(mine), grader)

    assert refusals == [
        "exercises/01_greeting/wrong/shouts: it should lose 'greets' but loses nothing. Mend it or variants.toml."
    ]


def test_a_wrong_answer_without_a_folder_is_refused(mine):
    shutil.rmtree(mine / "exercises/01_greeting/wrong/shouts")

    with pytest.raises(SourceError) as error:
        outdated(mine / sync.FEEDBACK, exercise(mine))

    assert str(error.value) == (
        "exercises/01_greeting/variants.toml: wrong answer 'shouts' needs `says`, `loses` and a folder "
        "wrong/shouts. Add what is missing."
    )


def test_a_missing_model_says_what_makes_it(mine):
    (mine / "exercises/01_greeting/checks/answers.py").write_text(
        "def answers(seed, resources):\n    return {'length': len(open('no-such-model').read())}\n"
    )

    with Grader(mine) as grader:
        refusals = record(mine / sync.FEEDBACK, exercise(mine), grader)

    assert refusals[0] == (
        "exercises/01_greeting/wrong/shouts: 'no-such-model' could not be read. "
        "Run `make start` once, which makes data and model, then `make sync`."
    )


def test_lines_of_a_text_stand_in_one_cell_and_one_with_a_colon_goes_on_in_the_next(told):
    row = replace(recorded(told / sync.FEEDBACK, exercise(told))["forgets"], seen="1 of 2\nseen this:\na|b\nand c")

    page = reading(exercise(told), {"forgets": row})[Path("README.md")].decode()

    assert "| 1 of 2; seen this: a\\|b; and c |" in page
