"""What a deck may say, and the sentence for what it may not."""

from __future__ import annotations

import pytest

from course.build.slides.includes import included
from course.build.slides.model import Bullets, Cards, Code, DeckError, Table, plain
from course.build.slides.values import load_values
from course.tests.slides.miniature import NOTE, deck_of, fitted, slide_of

LONG = "- A line that takes the whole width of a slide, and then more and still a little more.\n"
WHERE = "slides/09_hands_on_project.md:5"
FILE = """# --8<-- [start:one]
def one() -> int:
    # BEGIN SOLUTION 2
    #| raise NotImplementedError
    return 1
    # END SOLUTION
# --8<-- [end:one]
"""


def test_headings_inside_a_slide_make_cards_until_something_else_comes(tmp_path, values):
    body = "## T\n\n### One <!-- bad -->\n- a\n- b\n\n### Two\nText\n\n<!-- below -->\n\nBelow.\n"
    cards, below = slide_of(tmp_path, values, body=body).blocks

    assert isinstance(cards, Cards)
    assert [(plain(card.title), card.kind) for card in cards.cards] == [("One", "bad"), ("Two", "plain")]
    assert plain(below.runs) == "Below."


def test_choices_of_a_prediction_have_letters_and_its_debrief_has_pairs(tmp_path, values):
    asked = slide_of(
        tmp_path, values, settings="<!-- kind: predict | section: 9.1 | time: 1 -->", body="## T\n\n1. x\n2. y\n"
    )
    told = slide_of(
        tmp_path,
        values,
        settings="<!-- kind: debrief | section: 9.1 | time: 1 -->",
        body="## T\n\n|a|b|\n|-|-|\n|1|2|\n",
    )

    assert [plain(card.title) for card in asked.blocks[0].cards] == ["a", "b"]
    assert isinstance(told.blocks[0], Table)
    assert told.blocks[0].pairs


def test_the_answer_of_a_prediction_goes_into_the_notes_only(decks):
    slide = next(one for one in decks[1].deck.slides if one.kind == "predict")

    assert "Answer: b. By default Pydantic converts" in slide.note
    assert len(slide.blocks[1].cards) == 4


EXERCISE = """\
[[task]]
number = 1
title = "Find the oven"
tier = "room"

[[task]]
number = 2
title = "Bake"
tier = "full"
"""
PREDICTION = """\
[[predict]]
id = "12.1"
question = "How hot is `oven.py`?"
options = { a = "Cold", b = "Hot" }
answer = "b"
reason = "It was on."
"""


def with_exercise(tmp_path):
    """An exercise 12 beside the miniature deck."""
    folder = tmp_path / "clone" / "exercises" / "12_oven"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(
        "# 12 Oven\n\nIt burned.\nIt cost a cake.\nOne line would have helped.\n\nMore.\n"
    )
    (folder / "exercise.toml").write_text(EXERCISE)
    (folder / "predictions.toml").write_text(PREDICTION)


def test_an_exercise_speaks_for_itself_once_it_is_there(tmp_path, values):
    settings = "<!-- kind: predict | section: 9.1 | time: 1 -->"
    body = "## T\n\n<!-- predict: 12.1 -->\n\nThe deck's question?\n\n1. x\n2. y\n"
    note = NOTE.replace("\nAsk:", "\nAnswer: a. The deck's reason.\nAsk:")
    parts = {"settings": settings, "body": body, "note": note}

    before = slide_of(tmp_path, values, **parts)
    with_exercise(tmp_path)
    after = slide_of(tmp_path, values, **parts)

    assert plain(before.blocks[0].runs) == "The deck's question?"
    assert "Answer: a. The deck's reason." in before.note
    assert plain(after.blocks[0].runs) == "How hot is oven.py?"
    assert [plain(card.blocks[0].runs) for card in after.blocks[1].cards] == ["Cold", "Hot"]
    assert [line for line in after.note.split("\n") if line.startswith("Answer")] == ["Answer: b. It was on."]


def test_a_hand_off_shows_the_incident_and_the_tasks_of_the_room(tmp_path, values):
    body = "## T\n\n<!-- brief: 12 -->\n\nThe deck's words.\n\n```console\n$ checker check 12\n```\n"

    before = slide_of(tmp_path, values, body=body)
    with_exercise(tmp_path)
    incident, tasks, code = slide_of(tmp_path, values, body=body).blocks

    assert plain(before.blocks[0].runs) == "The deck's words."
    assert plain(incident.runs) == "It burned. It cost a cake."
    assert [plain(item.runs) for item in tasks.items] == ["TODO 1: Find the oven"]
    assert isinstance(code, Code)


def test_a_prediction_that_its_exercise_does_not_ask_is_refused(tmp_path, values):
    with_exercise(tmp_path)

    with pytest.raises(DeckError) as error:
        slide_of(tmp_path, values, body="## T\n\n<!-- predict: 12.9 -->\n")

    assert str(error.value) == f"{WHERE}: 12_oven asks no prediction '12.9'. Mend the name."


def test_a_fact_is_put_in_with_its_date_and_a_line_without_its_setting_goes(tmp_path, values):
    slide = slide_of(tmp_path, values, body="## T\n\n- On {{fact:pydantic}}\n- {{set:email}}\n")

    assert isinstance(slide.blocks[0], Bullets)
    assert [plain(item.runs) for item in slide.blocks[0].items] == [f"On {values.facts['pydantic'].value}"]
    assert slide.dated == ("pydantic",)


def test_settings_fill_the_presenter_in(tmp_path, values):
    settings = tmp_path / "me.toml"
    settings.write_text('presenter = "A. Name"\n')

    assert "A. Name" in load_values(values.root, "day", settings).filled("{{set:presenter}}", "x")[0]

    settings.write_text('phone = "1"\n')
    with pytest.raises(DeckError) as error:
        load_values(values.root, "day", settings)
    assert str(error.value) == (
        "presenter.toml: no slide shows 'phone'. Use: presenter, date, organization, email, repository, documentation."
    )


def test_a_hand_off_takes_what_its_section_has_left(tmp_path, values):
    deck = deck_of(tmp_path, values, settings="<!-- section: 9.1 | time: rest -->")

    assert deck.slides[0].minutes == 60


@pytest.mark.parametrize(
    ("region", "code"),
    [("one", "def one() -> int:\n    return 1"), ("task-2", "return 1")],
)  # fmt: skip
def test_code_is_included_by_region_and_by_task(tmp_path, region, code):
    (tmp_path / "a.py").write_text(FILE)

    assert included(f'--8<-- "a.py:{region}"', tmp_path, "deck.md:1") == (code, "a.py")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print(1)\n", "deck.md:1: this code stands in the deck itself, where no test runs it. "
         'Put it into a file that a test reads and write --8<-- "path:region" here.'),
        ('--8<-- "b.py:one"', "deck.md:1: there is no file 'b.py'. Mend the path."),
        ('--8<-- "a.py:two"', "deck.md:1: a.py has no region 'two'. "
         "Mark it there with --8<-- [start:two] and [end:two]."),
    ],
)  # fmt: skip
def test_code_without_a_source_is_refused(tmp_path, body, message):
    (tmp_path / "a.py").write_text(FILE)

    with pytest.raises(DeckError) as error:
        included(body, tmp_path, "deck.md:1")

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"settings": "<!-- section: 9.1 | time: two -->"},
         f"{WHERE}: the time of this slide is 'two'. Write minutes such as 1.5, or rest."),
        ({"settings": "<!-- section: 9.7 | time: 1 -->"},
         "slides/09_hands_on_project.md: there is no section '9.7'. Write one of course/outline.toml."),
        ({"settings": "<!-- section: 9.1 | time: 61 -->"},
         "slides/09_hands_on_project.md: the slides of section 9.1 take 1 minutes more than the section has. "
         "Take time from them, or give the section more in course/outline.toml."),
        ({"settings": "<!-- kind: party | section: 9.1 | time: 1 -->"},
         f"{WHERE}: there is no kind of slide 'party'. Use one of: lead, plain, predict, handoff, debrief."),
        ({"settings": "<!-- colour: red | section: 9.1 | time: 1 -->"},
         f"{WHERE}: a slide has no setting 'colour'. Use one of: kind, source, section, time, exercise, split."),
        ({"body": "Words without a title.\n"},
         f"{WHERE}: this slide has no title. Begin it with '## ' and a few words."),
        ({"body": "## T\n\n{{fact:moon}}\n"}, f"{WHERE}: there is no fact 'moon'. Mend the name in {{{{fact:moon}}}}."),
        ({"body": "## T\n\n<!-- table: prices -->\n"},
         f"{WHERE}: nothing makes the table 'prices'. Use one of: agenda, exercises, built."),
        ({"body": "## T\n\n![x](diagrams/none.yaml)\n"},
         f"{WHERE}: there is no picture 'diagrams/none.yaml' beside the decks. Mend the path."),
        ({"body": "## T\n\n```klingon\nqapla\n```\n"},
         f"{WHERE}: nothing can color 'klingon'. Name a language that Pygments knows."),
        ({"body": "## " + "A title that goes on " * 6 + "\n\nWords.\n"},
         f"{WHERE}: the title {('A title that goes on ' * 6).strip()!r} is too long for a line. Shorten it."),
        ({"body": "## T\n\n" + LONG * 14},
         f"{WHERE}: slide 'T' does not fit: it needs 8 pixels more of height. Shorten it, or make two of it."),
        ({"body": "## T\n\n```text\n" + "x" * 120 + "\n```\n"},
         f"{WHERE}: slide 'T' does not fit: a line of code is too long for its place. Shorten it, or make two of it."),
    ],
)  # fmt: skip
def test_what_a_slide_may_not_say_is_refused_with_its_place(tmp_path, values, parts, message):
    with pytest.raises(DeckError) as error:
        fitted(tmp_path, values, **parts)

    assert str(error.value) == message
