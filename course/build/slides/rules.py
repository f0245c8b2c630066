"""What every deck must keep: the source's slides, notes, minutes, exercises, and words that are out of date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from course.build.slides.fonts import missing
from course.build.slides.model import Bullets, Card, Cards, Code, Deck, Slide, Table, words_of
from course.build.slides.values import Values

NOTE_WORDS, WORDS, ITEMS, ROWS = 25, 105, 7, 11
# One line of every note begins with one of these, so that no slide is a claim alone.
TOLD, TOLD_WORDS = ("Number:", "Story:"), 12
FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|half|third|quarter|fifth|hundred|thousand|million)\b"
)
# Each was right once, and the slides of old still say it.
REFUSED = (
    ":latest", "python:3.9", "checkout@v3", "user_id % 2", "joblib.load", "QuickSight", "evidently.report",
    "transition_model_version_stage", "neptune.ai",
)  # fmt: skip
PLATFORM = re.compile(r"Amazon SageMaker(?! AI)")
CONTRACTIONS = re.compile(r"\b(?:just|simply|obviously)\b|!(?!=|\[)", re.IGNORECASE)


def faults(decks: Sequence[Deck], values: Values) -> Iterator[str]:
    """Yield a sentence for each thing that a deck does not keep."""
    yield from _sources(decks, values)
    yield from _sections(decks, values)
    for deck in decks:
        yield from _exercises(deck, values)
        for slide in deck.slides:
            yield from _slide(slide)


def _sources(decks: Sequence[Deck], values: Values) -> Iterator[str]:
    """Every slide of the source stands once, in order, in the deck of its part and under its title."""
    found = [(deck.part, slide) for deck in decks for slide in deck.slides if slide.source]
    for (_, one), (_, two) in pairwise(found):
        if two.source <= one.source:
            yield f"{two.where}: source slide {two.source} comes after {one.source}. Put them in order."
    by_number = {slide.source: (part, slide) for part, slide in found}
    for wanted in values.outline.slide:
        if wanted.part not in {deck.part for deck in decks}:
            continue
        if wanted.number not in by_number:
            name = f"source slide {wanted.number}, {wanted.title!r},"
            yield f"{name} is in no deck. Give one slide `source: {wanted.number}`."
            continue
        part, slide = by_number[wanted.number]
        if (part, slide.heading) != (wanted.part, wanted.title):
            yield (
                f"{slide.where}: source slide {wanted.number} is {slide.heading!r} in part {part}; the outline says "
                f"{wanted.title!r} in part {wanted.part}. Correct one of them."
            )


def _sections(decks: Sequence[Deck], values: Values) -> Iterator[str]:
    """Every section of a part has slides, in order, and they fill its minutes."""
    for deck in decks:
        wanted = [one.id for one in values.outline.part[deck.part - 1].section]
        found = list(dict.fromkeys(slide.section for slide in deck.slides))
        if found != wanted:
            yield f"{deck.slug}: its sections are {', '.join(found)}; the outline says {', '.join(wanted)}."
            continue
        for section in wanted:
            spent = sum(slide.minutes for slide in deck.slides if slide.section == section)
            minutes = values.minutes_of(section, deck.slug)
            if spent != minutes:
                yield (
                    f"{deck.slug}: the slides of section {section} take {spent:g} minutes of {minutes:g}. "
                    "Share them out."
                )


def _exercises(deck: Deck, values: Values) -> Iterator[str]:
    """Each exercise has a prediction, a hand-off and a debrief, in this order, and the minutes of its room tier."""
    order = ["predict", "handoff", "debrief"]
    names = [str(one.number) for one in values.outline.exercise if one.section.startswith(f"{deck.part}.")]
    names += ["final"] if values.outline.final.section.startswith(f"{deck.part}.") else []
    for name in filter(values.teaches, names):
        kinds = [slide.kind for slide in deck.slides if slide.exercise == name]
        if kinds != order:
            yield f"{deck.slug}: exercise {name} has {', '.join(kinds) or 'no slides'}. It needs {', '.join(order)}."
            continue
        handoff = next(slide for slide in deck.slides if slide.exercise == name and slide.kind == "handoff")
        if name != "final":
            minutes = values.profile.exercise_minutes(values.outline.exercise[int(name) - 1])
            if handoff.minutes < minutes:
                yield f"{handoff.where}: exercise {name} has {handoff.minutes:g} minutes left of {minutes}."


def _slide(slide: Slide) -> Iterator[str]:
    yield from _note(slide)
    said = [slide.heading, *(word for block in slide.blocks for word in words_of(block))]
    code = [block.text for block in slide.blocks if isinstance(block, Code)]
    yield from _wording(slide, "\n".join([*said[1:], *code, slide.note]))
    strange = missing("".join(said)) or missing("".join(code), "mono")
    if strange:
        yield f"{slide.where}: the fonts do not have {strange!r}. Write it in words."
    yield from _limits(slide, sum(len(text.split()) for text in said))


def _note(slide: Slide) -> Iterator[str]:
    """The three things that an instructor can say: the point, a number or a story, a question to the room."""
    lines = slide.note.split("\n")
    words = len(slide.note.split())
    if words < NOTE_WORDS:
        yield f"{slide.where}: its note has {words} words. Say the point, a number or a story: {NOTE_WORDS} or more."
    if not lines[0].startswith("Point:"):
        yield f"{slide.where}: its note does not begin with the point. Begin it with one line 'Point: …'."
    told = [line for line in lines if line.startswith(TOLD)]
    if not told:
        yield f"{slide.where}: its note has no number and no story. Add a line 'Number: …' or 'Story: …'."
    for line in told:
        if line.startswith("Number:") and not FIGURE.search(line):
            yield f"{slide.where}: its line 'Number:' holds no figure. Name one, or write 'Story: …'."
        elif len(line.split()) < TOLD_WORDS:
            yield f"{slide.where}: {line!r} is too short to be told. Say in {TOLD_WORDS} words or more what it shows."
    asked = [line for line in lines if line.startswith("Ask:")]
    if len(asked) != 1 or not asked[0].endswith("?"):
        yield f"{slide.where}: its note has no question for the room. End it with one line 'Ask: …?'."


def _wording(slide: Slide, text: str) -> Iterator[str]:
    for refused in REFUSED:
        if refused in text:
            yield f"{slide.where}: it says {refused!r}, which is out of date. Look up what holds today."
    if PLATFORM.search(text):
        yield f"{slide.where}: the ML service is called 'Amazon SageMaker AI'. Write the whole name."
    prose = "\n".join(line for line in text.split("\n") if "==" not in line)
    found = CONTRACTIONS.search(re.sub(r"`[^`]*`", "", prose))
    if found and not any(isinstance(block, Code) for block in slide.blocks):
        yield f"{slide.where}: {found[0]!r} adds nothing, or shouts. Leave it out."


def _limits(slide: Slide, words: int) -> Iterator[str]:
    if words > WORDS:
        yield f"{slide.where}: it shows {words} words; {WORDS} is the most that a room reads. Make two slides of it."
    for block in slide.blocks:
        if isinstance(block, Table) and len(block.rows) > ROWS:
            yield f"{slide.where}: its table has {len(block.rows)} rows; {ROWS} is the most."
    lists = [one for block in slide.blocks for one in _lists(block)]
    for one in lists:
        if len(one.items) > ITEMS:
            yield f"{slide.where}: a list has {len(one.items)} entries; {ITEMS} is the most."


def _lists(block: object) -> Iterator[Bullets]:
    if isinstance(block, Bullets):
        yield block
    elif isinstance(block, Cards):
        for card in block.cards:
            yield from _lists(card)
    elif isinstance(block, Card):
        for one in block.blocks:
            yield from _lists(one)
