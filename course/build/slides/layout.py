"""Gives every block of a slide its place. A slide takes the largest step of size that fits, or is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from course.build.slides import look
from course.build.slides.fonts import lines, runs_width, width
from course.build.slides.geometry import Drawn, draw, least_height
from course.build.slides.grid import card_height, grid_of
from course.build.slides.heights import TooBig, code_size, height_of
from course.build.slides.model import Block, Card, Cards, Code, Deck, DeckError, Picture, Slide, Table
from course.build.slides.tables import Ruled, ruled, stretched

Detail: TypeAlias = Drawn | Ruled | None


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide, in pixels of 1280 by 720."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Placed:
    """A block in its place; `size` is its font size, `detail` what is inside a picture or a table."""

    box: Box
    block: Block | Card
    size: float
    detail: Detail = None


@dataclass(frozen=True)
class Fitted:
    """A slide that fits: the step it took, the size of its title, and where everything stands."""

    slide: Slide
    number: int
    step: float
    title: Box
    title_size: float
    placed: tuple[Placed, ...]


def fit_deck(deck: Deck) -> tuple[Fitted, ...]:
    """Lay out all slides of a deck. Raises DeckError for the first that does not fit."""
    return tuple(fit(slide, number) for number, slide in enumerate(deck.slides, start=1))


def fit(slide: Slide, number: int = 1) -> Fitted:
    """Lay out one slide at the largest step that fits."""
    title, size = _title(slide)
    reason = ""
    for step in look.STEPS:
        for way in _ways(slide):
            try:
                return Fitted(way, number, step, title, size, tuple(_place(way, step)))
            except TooBig as error:
                reason = str(error)
    raise DeckError(f"{slide.where}: slide {slide.heading!r} does not fit: {reason} Shorten it, or make two of it.")


def _ways(slide: Slide) -> list[Slide]:
    """Four cards are shown two by two where that fits, else in one row."""
    four = [one for one in slide.blocks if isinstance(one, Cards) and len(one.cards) == 4]
    if not four:
        return [slide]
    blocks = tuple(replace(one, most=2) if one in four else one for one in slide.blocks)
    return [replace(slide, blocks=blocks), slide]


def area(slide: Slide) -> Box:
    """Where the blocks of a kind of slide may stand."""
    if slide.kind == "lead":
        return Box(look.LEFT, 410, look.RIGHT - look.LEFT, 250)
    if slide.kind == "handoff":
        return Box(400, look.TOP + 16, look.RIGHT - 400, look.BOTTOM - look.TOP - 16)
    return Box(look.LEFT, look.TOP, look.RIGHT - look.LEFT, look.BOTTOM - look.TOP)


def _title(slide: Slide) -> tuple[Box, float]:
    if slide.kind == "lead":
        sizes, box = (64.0, 56.0, 48.0), Box(look.LEFT, 170, 1100, 200)
        size = next((one for one in sizes if lines(slide.title, one, box.w) <= 2), 0.0)
    else:
        left = 400 if slide.kind == "handoff" else look.LEFT
        box = Box(left, look.TITLE_Y, look.RIGHT - left, 58)
        size = next((one for one in look.TITLES if lines(slide.title, one, box.w) == 1), 0.0)
    if not size:
        raise DeckError(f"{slide.where}: the title {slide.heading!r} is too long for a line. Shorten it.")
    return box, size


def _place(slide: Slide, step: float) -> list[Placed]:
    whole = area(slide)
    if not slide.split:
        return _stack(slide.blocks, step, whole)
    if len(slide.blocks) < 2:
        raise TooBig("it is split and has only one block.")
    wide = whole.w * slide.split / 100 - look.GUTTER
    left = Box(whole.x, whole.y, wide, whole.h)
    right = Box(whole.x + wide + 2 * look.GUTTER, whole.y, whole.w - wide - 2 * look.GUTTER, whole.h)
    return [*_stack(slide.blocks[:1], step, left), *_stack(slide.blocks[1:], step, right)]


def _stack(blocks: Sequence[Block], step: float, into: Box) -> list[Placed]:
    """Put blocks below each other; pictures share what the others leave."""
    heights = [least_height(one, step) if isinstance(one, Picture) else height_of(one, step, into.w) for one in blocks]
    left = into.h - sum(heights) - look.BLOCK_GAP * (len(blocks) - 1)
    if left < 0:
        raise TooBig(f"it needs {-left:.0f} pixels more of height.")
    pictures = sum(isinstance(one, Picture) for one in blocks)
    found: list[Placed] = []
    y = into.y
    loose = 0 if pictures else sum(isinstance(one, Table | Cards) for one in blocks)
    for block, least in zip(blocks, heights, strict=True):
        high = least + (left / pictures if isinstance(block, Picture) else 0)
        if isinstance(block, Table | Cards):
            high += min(left / loose if loose else 0, least * look.STRETCH[isinstance(block, Cards)])
        found += _placed(block, step, Box(into.x, y, into.w, high))
        y += high + look.BLOCK_GAP
    return found


def _placed(block: Block, step: float, box: Box) -> list[Placed]:
    if isinstance(block, Cards):
        return _cards(block, step, box)
    if isinstance(block, Picture):
        return [Placed(box, block, look.NODE * step, draw(block, step, box.w, box.h))]
    if isinstance(block, Table):
        size = look.TABLE * step
        return [Placed(box, block, size, stretched(ruled(block, size, box.w), box.h))]
    if isinstance(block, Code):
        return [Placed(box, block, code_size(block, step, box.w))]
    return [Placed(box, block, look.BODY * step)]


def _cards(block: Cards, step: float, box: Box) -> list[Placed]:
    found: list[Placed] = []
    y = box.y
    rows = grid_of(block, step, box.w)
    more = max(0.0, (box.h - height_of(block, step, box.w)) / len(rows))
    for row in rows:
        wide = (box.w - look.GUTTER * (len(row) - 1)) / len(row)
        high = more + max(card_height(card, step, wide) for card in row)
        for place, card in enumerate(row):
            found.append(Placed(Box(box.x + place * (wide + look.GUTTER), y, wide, high), card, look.CARD * step))
        y += high + look.GUTTER
    return found


__all__ = ["Box", "Fitted", "Placed", "area", "fit", "fit_deck", "runs_width", "width"]
