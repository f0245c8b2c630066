"""Words and boxes in PowerPoint: runs with fonts and colors, paragraphs with real bullets."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from course.build.slides import look
from course.build.slides.grid import indent_of
from course.build.slides.layout import Box
from course.build.slides.model import Bullets, Runs, Text

# Both come with Windows and macOS, and LibreOffice has stand-ins of the same width. Narrower than the slides' own
# fonts, so that what fits there fits here.
FONT, CODE_FONT = "Arial", "Consolas"
PIXEL = 9525


def px(value: float) -> Emu:
    return Emu(round(value * PIXEL))


def rgb(colour: str) -> RGBColor:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def box_at(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = px(box.x), px(box.y), px(box.w), px(box.h)


def filled(shapes: Any, kind: Any, box: Box, colour: str) -> Any:
    """A shape without a line or shadow."""
    shape = shapes.add_shape(kind, px(box.x), px(box.y), px(box.w), px(box.h))
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour)
    shape.line.fill.background()
    unstyled(shape)
    return shape


def unstyled(shape: Any) -> None:
    """Take away the theme's style, which would add a shadow."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def text_box(shapes: Any, box: Box, name: str) -> Any:
    """The text frame of a new text box without margins."""
    shape = shapes.add_textbox(px(box.x), px(box.y), px(box.w), px(box.h))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def fill(paragraph: Any, text: str, size: float, colour: str, *, bold: bool = False, font: str = FONT) -> None:
    """Add words in one style."""
    run = paragraph.add_run()
    run.text = text
    run.font.size = Pt(round(size * 0.75, 1))
    run.font.bold = bold
    run.font.name = font
    run.font.color.rgb = rgb(colour)


def words(paragraph: Any, runs: Runs, size: float, colour: str, *, bold: bool = False) -> None:
    """Add styled words."""
    for run in runs:
        strong = bold or run.bold
        ink = look.LIGHT.ink if run.bold and colour == look.LIGHT.text else colour
        small = size * 0.9 if run.code else size
        fill(paragraph, run.text, small, ink, bold=strong, font=CODE_FONT if run.code else FONT)
        paragraph.runs[-1].font.italic = run.italic or None


def paragraphs(frame: Any, blocks: tuple[Text | Bullets, ...], size: float, colour: str, *, more: bool = False) -> None:
    """Add paragraphs and lists to a frame; `more` when it holds something already."""
    for block in blocks:
        for place, runs in enumerate([block.runs] if isinstance(block, Text) else [item.runs for item in block.items]):
            line = frame.add_paragraph() if more else frame.paragraphs[0]
            line.line_spacing = Pt(round(size * look.LINE * 0.75, 1))
            line.space_before = Pt(round(size * look.ITEM_GAP * 0.75, 1)) if more else Pt(0)
            line.alignment = 1
            if isinstance(block, Bullets) and block.sections:
                fill(line, f"{block.items[place].mark}\t", size, "#93a9ff", bold=True)
            words(line, runs, size, colour)
            if isinstance(block, Bullets):
                _bullet(line, block, place, size)
            more = True


def _bullet(line: Any, block: Bullets, place: int, size: float) -> None:
    level = block.items[place].level
    wide = px(indent_of(block, 1) * size)
    properties = line._p.get_or_add_pPr()
    properties.set("marL", str(wide * level))
    properties.set("indent", str(-wide))
    colour = etree.SubElement(properties, qn("a:buClr"))
    etree.SubElement(colour, qn("a:srgbClr")).set("val", look.LIGHT.accent.lstrip("#"))
    if block.sections:
        # Their numbers are no count, so they stand before the words, at a tab.
        properties.set("indent", str(-wide))
        etree.SubElement(properties, qn("a:buNone"))
    elif block.ordered:
        etree.SubElement(properties, qn("a:buAutoNum")).set("type", "arabicPeriod")
    else:
        etree.SubElement(properties, qn("a:buChar")).set("char", "•")
