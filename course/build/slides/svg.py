"""Paints a picture as SVG: for pages, which bring its colors as variables, and for PDF, which needs them plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from html import escape

from course.build.slides import look
from course.build.slides.fonts import broken, width
from course.build.slides.geometry import Arrow, Drawn, Label, Shape

Colour = Callable[[str], str]
# kind of shape -> fill, stroke, words
PAINT = {
    "box": ("box", "edge", "ink"),
    "store": ("box", "line", "ink"),
    "main": ("accent", "accent", "paper"),
    "ghost": ("paper", "muted", "muted"),
    "good": ("good", "good_ink", "good_ink"),
    "bad": ("bad", "bad_ink", "bad_ink"),
}
# Bars are solid, so that their ends are seen from far away.
BARS = {"box": "line", "main": "accent", "good": "good_ink", "bad": "bad_ink"}


def as_variable(name: str) -> str:
    return f"var(--{name.replace('_', '-')})"


def as_light(name: str) -> str:
    return str(asdict(look.LIGHT)[name])


def svg(drawn: Drawn, alt: str, name: str, colour: Colour) -> str:
    """The whole picture; `name` keeps its arrowheads apart from those of other pictures."""
    w, h = drawn.width, drawn.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.1f} {h:.1f}" width="{w:.1f}" height="{h:.1f}" '
        f'role="img" aria-label="{escape(alt, quote=True)}" font-family="Inter">',
        "<defs>",
        *(_head(f"{name}-{kind}", colour(paint)) for kind, paint in (("line", "line"), ("bad", "bad_ink"))),
        "</defs>",
    ]
    for frame, label in drawn.frames:
        parts += [_frame(frame, colour), _label(label, colour)]
    parts += [_arrow(arrow, name, colour) for arrow in drawn.arrows]
    parts += [_shape(shape, colour) for shape in drawn.shapes]
    parts += [_label(label, colour) for label in drawn.labels]
    return "".join([*parts, "</svg>"])


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6.5" markerHeight="6.5" '
        f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" style="fill:{colour}"/></marker>'
    )


def _rect(shape: Shape, style: str, round_: float) -> str:
    return (
        f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.w:.1f}" height="{shape.h:.1f}" '
        f'rx="{round_:.0f}" style="{style}"/>'
    )


def _frame(frame: Shape, colour: Colour) -> str:
    style = f"fill:none;stroke:{colour('muted')};stroke-width:1.6;stroke-dasharray:7 6"
    return _rect(frame, style, 14)


def _shape(shape: Shape, colour: Colour) -> str:
    if not shape.text:
        return _rect(shape, f"fill:{colour(BARS[shape.kind])}", 5)
    fill, stroke, ink = PAINT[shape.kind]
    dash = ";stroke-dasharray:6 5" if shape.kind == "ghost" else ""
    rect = _rect(
        shape,
        f"fill:{colour(fill)};stroke:{colour(stroke)};stroke-width:1.8{dash}",
        min(shape.h / 2, 30) if shape.kind == "store" else 10,
    )
    small = shape.size * look.SUB / look.NODE
    rows = [(line, shape.size, 700, shape.size * 1.2) for line in broken(shape.text, shape.size, shape.w - 16, "bold")]
    rows += [(line, small, 400, small * 1.25) for line in broken(shape.sub, small, shape.w - 16)]
    y = shape.y + (shape.h - sum(high for *_, high in rows)) / 2
    words = []
    for line, size, weight, high in rows:
        y += high
        words.append(
            f'<text x="{shape.x + shape.w / 2:.1f}" y="{y - high * 0.27:.1f}" font-size="{size:.1f}" '
            f'font-weight="{weight}" text-anchor="middle" style="fill:{colour(ink)}">{escape(line)}</text>'
        )
    return rect + "".join(words)


def _arrow(arrow: Arrow, name: str, colour: Colour) -> str:
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in arrow.points)
    bad = arrow.kind == "bad"
    dash = ";stroke-dasharray:7 6" if arrow.kind in {"bad", "dashed"} else ""
    style = f"fill:none;stroke:{colour('bad_ink' if bad else 'line')};stroke-width:2.4;stroke-linejoin:round{dash}"
    return f'<path d="{path}" style="{style}" marker-end="url(#{name}-{"bad" if bad else "line"})"/>'


def _label(label: Label, colour: Colour) -> str:
    patch = ""
    if label.patch:
        wide = width(label.text, label.size) + 14
        patch = (
            f'<rect x="{label.x - wide / 2:.1f}" y="{label.y - label.size * 0.75:.1f}" width="{wide:.1f}" '
            f'height="{label.size * 1.5:.1f}" style="fill:{colour("paper")}"/>'
        )
    return (
        f'{patch}<text x="{label.x:.1f}" y="{label.y + label.size * 0.36:.1f}" font-size="{label.size:.1f}" '
        f'font-weight="{700 if label.bold else 400}" text-anchor="{label.anchor}" '
        f'style="fill:{colour("text")}">{escape(label.text)}</text>'
    )
