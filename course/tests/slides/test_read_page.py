"""The page on which a deck is read: all words, notes among them, without a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.build.slides import reading
from course.build.slides.html import runs_of_note
from course.build.slides.model import Code, words_of
from course.build.slides.pdf import _told

pytestmark = pytest.mark.slow
# Above a slide that is shown after an exercise.
LATER = r'<details class="told later"><summary>After [^<]+</summary>'


def shown_by(markdown: str) -> int:
    """How many slides a page of the site shows, each below a heading of its own with its notes."""
    marks = (r"^## \d+\. ", f'^(?:{LATER})?<div class="read ', '^<details class="told"><summary>')
    heads, slides, notes = (len(re.findall(mark, markdown, re.MULTILINE)) for mark in marks)
    assert heads == slides == notes
    return slides


class Reading(HTMLParser):
    """What the page to read shows without a script: for each slide its words, notes among them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.slides: list[str] = []
        self.scripts = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.slides.append("")
        self.scripts += tag == "script"

    def handle_data(self, data: str) -> None:
        if self.slides:
            self.slides[-1] += f"{data} "


def test_the_page_to_read_says_every_word_of_a_slide_and_its_notes_without_a_script(decks, files):
    for built in decks:
        found = Reading(files / f"{built.deck.slug}-read.html")
        assert found.scripts == 0
        for one, said in zip(built.deck.slides, found.slides, strict=True):
            words = set(re.findall(r"\w+", said))
            shown = [one.heading, one.note, *(text for block in one.blocks for text in words_of(block))]
            shown += [block.text for block in one.blocks if isinstance(block, Code)]
            assert set(re.findall(r"\w+", " ".join(shown))) <= words, one.where


def test_what_is_typed_stands_out_in_notes_and_no_backtick_is_shown(decks):
    assert runs_of_note("Ask: is `a < b` true?") == "<strong>Ask: is <code>a &lt; b</code> true?</strong>"
    assert _told("Say `x` twice") == '#"Say "#text(font: "JetBrains Mono", size: 0.9em, "x")#" twice"'
    for built in decks:
        for one in built.deck.slides:
            assert one.note.count("`") % 2 == 0, one.where


def test_what_gives_an_exercise_away_is_folded_under_a_line_that_says_when_to_open_it(decks):
    """A trainee reads these pages before the exercise: see docs/pages/authors/slides.md."""
    found: dict[str, set[tuple[bool, str]]] = {}
    for built in decks:
        for one, read in zip(built.deck.slides, reading.slides(built.deck, built.fitted, built.frame), strict=True):
            summary = re.search("<summary>(.*?)</summary>", read.told)
            assert summary
            found.setdefault(one.kind, set()).add((re.match(LATER, read.shown) is not None, summary[1]))

    assert found == {kind: {(kind == "debrief", summary)} for kind, summary in reading.TOLD.items()}


def test_the_answer_of_a_prediction_stands_in_the_notes_alone(decks):
    for built in decks:
        for one, read in zip(built.deck.slides, reading.slides(built.deck, built.fitted, built.frame), strict=True):
            if one.kind == "predict":
                assert "Answer: " in read.told
                assert "Answer: " not in read.shown
