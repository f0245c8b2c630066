"""A deck of one slide, to be spoiled by a test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from course.build.slides.layout import fit
from course.build.slides.model import Deck, Slide
from course.build.slides.read import read_deck
from course.build.slides.values import Values

NOTE = """<!-- note:
Point: a point with its reason, said in words that can be spoken.
Number: 43 minutes a month are what 99.9 percent leave to a service.
Ask: why?
-->"""
SETTINGS = "<!-- section: 9.1 | time: 3 -->"


def deck_of(
    tmp_path: Path, values: Values, *, settings: str = SETTINGS, body: str = "## A title\n\nWords.\n", note: str = NOTE
) -> Deck:
    """Read a deck of part 9 with this one slide."""
    root = tmp_path / "clone"
    (root / "slides" / "diagrams").mkdir(parents=True, exist_ok=True)
    path = root / "slides" / "09_hands_on_project.md"
    path.write_text(f"---\npart: 9\nsubtitle: A try\n---\n{settings}\n{body}\n{note}\n", encoding="utf-8")
    return read_deck(path, replace(values, root=root))


def slide_of(tmp_path: Path, values: Values, **parts: str) -> Slide:
    return deck_of(tmp_path, values, **parts).slides[0]


def fitted(tmp_path: Path, values: Values, **parts: str) -> None:
    fit(slide_of(tmp_path, values, **parts))
