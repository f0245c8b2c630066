"""The course's questions: verbatim, answered, linked to a page that teaches them, and free of give-aways."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.bank import Item, read_bank, read_checks
from checker.law.reading import sentences, words
from checker.law.words import BLAME

ROOT = Path(__file__).parents[3]
BANK = read_bank(ROOT / "course" / "questions")
ITEMS = [item for topic in BANK for item in topic.items]
# As the training outline, slide 30 and the list of topics have them: id and question, a line each.
ASKED = dict(
    line.split(" ", 1) for line in Path(__file__).with_name("asked.txt").read_text(encoding="utf-8").splitlines()
)
REFUSED = ("just", "simply", "obviously", "of course", "trivial", "clearly")
LONGEST_SENTENCE = 27


def _texts(item: Item) -> list[str]:
    options = [text for option in item.options for text in (option.text, option.why)]
    return [item.answer, item.prompt, *item.points, *options]


def test_every_question_of_the_sources_is_there_word_for_word():
    assert {item.id: item.asks for item in ITEMS} == ASKED
    assert len(ITEMS) == 99


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_answer_is_of_a_length_to_speak_and_in_plain_words(item):
    assert 80 <= len(item.answer.split()) <= 200
    for text in _texts(item):
        assert [word for word in (*REFUSED, *BLAME) if re.search(rf"\b{word}\b", text, re.IGNORECASE)] == []
        assert "!" not in text
        assert [one for one in sentences(text) if len(words(one)) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_question_leads_to_a_page_that_is_there(item):
    assert (ROOT / "docs" / "pages" / item.page).is_file()


def test_the_right_option_stands_at_every_place_about_as_often():
    places = Counter(item.right for item in ITEMS)

    assert set(places) == set("abcd")
    assert max(places.values()) <= 0.3 * len(ITEMS)


def test_length_gives_nothing_away():
    longest = 0
    for item in ITEMS:
        lengths = [len(option.text) for option in item.options]
        assert max(lengths) <= 1.3 * sum(lengths) / len(lengths), item.id
        right = len(item.letters[item.right].text)
        longest += sum(right > length for length in lengths) == len(lengths) - 1
    assert longest <= 0.4 * len(ITEMS)


# What a guesser sees without knowing anything: a clause that gives a reason, and a colon in place of one.
REASON = re.compile(r"\b(?:because|since|so that)\b|, (?:as|so|which|whose)\b", re.IGNORECASE)
COLON = re.compile(r"[:;]")


def _found(items: list[Item], taken: Callable[[str], bool]) -> float:
    """The share that is found by one who picks blindly among the options that are `taken`, else among all."""
    shares = []
    for item in items:
        right = item.letters[item.right]
        options = [option for option in item.options if taken(option.text)] or list(item.options)
        shares.append((right in options) / len(options))
    return sum(shares) / len(shares)


@pytest.mark.parametrize("sign", [REASON, COLON], ids=["reason", "colon"])
def test_the_form_of_an_option_gives_nothing_away(sign):
    assert _found(ITEMS, lambda text: sign.search(text) is not None) <= 0.3
    assert _found(ITEMS, lambda text: sign.search(text) is None) <= 0.3


def test_no_question_and_no_reason_is_there_twice():
    for kind in ("prompt", "answer", "asks"):
        texts = Counter(getattr(item, kind) for item in ITEMS)
        assert [text for text, count in texts.items() if count > 1] == []


def test_both_checks_ask_ten_objectives_from_at_least_five_topics():
    objectives = read_checks(ROOT / "course" / "questions", BANK)

    assert len(objectives) == 10
    for ids in ([one.entry for one in objectives], [one.exit for one in objectives]):
        assert len({id.partition(".")[0] for id in ids}) >= 5
