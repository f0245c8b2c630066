"""Paints a deck as native PowerPoint: placeholders, tables, runs of colored code, shapes and glued connectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from course.build.slides import look
from course.build.slides.code import tokens
from course.build.slides.frame import Frame
from course.build.slides.geometry import Drawn
from course.build.slides.layout import Box, Fitted, Placed
from course.build.slides.model import Bullets, Card, Code, Deck, Picture, Table, Text
from course.build.slides.pptx_picture import picture
from course.build.slides.pptx_words import (
    CODE_FONT,
    FONT,
    box_at,
    fill,
    filled,
    paragraphs,
    px,
    rgb,
    text_box,
    words,
)
from course.build.slides.tables import Ruled

L = look.LIGHT
CARDS = {"plain": (L.box, L.ink), "good": (L.good, L.good_ink), "bad": (L.bad, L.bad_ink), "option": (L.box, L.ink)}


def write_pptx(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame, out: Path) -> None:
    """Write the deck as .pptx; every slide has a title placeholder, and its notes."""
    show = Presentation()
    show.slide_width, show.slide_height = px(look.WIDTH), px(look.HEIGHT)
    show.core_properties.title = f"Part {deck.part}: {deck.title}"
    show.core_properties.language = "en-US"
    show.core_properties.author = frame.outline.title
    for one in fitted:
        _slide(show, one, deck, frame)
    show.save(str(out))


def _slide(show: Any, one: Fitted, deck: Deck, frame: Frame) -> None:
    kind = one.slide.kind
    page = show.slides.add_slide(show.slide_layouts[5])
    if kind == "lead":
        page.background.fill.solid()
        page.background.fill.fore_color.rgb = rgb(L.deep)
    stripe = {"predict": L.accent, "debrief": L.good_ink}.get(kind)
    if stripe:
        filled(page.shapes, MSO_SHAPE.RECTANGLE, Box(0, 0, look.WIDTH, 8), stripe).name = "Stripe"
    _title(page, one)
    if kind == "handoff":
        _panel(page, one)
    if kind == "lead":
        _stripe(page, deck, frame)
    for placed in one.placed:
        _placed(page, placed, "#d5dcec" if kind == "lead" else L.text)
    _around(page, one, deck, frame)
    sources = frame.sources(one.slide)
    page.notes_slide.notes_text_frame.text = "\n".join([f"{one.slide.minutes:g} min", one.slide.note, *sources])


def _title(page: Any, one: Fitted) -> None:
    title = page.shapes.title
    box_at(title, one.title)
    lead = one.slide.kind == "lead"
    frame = title.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = 4 if lead else 1
    words(frame.paragraphs[0], one.slide.title, one.title_size, "#ffffff" if lead else L.ink, bold=True)
    frame.paragraphs[0].alignment = 1


def _around(page: Any, one: Fitted, deck: Deck, frame: Frame) -> None:
    lead, handoff = one.slide.kind == "lead", one.slide.kind == "handoff"
    for name, said in frame.words(one, deck):
        if handoff and name == "foot-left":
            continue
        kicker = name == "kicker"
        box = {"kicker": Box(400 if handoff else 64, 62 if lead else 32, 1152, 34), "foot-left": Box(64, 682, 700, 22),
               "foot-middle": Box(640, 682, 300, 22), "foot-right": Box(1016, 682, 200, 22)}[name]  # fmt: skip
        colour = "#93a9ff" if lead and kicker else "#a3aec6" if lead else L.accent if kicker else L.muted
        frame_ = text_box(page.shapes, box, name.capitalize())
        size = (24 if lead else look.KICKER) if kicker else look.FOOT
        frame_.paragraphs[0].alignment = {"foot-right": 3, "foot-middle": 2}.get(name, 1)
        fill(frame_.paragraphs[0], said, size, colour, bold=kicker)


def _panel(page: Any, one: Fitted) -> None:
    final = one.slide.exercise == "final"
    shape = filled(page.shapes, MSO_SHAPE.RECTANGLE, Box(0, 0, 336, look.HEIGHT), L.deep)
    shape.name = "Exercise"
    frame = shape.text_frame
    frame.vertical_anchor = 3
    number, large = ("Final", 84.0) if final else (one.slide.exercise, 170.0)
    said = (
        ("exercise", 24.0, "#93a9ff"),
        (number, large, "#ffffff"),
        (f"{one.slide.minutes:g} min", 38.0, "#ffffff"),
    )
    for place, (text, size, colour) in enumerate(said):
        line = frame.paragraphs[0] if not place else frame.add_paragraph()
        line.alignment = 2
        fill(line, text, size, colour, bold=True)


def _stripe(page: Any, deck: Deck, frame: Frame) -> None:
    wide = (1152 - 8 * (len(frame.parts) - 1)) / len(frame.parts)
    for part in frame.parts:
        box = Box(64 + (part - 1) * (wide + 8), 116, wide, 10)
        filled(
            page.shapes, MSO_SHAPE.ROUNDED_RECTANGLE, box, "#93a9ff" if part == deck.part else "#37436b"
        ).name = "Stripe"


def _placed(page: Any, one: Placed, ink: str) -> None:
    block = one.block
    if isinstance(block, Text | Bullets):
        paragraphs(text_box(page.shapes, one.box, "Text"), (block,), one.size, ink)
    elif isinstance(block, Card):
        _card(page, block, one)
    elif isinstance(block, Table):
        assert isinstance(one.detail, Ruled)
        _table(page, block, one)
    elif isinstance(block, Code):
        _code(page, block, one)
    elif isinstance(block, Picture):
        assert isinstance(one.detail, Drawn)
        picture(page.shapes, block, one.detail, one.box)


def _card(page: Any, card: Card, one: Placed) -> None:
    fill_, ink = CARDS[card.kind]
    shape = filled(page.shapes, MSO_SHAPE.ROUNDED_RECTANGLE, one.box, fill_)
    shape.adjustments[0] = min(0.5, 12 / min(one.box.w, one.box.h))
    shape.name = "Card"
    frame = shape.text_frame
    frame.word_wrap = True
    pad = px(look.PAD_CARD)
    frame.margin_left = frame.margin_right = pad
    frame.margin_top = frame.margin_bottom = px(look.PAD_CARD * 0.75)
    if card.kind == "option":
        frame.vertical_anchor = 3
        frame.margin_left = px(look.PAD_CARD + 52)
        paragraphs(frame, card.blocks, one.size, L.text)
        dot = Box(one.box.x + look.PAD_CARD, one.box.y + one.box.h / 2 - 19, 38, 38)
        letter = filled(page.shapes, MSO_SHAPE.OVAL, dot, L.accent)
        letter.text_frame.margin_left = letter.text_frame.margin_right = 0
        letter.text_frame.paragraphs[0].alignment = 2
        fill(letter.text_frame.paragraphs[0], card.title[0].text, 20, "#ffffff", bold=True)
        return
    frame.vertical_anchor = 1
    size = one.size * look.CARD_TITLE / look.CARD
    if card.title:
        words(frame.paragraphs[0], card.title, size, ink, bold=True)
        frame.paragraphs[0].alignment = 1
        frame.paragraphs[0].line_spacing = Pt(size * look.LINE * 0.75)
    paragraphs(frame, card.blocks, one.size, L.text, more=bool(card.title))


def _table(page: Any, table: Table, one: Placed) -> None:
    ruled = one.detail
    assert isinstance(ruled, Ruled)
    box = one.box
    shape = page.shapes.add_table(
        len(table.rows), len(table.rows[0]), px(box.x), px(box.y), px(box.w), px(sum(ruled.heights))
    )
    shape.name = "Table"
    made = shape.table
    made.horz_banding = False
    for place, wide in enumerate(ruled.widths):
        made.columns[place].width = px(wide)
    for place, high in enumerate(ruled.heights):
        made.rows[place].height = px(high)
    for row, cells in enumerate(table.rows):
        for column, said in enumerate(cells):
            cell = made.cell(row, column)
            cell.vertical_anchor = 3
            if not table.pairs:
                _line_below(cell, L.edge if row else L.accent, 0.75 if row else 1.5)
            # After the line: PowerPoint wants lines before fills.
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(_cell_fill(table, row, column))
            cell.margin_left = cell.margin_right = px(look.PAD_CELL_X)
            cell.margin_top = cell.margin_bottom = px(look.PAD_CELL_Y * 0.6)
            named = not column and not table.pairs
            ink = (L.good_ink if column else L.bad_ink) if table.pairs else L.accent
            ink = ink if not row else L.ink if named else L.text
            words(cell.text_frame.paragraphs[0], said, one.size, ink, bold=not row or named)


def _line_below(cell: Any, colour: str, points: float) -> None:
    line = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:lnB"), w=str(int(points * 12700)))
    solid = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(solid, qn("a:srgbClr"), val=colour.lstrip("#"))


def _cell_fill(table: Table, row: int, column: int) -> str:
    if table.pairs and row:
        return L.good if column else L.bad
    return L.code if row and row % 2 == 0 else L.paper


def _code(page: Any, block: Code, one: Placed) -> None:
    named = 22.0 if block.source else 0.0
    box = Box(one.box.x, one.box.y, one.box.w, one.box.h - named)
    shape = filled(page.shapes, MSO_SHAPE.RECTANGLE, box, L.code)
    shape.name = "Code"
    filled(page.shapes, MSO_SHAPE.RECTANGLE, Box(box.x, box.y, 5, box.h), L.accent).name = "Edge"
    frame = shape.text_frame
    frame.word_wrap = False
    frame.vertical_anchor = 3
    frame.margin_left = frame.margin_right = px(look.PAD_CODE + 4)
    for number, line in enumerate(tokens(block.text, block.language)):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.alignment = 1
        paragraph.line_spacing = Pt(one.size * look.CODE_LINE * 0.75)
        for text, kind in line:
            fill(paragraph, text, one.size, look.CODE_LIGHT[kind], font=CODE_FONT)
    if block.source:
        under = text_box(page.shapes, Box(box.x, box.y + box.h + 2, box.w, 20), "File")
        under.paragraphs[0].alignment = 3
        fill(under.paragraphs[0], block.source, look.SOURCE, L.muted, font=CODE_FONT)


__all__ = ["FONT", "write_pptx"]
