"""Reads a deck: Markdown with a comment of settings and a comment of notes on every slide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from course.build.slides.blocks import blocks_of, inline
from course.build.slides.model import KINDS, Deck, DeckError, Slide
from course.build.slides.values import Values

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
BREAK = re.compile(r"^---[ ]*\n", re.MULTILINE)
NOTE = re.compile(r"^<!-- note:\s*(.*?)\s*-->\s*", re.DOTALL | re.MULTILINE)
SETTINGS = re.compile(
    r"^<!-- (?!note:|table:|predict:|brief:|below)((?:[a-z]+: [^|\n]+?)(?: \| [a-z]+: [^|\n]+?)*) -->\s*", re.MULTILINE
)
TITLE = re.compile(r"^#{1,2} (.*\S)[ ]*\n?", re.MULTILINE)
KNOWN = ("kind", "source", "section", "time", "exercise", "split")


def deck_paths(root: Path) -> list[Path]:
    """The decks of the course, in order."""
    return sorted((root / "slides").glob("[0-9][0-9]_*.md"))


def read_deck(path: Path, values: Values) -> Deck:
    """Read one deck. Raises DeckError naming the file, the line and what to change."""
    text = path.read_text(encoding="utf-8")
    where = f"slides/{path.name}"
    front = FRONT.match(text)
    said = yaml.safe_load(front[1]) if front else None
    if not front or not isinstance(said, dict) or set(said) != {"part", "subtitle"}:
        raise DeckError(f"{where}:1: a deck begins with '---', its part and its subtitle, '---'. Add them.")
    number = said["part"]
    if not 1 <= number <= len(values.outline.part):
        raise DeckError(f"{where}:1: there is no part {number}. Write one of course/outline.toml.")
    part = values.outline.part[number - 1]
    slides = _timed(tuple(_slides(text, front.end(), where, values)), values, where)
    return Deck(number, path.stem, part.title, said["subtitle"], path, slides)


def _slides(text: str, start: int, where: str, values: Values) -> Iterator[Slide]:
    section = ""
    ends = [match.start() for match in BREAK.finditer(text, start)] + [len(text)]
    for end in ends:
        line = text.count("\n", 0, start) + 1
        raw = BREAK.sub("", text[start:end], count=1) if text.startswith("---", start) else text[start:end]
        slide = _slide(raw, f"{where}:{line}", section, values)
        section, start = slide.section, end
        if not slide.exercise or values.teaches(slide.exercise):
            yield slide


def _slide(raw: str, where: str, section: str, values: Values) -> Slide:
    note, rest = _taken(NOTE, raw)
    settings_text, rest = _taken(SETTINGS, rest)
    settings = _settings(settings_text, where)
    body, dated = values.filled(rest, where)
    said, noted = values.filled(note, where)
    title, body = _taken(TITLE, body)
    if not title:
        raise DeckError(f"{where}: this slide has no title. Begin it with '## ' and a few words.")
    kind = settings.get("kind", "plain")
    if kind not in KINDS:
        raise DeckError(f"{where}: there is no kind of slide {kind!r}. Use one of: {', '.join(KINDS)}.")
    blocks, answers = blocks_of(body, kind, where, values)
    section = settings.get("section", section)
    if kind == "lead" and section and "source" not in settings:
        blocks = (*blocks, values.sections_of(section, where))
    return Slide(
        where=where,
        kind=kind,
        title=inline(title),
        blocks=blocks,
        note=_note(said, answers),
        minutes=_minutes(settings.get("time", ""), where),
        section=section,
        source=int(settings.get("source", "0")),
        exercise=settings.get("exercise", ""),
        split=int(settings.get("split", "0")),
        dated=tuple(sorted({*dated, *noted})),
    )


def _note(said: str, answers: list[str]) -> str:
    """The notes; an answer that an exercise gives stands in place of the deck's."""
    lines = [line.strip() for line in said.split("\n")]
    return "\n".join([*(line for line in lines if not answers or not line.startswith("Answer:")), *answers]).strip()


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """(what the first match holds, the text without it)."""
    match = pattern.search(text)
    return (match[1], text[: match.start()] + text[match.end() :]) if match else ("", text)


def _settings(text: str, where: str) -> dict[str, str]:
    found = dict(part.split(": ", 1) for part in text.split(" | ")) if text else {}
    for key in found:
        if key not in KNOWN:
            raise DeckError(f"{where}: a slide has no setting {key!r}. Use one of: {', '.join(KNOWN)}.")
    return found


def _minutes(text: str, where: str) -> float:
    """Minutes of a slide; below zero until it is known what its section has left."""
    if text == "rest":
        return -1.0
    if not re.fullmatch(r"\d+(\.5)?", text):
        raise DeckError(f"{where}: the time of this slide is {text!r}. Write minutes such as 1.5, or rest.")
    return float(text)


def _timed(slides: tuple[Slide, ...], values: Values, where: str) -> tuple[Slide, ...]:
    """Give each hand-off what is left of its section: the minutes of the exercise, at the profile's pace."""
    left = {section: values.minutes_of(section, where) for section in dict.fromkeys(one.section for one in slides)}
    for slide in slides:
        left[slide.section] -= max(0.0, slide.minutes)
    for section, minutes in left.items():
        if minutes < 0:
            raise DeckError(
                f"{where}: the slides of section {section} take {-minutes:g} minutes more than the section has. "
                "Take time from them, or give the section more in course/outline.toml."
            )
    return tuple(replace(one, minutes=left[one.section]) if one.minutes < 0 else one for one in slides)
