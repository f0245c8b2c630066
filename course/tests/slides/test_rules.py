"""The decks keep every rule, and each rule can be broken."""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import replace

import pytest
from movie_service.access_log import AccessLog, AccessLogMiddleware

from course.build.slides.command import ROOT, ready
from course.build.slides.model import Code, Picture
from course.build.slides.read import deck_paths
from course.build.slides.rules import faults
from course.build.slides.values import load_values
from course.tests.slides.miniature import NOTE, deck_of
from course.training.features import FEATURES

WHERE = "slides/09_hands_on_project.md:5"


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["day", "two-days", "self"])
def test_the_decks_keep_every_rule_in_every_profile_that_holds_all_exercises(profile):
    values = load_values(ROOT, profile)

    assert list(faults([built.deck for built in ready(values)], values)) == []


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["six-hours", "week"])
def test_a_profile_without_some_exercises_has_no_slides_of_them(profile):
    values = load_values(ROOT, profile)

    asked = {slide.exercise for built in ready(values) for slide in built.deck.slides if slide.exercise}

    assert asked == {"final", *map(str, values.profile.exercises)}


def test_there_is_a_deck_per_part_and_each_takes_its_minutes(decks, values):
    assert [(built.deck.part, built.deck.minutes) for built in decks] == [
        (part.number, part.minutes) for part in values.outline.part
    ]


def test_all_31_slides_of_the_source_stand_in_order_under_their_titles(decks, values):
    found = [(slide.source, slide.heading) for built in decks for slide in built.deck.slides if slide.source]

    assert found == [(one.number, one.title) for one in values.outline.slide]
    assert len(found) == 31


def test_every_file_of_slides_is_used(decks):
    pictures = {
        f"diagrams/{block.name}.yaml"
        for built in decks
        for slide in built.deck.slides
        for block in slide.blocks
        if isinstance(block, Picture)
    }
    there = {path.relative_to(ROOT / "slides").as_posix() for path in (ROOT / "slides").rglob("*") if path.is_file()}

    assert there == pictures | {path.name for path in deck_paths(ROOT)} | {"presenter.toml"}


def test_every_picture_says_in_words_what_it_shows(decks):
    alts = [
        block.alt
        for built in decks
        for slide in built.deck.slides
        for block in slide.blocks
        if isinstance(block, Picture)
    ]

    assert len(alts) > 20
    assert [alt for alt in alts if len(alt.split()) < 8 or alt.startswith(("Image", "Picture", "Diagram"))] == []


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"note": "<!-- note:\nPoint: short.\nAsk: why?\n-->"},
         f"{WHERE}: its note has 4 words. Say the point, a number or a story: 25 or more."),
        ({"note": NOTE.replace("Ask: why?", "No question.")},
         f"{WHERE}: its note has no question for the room. End it with one line 'Ask: …?'."),
        ({"note": NOTE.replace("Point: a", "A")},
         f"{WHERE}: its note does not begin with the point. Begin it with one line 'Point: …'."),
        ({"note": NOTE.replace("Number: ", "")},
         f"{WHERE}: its note has no number and no story. Add a line 'Number: …' or 'Story: …'."),
        ({"note": NOTE.replace("43", "Some").replace("99.9 percent leave", "a high promise leaves")},
         f"{WHERE}: its line 'Number:' holds no figure. Name one, or write 'Story: …'."),
        ({"note": NOTE.replace(" are what 99.9 percent leave to a service.", ".")},
         f"{WHERE}: 'Number: 43 minutes a month.' is too short to be told. Say in 12 words or more what it shows."),
        ({"body": "## T\n\nFROM python:3.9\n"},
         f"{WHERE}: it says 'python:3.9', which is out of date. Look up what holds today."),
        ({"body": "## T\n\nimage: api:latest\n"},
         f"{WHERE}: it says ':latest', which is out of date. Look up what holds today."),
        ({"body": "## T\n\nAmazon SageMaker serves.\n"},
         f"{WHERE}: the ML service is called 'Amazon SageMaker AI'. Write the whole name."),
        ({"body": "## T\n\nIt just works.\n"},
         f"{WHERE}: 'just' adds nothing, or shouts. Leave it out."),
        ({"body": "## T\n\nA → B\n"},
         f"{WHERE}: the fonts do not have '→'. Write it in words."),
        ({"body": "## T\n\n" + "word " * 105},
         f"{WHERE}: it shows 106 words; 105 is the most that a room reads. Make two slides of it."),
        ({"body": "## T\n\n" + "- one\n" * 8},
         f"{WHERE}: a list has 8 entries; 7 is the most."),
        ({"body": "## T\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 11},
         f"{WHERE}: its table has 12 rows; 11 is the most."),
    ],
)  # fmt: skip
def test_a_slide_that_breaks_a_rule_is_named(tmp_path, values, parts, message):
    deck = deck_of(tmp_path, values, **parts)

    assert message in list(faults([deck], values))


def test_a_deck_that_lacks_something_is_named(tmp_path, values):
    deck = deck_of(tmp_path, values)

    assert list(faults([deck], values)) == [
        'source slide 28, "What You\'ll Build", is in no deck. Give one slide `source: 28`.',
        "09_hands_on_project: the slides of section 9.1 take 3 minutes of 60. Share them out.",
        "09_hands_on_project: exercise final has no slides. It needs predict, handoff, debrief.",
    ]


def test_a_source_slide_under_another_title_is_named(tmp_path, values):
    deck = deck_of(tmp_path, values, settings="<!-- section: 9.1 | time: 3 | source: 28 -->")

    assert (
        f"{WHERE}: source slide 28 is 'A title' in part 9; the outline says \"What You'll Build\" in part 9. "
        "Correct one of them." in list(faults([deck], values))
    )


def test_source_slides_out_of_order_are_named(decks, values):
    part = decks[0].deck
    turned = replace(part, slides=part.slides[::-1])

    assert any("source slide 6 comes after 7" in fault for fault in faults([turned], values))


def test_the_refused_words_of_a_slide_are_looked_for_in_code_too(decks, values):
    deck = decks[1].deck
    slide = next(one for one in deck.slides if any(isinstance(block, Code) for block in one.blocks))
    spoiled = replace(slide, blocks=(*slide.blocks, Code("python", "model = joblib.load(path)")))

    found = list(faults([replace(deck, slides=(spoiled,))], values))

    assert f"{slide.where}: it says 'joblib.load', which is out of date. Look up what holds today." in found


def test_the_table_of_places_shows_the_order_of_the_training_and_of_the_alphabet(decks):
    slide = next(one for built in decks for one in built.deck.slides if one.heading.startswith("The model sees places"))
    rows = [["".join(run.text for run in cell) for cell in row] for row in slide.blocks[0].rows[1:]]

    assert [row[1].split()[0] for row in rows] == list(FEATURES[:4])
    assert [row[2].split()[0] for row in rows] == sorted(FEATURES)[:4]
    assert len(FEATURES) == 28


def test_the_log_line_of_a_slide_has_the_fields_of_the_service(decks):
    slide = next(one for built in decks for one in built.deck.slides if one.heading.startswith("A log line is"))
    shown = json.loads(slide.blocks[0].text)
    read, written = os.pipe()

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/predict", "headers": [], "raw_path": b"/predict"}
    asyncio.run(AccessLogMiddleware(app, AccessLog(written))(scope, None, send))
    line = json.loads(os.read(read, 10_000))
    os.close(read)
    os.close(written)

    assert list(shown) == list(line)


# What goes out of date: versions of software. A model's own version, or an example's tag, does not.
VERSION = re.compile(
    r"\b(?:Python|Kubernetes|FastAPI|Pydantic|LightGBM|MLflow|pandas) \d+\.\d+|(?<![\w/])v\d+\b(?!\.txt)"
)


def test_versions_come_from_the_facts_and_not_from_a_deck():
    found = [
        (path.name, one[0]) for path in deck_paths(ROOT) for one in VERSION.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []
    assert VERSION.search("on Python 3.9") and VERSION.search("checkout is v7 now")


def test_commands_on_slides_name_verbs_that_exist(decks):
    from checker.verbs import VERBS as CHECKER
    from course.start.verbs import VERBS as TARGETS

    text = "\n".join(path.read_text(encoding="utf-8") for path in deck_paths(ROOT))

    assert set(re.findall(r"\bchecker ([a-z-]+) \d", text)) <= {verb.name for verb in CHECKER}
    assert set(re.findall(r"[`$ ]make ([a-z-]+)`", text)) <= {verb.name for verb in TARGETS}
