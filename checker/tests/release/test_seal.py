"""Sealed answers open with their own code, with no other, and say what is wrong."""

import json
import re

import pytest

from checker.errors import ExerciseFault, Misuse
from checker.seal import code_for, new_secret, opened, seal

SECRET = "0123-4567-89ab-cdef-ghjk-mnpq"
PIECES = {1: {"greeting.py": "the first answer\n"}, 2: {"answers.toml": "length = 3\n"}}


@pytest.fixture
def sealed(tmp_path):
    codes = {task: code_for(SECRET, "01_greeting", task) for task in PIECES}
    path = tmp_path / "sealed" / "01_greeting.json"
    path.parent.mkdir()
    path.write_text(json.dumps(seal(PIECES, codes)))
    return path


def test_a_task_opens_with_its_code(sealed):
    assert opened(sealed, 2, code_for(SECRET, "01_greeting", 2)) == PIECES[2]


def test_a_code_may_be_typed_without_dashes_and_in_capitals(sealed):
    code = code_for(SECRET, "01_greeting", 1).replace("-", " ").upper().replace("0", "O").replace("1", "I")

    assert opened(sealed, 1, code) == PIECES[1]


def test_another_tasks_code_does_not_open_it(sealed):
    code = code_for(SECRET, "01_greeting", 1)

    with pytest.raises(Misuse) as raised:
        opened(sealed, 2, code)

    assert str(raised.value) == (
        f"The code '{code}' does not open the answer of task 1.2. Each task has a code of its own."
    )
    assert raised.value.next_step == "checker hint 1.2, or ask for the code of 1.2"


def test_without_a_code_it_says_who_has_one(sealed):
    with pytest.raises(Misuse) as raised:
        opened(sealed, 1, "")

    assert str(raised.value) == "The answer of task 1.1 is sealed; the instructor has its code."
    assert raised.value.next_step == "checker unblock 1.1 --code CODE"


@pytest.mark.parametrize("missing", ["task", "file"])
def test_a_task_without_a_sealed_answer_is_named(sealed, missing):
    path = sealed if missing == "task" else sealed.with_name("01_other.json")

    with pytest.raises(Misuse) as raised:
        opened(path, 3, "any")

    assert str(raised.value) == "No answer is sealed for task 1.3."
    assert raised.value.next_step == "checker hint 1.3"


def test_a_damaged_file_is_named(sealed):
    sealed.write_text("{")

    with pytest.raises(ExerciseFault) as raised:
        opened(sealed, 1, "any")

    assert str(raised.value) == "sealed/01_greeting.json cannot be read as sealed answers."
    assert raised.value.next_step == "git checkout sealed"


def test_what_is_sealed_does_not_show_the_answer(sealed):
    assert "answer" not in sealed.read_text()
    assert "length" not in sealed.read_text()


def test_codes_are_readable_stable_and_different():
    codes = {code_for(SECRET, slug, task) for slug in ("01_a", "02_b") for task in (1, 2, 3)}

    assert len(codes) == 6
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){2}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)
    assert code_for(SECRET.upper(), "01_a", 1) in codes


def test_every_release_has_a_secret_of_its_own():
    first, second = new_secret(), new_secret()

    assert first != second
    assert re.fullmatch(r"(\w{4}-){5}\w{4}", first)
