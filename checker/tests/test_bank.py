"""The question bank's reader: what it takes, and in full what it says of a wrong file."""

import pytest

from checker.bank import BankFault, read_bank, read_checks

QUESTION = """
[[question]]
id = "{id}"
asks = "What is a port?"
answer = "A number."
points = ["a", "b", "c"]
page = "parts/1.md"
prompt = "Which is one?"
options = [
  {{ text = "8000", why = "A number.", right = true }},
  {{ text = "http", why = "A protocol." }},
  {{ text = "host", why = "A machine." }},
]
"""
HEAD = 'title = "Ports"\nsource = "a source"\n'


def _bank(folder, *texts):
    for number, text in enumerate(texts, start=1):
        (folder / f"{number:02d}_topic.toml").write_text(HEAD + text)
    return read_bank(folder)


def test_topics_and_questions_come_in_order(tmp_path):
    first, second = _bank(tmp_path, QUESTION.format(id="1.1") + QUESTION.format(id="1.2"), QUESTION.format(id="2.1"))

    assert [item.id for item in first.items] == ["1.1", "1.2"]
    assert (second.number, second.title, second.items[0].right) == ("2", "Ports", "a")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('asks = "What is a port?"\n', "", "it has no 'asks'"),
        ('asks = "', 'ask = ""\nasks = "', "it has an unknown key 'ask'"),
        ('id = "1.1"', 'id = "2.1"', "its id does not begin with '1.'"),
        ('"a", "b", "c"', '"a"', "it has 1 key points, not three to five"),
        ('  { text = "host", why = "A machine." },\n', "", "it has 2 options, not three to five"),
        (', why = "A machine."', "", "an option has the keys text; it needs text and why, and may have right"),
        (", right = true", "", "0 options are right, not one"),
        ('"A protocol."', '"A protocol.", right = true', "2 options are right, not one"),
    ],
)
def test_a_wrong_question_is_named(tmp_path, old, new, message):
    text = QUESTION.format(id="1.1")
    assert old in text
    named = "2.1" if "2.1" in new else "1.1"

    with pytest.raises(BankFault) as refused:
        _bank(tmp_path, text.replace(old, new, 1))

    assert str(refused.value) == f"01_topic.toml, question {named}: {message}."
    assert refused.value.next_step == "correct it"


def test_a_file_that_is_no_toml_is_named(tmp_path):
    with pytest.raises(BankFault) as refused:
        _bank(tmp_path, "[[question")

    assert str(refused.value).startswith("01_topic.toml is no TOML: ")
    assert refused.value.next_step == "correct the line"


def test_a_number_is_given_once(tmp_path):
    with pytest.raises(BankFault) as refused:
        _bank(tmp_path, QUESTION.format(id="1.1") * 2)

    assert str(refused.value) == "The question 1.1 is there twice."


@pytest.mark.parametrize(
    ("entry", "exit", "fault"), [("1.1", "1.9", "1.9 is not in the bank"), ("1.1", "1.1", "1.1 is asked twice")]
)
def test_a_check_asks_questions_that_are_there_once(tmp_path, entry, exit, fault):
    bank = _bank(tmp_path, QUESTION.format(id="1.1"))
    (tmp_path / "checks.toml").write_text(f'[[objective]]\nsays = "ports"\nentry = "{entry}"\nexit = "{exit}"\n')

    with pytest.raises(BankFault) as refused:
        read_checks(tmp_path, bank)

    assert str(refused.value) == f"checks.toml: the question {fault}."


def test_a_bank_may_have_no_checks(tmp_path):
    assert read_checks(tmp_path, _bank(tmp_path, QUESTION.format(id="1.1"))) == ()
