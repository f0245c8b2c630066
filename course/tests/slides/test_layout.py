"""Nothing runs over: everything has a place of its own, and typst, which sets the PDF, finds each block to fit."""

from __future__ import annotations

from itertools import combinations

import pytest

from course.build.slides import look
from course.build.slides.layout import Box, area
from course.build.slides.model import Card, Code, Picture
from course.build.slides.pdf import measured
from course.build.slides.tables import ruled, stretched


def every(decks):
    return [(one, placed) for built in decks for one in built.fitted for placed in one.placed]


def test_every_block_stands_inside_of_its_slide(decks):
    outside = [
        (one.slide.where, placed.box) for one, placed in every(decks) if not _inside(placed.box, area(one.slide))
    ]

    assert outside == []


def test_no_block_stands_on_another(decks):
    touching = [
        (one.slide.where, a.box, b.box)
        for built in decks
        for one in built.fitted
        for a, b in combinations(one.placed, 2)
        if _overlap(a.box, b.box)
    ]

    assert touching == []


@pytest.mark.slow
def test_typst_finds_no_block_higher_than_its_place(decks):
    """The measure here is Pillow's; typst shapes and breaks the same words by itself."""
    found = [item for built in decks for item in measured(built.fitted)]

    assert len(found) > 200
    assert [(one.slide.where, high, placed.box.h) for one, placed, high in found if high > placed.box.h + 0.5] == []


def test_the_last_row_can_read_it(decks):
    """At 720 lines of height 16 pixels are a 45th of the picture."""
    sizes = {
        (one.slide.where, placed.size)
        for one, placed in every(decks)
        if not isinstance(placed.block, Picture) and placed.size < (16.4 if isinstance(placed.block, Code) else 18.5)
    }
    shapes = {
        (one.slide.where, shape.text, shape.size)
        for one, placed in every(decks)
        if isinstance(placed.block, Picture)
        for shape in placed.detail.shapes
        if shape.text and shape.size < 14.5
    }

    assert (sizes, shapes) == (set(), set())


def test_pictures_stay_inside_of_their_place(decks):
    outside = [
        (one.slide.where, shape.name)
        for one, placed in every(decks)
        if isinstance(placed.block, Picture)
        for shape in (*placed.detail.shapes, *(frame for frame, _ in placed.detail.frames))
        if not _inside(Box(shape.x, shape.y, shape.w, shape.h), Box(0, 0, placed.box.w, placed.box.h))
    ]

    assert outside == []


def test_arrows_begin_and_end_at_the_shapes_that_they_join(decks):
    for one, placed in every(decks):
        if isinstance(placed.block, Picture):
            shapes = {shape.name: shape for shape in placed.detail.shapes}
            for arrow in placed.detail.arrows:
                for point, name in zip((arrow.points[0], arrow.points[-1]), arrow.ends, strict=True):
                    shape = shapes[name]
                    near = Box(shape.x - 1, shape.y - 1, shape.w + 2, shape.h + 2)
                    assert _inside(Box(*point, 0, 0), near), (one.slide.where, arrow.ends)


def test_a_table_grows_into_the_room_that_is_left_and_not_beyond_its_share(decks):
    table = next(placed.block for _, placed in every(decks) if type(placed.block).__name__ == "Table")
    small = ruled(table, 23, 1152)

    assert sum(stretched(small, sum(small.heights) + 50).heights) == pytest.approx(sum(small.heights) + 50)
    assert stretched(small, 10) == small


def test_cards_of_a_row_are_alike_in_height(decks):
    for one in (one for built in decks for one in built.fitted):
        rows: dict[float, set[float]] = {}
        for placed in one.placed:
            if isinstance(placed.block, Card):
                rows.setdefault(placed.box.y, set()).add(round(placed.box.h, 3))
        assert all(len(heights) == 1 for heights in rows.values()), one.slide.where


def test_steps_go_down_to_what_can_be_read():
    assert list(look.STEPS) == sorted(look.STEPS, reverse=True)
    assert look.STEPS[-1] * look.CARD > 18.5


def _inside(box: Box, whole: Box) -> bool:
    return (
        box.x >= whole.x - 0.1
        and box.y >= whole.y - 0.1
        and box.x + box.w <= whole.x + whole.w + 0.1
        and box.y + box.h <= whole.y + whole.h + 0.1
    )


def _overlap(a: Box, b: Box) -> bool:
    return a.x + 0.1 < b.x + b.w and b.x + 0.1 < a.x + a.w and a.y + 0.1 < b.y + b.h and b.y + 0.1 < a.y + a.h
