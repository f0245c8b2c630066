"""Paints a picture as PowerPoint shapes in one group, with connectors that stay glued when a shape is moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from course.build.slides import look
from course.build.slides.fonts import width
from course.build.slides.geometry import Arrow, Drawn, Label, Shape
from course.build.slides.layout import Box
from course.build.slides.model import Picture
from course.build.slides.pptx_words import fill, filled, px, rgb, text_box, unstyled
from course.build.slides.svg import BARS, PAINT, as_light

# Bold Arial is a little wider than the slides' own bold; a word of a node must not break.
SMALLER = 0.94
SITES = {"top": 0, "left": 1, "bottom": 2, "right": 3}


def picture(shapes: Any, said: Picture, drawn: Drawn, box: Box) -> None:
    """Add all shapes of a picture as a group whose alternative text is the picture's."""
    group = shapes.add_group_shape()
    group.name = said.name
    group._element.nvGrpSpPr.cNvPr.set("descr", said.alt)
    inside = group.shapes
    for frame, label in drawn.frames:
        _frame(inside, frame, box)
        _label(inside, label, box)
    made = {shape.name: _shape(inside, shape, box) for shape in drawn.shapes}
    for arrow in drawn.arrows:
        _arrow(inside, arrow, made, box)
    for label in drawn.labels:
        _label(inside, label, box)


def _moved(shape: Shape, box: Box) -> Box:
    return Box(box.x + shape.x, box.y + shape.y, shape.w, shape.h)


def _frame(shapes: Any, frame: Shape, box: Box) -> None:
    shape = filled(shapes, MSO_SHAPE.ROUNDED_RECTANGLE, _moved(frame, box), look.LIGHT.paper)
    shape.adjustments[0] = 0.05
    shape.name = frame.name
    shape.fill.background()
    shape.line.color.rgb = rgb(look.LIGHT.muted)
    shape.line.width = Pt(1.2)
    shape.line.dash_style = MSO_LINE_DASH_STYLE.DASH


def _shape(shapes: Any, said: Shape, box: Box) -> Any:
    place = _moved(said, box)
    if not said.text:
        shape = filled(shapes, MSO_SHAPE.RECTANGLE, place, as_light(BARS[said.kind]))
        shape.name = said.name
        return shape
    paint, stroke, ink = (as_light(name) for name in PAINT[said.kind])
    shape = filled(shapes, MSO_SHAPE.ROUNDED_RECTANGLE, place, paint)
    shape.adjustments[0] = (30 if said.kind == "store" else 10) / max(60.0, min(said.w, said.h))
    shape.name = said.text
    shape.line.color.rgb = rgb(stroke)
    shape.line.width = Pt(1.4)
    if said.kind == "ghost":
        shape.line.dash_style = MSO_LINE_DASH_STYLE.DASH
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = px(1)
    frame.margin_top = frame.margin_bottom = px(2)
    frame.vertical_anchor = 3
    lines = [(said.text, said.size, True)] + ([(said.sub, said.size * look.SUB / look.NODE, False)] if said.sub else [])
    for number, (text, size, bold) in enumerate(lines):
        line = frame.paragraphs[0] if not number else frame.add_paragraph()
        line.alignment = 2
        fill(line, text, size * SMALLER, ink, bold=bold)
    return shape


def _arrow(shapes: Any, said: Arrow, made: dict[str, Any], box: Box) -> None:
    points = [(px(box.x + x), px(box.y + y)) for x, y in said.points]
    around = len(points) == 4 and said.sides[0] == said.sides[1]
    if around:
        builder = shapes.build_freeform(*points[0])
        builder.add_line_segments(points[1:], close=False)
        line = builder.convert_to_shape()
        line.fill.background()
    else:
        kind = MSO_CONNECTOR.STRAIGHT if len(points) == 2 else MSO_CONNECTOR.ELBOW
        line = shapes.add_connector(kind, *points[0], *points[-1])
        if len(points) == 4 or _central(said, made, points):
            line.begin_connect(made[said.ends[0]], SITES[said.sides[0]])
            line.end_connect(made[said.ends[1]], SITES[said.sides[1]])
    unstyled(line)
    line.name = f"{said.ends[0]} to {said.ends[1]}"
    bad = said.kind == "bad"
    line.line.color.rgb = rgb(look.LIGHT.bad_ink if bad else look.LIGHT.line)
    line.line.width = Pt(1.8)
    if said.kind in {"bad", "dashed"}:
        line.line.dash_style = MSO_LINE_DASH_STYLE.DASH
    etree.SubElement(line.line._get_or_add_ln(), qn("a:tailEnd")).set("type", "triangle")


def _central(said: Arrow, made: dict[str, Any], points: Sequence[tuple[int, int]]) -> bool:
    """Say whether the arrow touches both shapes in the middle of a side, where connectors are glued."""
    if said.sides[0] in {"left", "right"}:
        return True
    middles = [made[name].left + made[name].width // 2 for name in said.ends]
    return all(abs(middle - points[0][0]) < px(2) for middle in middles)


def _label(shapes: Any, said: Label, box: Box) -> None:
    # A little wider than measured: the font is another one here.
    wide = width(said.text, said.size, "bold" if said.bold else "regular") * 1.08 + 8
    left = {"start": said.x, "middle": said.x - wide / 2, "end": said.x - wide}[said.anchor]
    place = Box(box.x + left, box.y + said.y - said.size * 0.72, wide, said.size * 1.44)
    if said.patch:
        filled(shapes, MSO_SHAPE.RECTANGLE, place, look.LIGHT.paper).name = "Patch"
    frame = text_box(shapes, place, "Label")
    frame.word_wrap = False
    frame.paragraphs[0].alignment = {"start": 1, "middle": 2, "end": 3}[said.anchor]
    fill(frame.paragraphs[0], said.text, said.size, look.LIGHT.text, bold=said.bold)
