"""Blanks: declared places of a JSON answer taken out, put back, and every refusal's full text."""

import json

import pytest

from checker.blanks import BlankError, blanked, canonical, fill

ANSWER = json.dumps({"cpu": "256", "parts": [{"name": "api", "health": {"retries": 3}}, {"name": "log"}]})
PATHS = ["cpu", "parts.0.health"]


def test_blanked_values_are_gone_and_the_rest_stays():
    assert json.loads(blanked(ANSWER, PATHS)) == {"parts": [{"name": "api"}, {"name": "log"}]}


def test_several_items_of_one_list_are_taken_out():
    assert json.loads(blanked("[0, 1, 2, 3]", ["1", "2"])) == [0, 3]


def test_filling_a_starter_gives_the_answer():
    filled = fill(blanked(ANSWER, PATHS), ANSWER, PATHS)

    assert json.loads(filled) == json.loads(ANSWER)


def test_filling_keeps_what_the_trainee_wrote_elsewhere():
    filled = fill('{"parts": [{"name": "mine"}], "memory": "512"}', ANSWER, ["cpu"])

    assert json.loads(filled) == {"parts": [{"name": "mine"}], "memory": "512", "cpu": "256"}


def test_a_list_item_is_put_back_at_the_end():
    assert json.loads(fill("[0, 1]", "[0, 1, 2]", ["2"])) == [0, 1, 2]


def test_canonical_text_is_stable_and_keeps_letters():
    once = canonical('{"b":"é","a":1}')

    assert canonical(once) == once == '{\n  "b": "é",\n  "a": 1\n}\n'


def test_a_path_that_leads_nowhere_is_refused():
    with pytest.raises(BlankError) as error:
        blanked(ANSWER, ["parts.2.health"], source="taskdef.json")

    assert str(error.value) == (
        "taskdef.json: the blank 'parts.2.health' stops at '2', which is not there. "
        "Correct the path, or put the part that holds it back."
    )


def test_text_that_is_not_json_is_refused_with_its_line():
    with pytest.raises(BlankError) as error:
        blanked('{\n  "cpu": 1,\n}', ["cpu"], source="taskdef.json")

    assert str(error.value).startswith("taskdef.json:")
    assert str(error.value).endswith("Mend the line before the blanks can be found.")
