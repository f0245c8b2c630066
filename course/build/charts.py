"""Bars, and a curve, as SVG that takes the width of its place: its words keep their size, on a desk and on a phone.

Places across are percentages, so nothing is scaled. Colors are the slides' own, as variables that charts.css uses.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).parent
# A label, its bar, and air: the pitch of bars; below them the numbers of the axis and its words.
LABEL, THICK, PITCH, AXIS = 13, 18, 46, 42
# In percent: how far the longest bar goes, so that the number below its end has room.
LONGEST = 96.0
CURVE_TOP, CURVE_HIGH, CURVE_LEFT, CURVE_WIDE = 26, 170, 12.0, 80.0
# Of a picture that is a file of its own: its width, and letters in a line of its words.
ALONE, LETTERS = 760, 112


@dataclass(frozen=True)
class Bar:
    """One bar. `ours` stands out, `mark` is a stroke across it: how far it must or may go. `text` is its value."""

    label: str
    value: float
    least: float
    most: float
    ours: bool = False
    mark: float | None = None
    text: str = ""

    @property
    def shown(self) -> str:
        return self.text or short(self.value)


@dataclass(frozen=True)
class Curve:
    """Points joined by a line; `ceiling` and `mark` are lines across all of it."""

    points: tuple[tuple[float, float], ...]
    ceiling: float
    mark: float


@dataclass(frozen=True)
class Chart:
    """A picture with all that stands around it: what it says, its axis (none without words for it), how to read it,
    how it was measured."""

    name: str
    title: str
    axis: str
    drawn: tuple[Bar, ...] | Curve
    key: str
    how: str


def figure(chart: Chart) -> str:
    """For a page, whose styles it takes; one line, so that Markdown leaves it alone."""
    key = f"<p>{escape(chart.key)}</p>" if chart.key else ""
    return (
        f'<figure class="chart"><figcaption>{escape(chart.title)}</figcaption>{svg(chart)}'
        f'{key}<p class="how">{escape(chart.how)}</p></figure>'
    )


def alone(chart: Chart) -> str:
    """A file of its own: the title above, everything else below, in light and dark."""
    from course.build.slides import look
    from course.build.slides.html import variables

    title, below = textwrap.wrap(chart.title, 84), [*textwrap.wrap(chart.key, LETTERS), *_wrapped(chart.how)]
    top, high = 26 * len(title) + 12, height(chart)
    whole = top + high + 18 * len(below) + 14
    light, dark = variables(look.LIGHT, {}), variables(look.DARK, {})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ALONE + 40} {whole}" class="chart alone">',
        f"<style>:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{styles()}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        *(f'<text class="title" x="20" y="{26 * (n + 1)}">{escape(line)}</text>' for n, line in enumerate(title)),
        f'<svg x="20" y="{top}" width="{ALONE}" height="{high}">{svg(chart)}</svg>',
        *(f'<text class="how" x="20" y="{top + high + 18 * n}">{escape(one)}</text>' for n, one in enumerate(below, 1)),
        "</svg>",
    ]  # fmt: skip
    return "\n".join([*parts, ""])


@lru_cache(maxsize=1)
def styles() -> str:
    return (HERE / "charts.css").read_text(encoding="utf-8")


def height(chart: Chart) -> int:
    if isinstance(chart.drawn, Curve):
        return CURVE_TOP + CURVE_HIGH + AXIS
    return PITCH * len(chart.drawn) + (AXIS if chart.axis else 0)


def svg(chart: Chart) -> str:
    """The picture itself, with its title and all its values in words for who does not see it."""
    drawn = chart.drawn
    inner = _curve(drawn) if isinstance(drawn, Curve) else _bars(drawn, numbered=bool(chart.axis))
    said = _said_curve(drawn) if isinstance(drawn, Curve) else _said(drawn)
    words = filter(None, (chart.axis and f"{chart.axis}:", f"{said}.", chart.key))
    ids = f"chart-{chart.name}-title", f"chart-{chart.name}-says"
    high = height(chart)
    axis = f'<text class="axis" x="0" y="{high - 6}">{escape(chart.axis)}</text>' if chart.axis else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{high}" role="img" '
        f'aria-labelledby="{ids[0]} {ids[1]}"><title id="{ids[0]}">{escape(chart.title)}</title>'
        f'<desc id="{ids[1]}">{escape(" ".join(words))}</desc>'
        f"{''.join(inner)}{axis}</svg>"
    )


def short(value: float) -> str:
    """A number as a picture shows it: three digits, or all before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ticks(end: float) -> list[float]:
    """Round numbers from zero on, five at most, none beyond the end."""
    size = 10.0 ** math.floor(math.log10(end))
    step = next(size * part for part in (0.25, 0.5, 1, 2, 2.5, 5) if end / (size * part) <= 4.5)
    return [step * number for number in range(int(end / step * (1 + 1e-9)) + 1)]


def _bars(bars: tuple[Bar, ...], *, numbered: bool) -> Iterator[str]:
    end = max(max(bar.value, bar.most, bar.mark or 0.0) for bar in bars)
    bottom = PITCH * len(bars)

    def x(value: float) -> str:
        return f"{value / end * LONGEST:.2f}%"

    for tick in ticks(end) if numbered else ():
        anchor = "start" if tick == 0 else "middle"
        yield f'<line class="grid" x1="{x(tick)}" x2="{x(tick)}" y1="4" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x(tick)}" y="{bottom + 15}" text-anchor="{anchor}">{tick:,.10g}</text>'
    for number, bar in enumerate(bars):
        y = number * PITCH
        top, middle = y + LABEL + 6, y + LABEL + 6 + THICK / 2
        value = f'<tspan class="value" dx="8">{escape(bar.shown)}</tspan>'
        yield f'<text class="label" x="0" y="{y + LABEL}">{escape(bar.label)}{value}</text>'
        kind, long = "ours" if bar.ours else "bar", x(max(bar.value, end / 200))
        yield f'<rect class="{kind}" x="0" y="{top}" width="{long}" height="{THICK}"/>'
        if bar.most > bar.least:
            yield f'<line class="range" x1="{x(bar.least)}" x2="{x(bar.most)}" y1="{middle:g}" y2="{middle:g}"/>'
        if bar.mark is not None:
            yield f'<line class="mark" x1="{x(bar.mark)}" x2="{x(bar.mark)}" y1="{top - 4}" y2="{top + THICK + 4}"/>'


def _curve(curve: Curve) -> Iterator[str]:
    top = max(curve.ceiling, *(y for _, y in curve.points)) * 1.08
    end = max(x for x, _ in curve.points)
    floor = CURVE_TOP + CURVE_HIGH

    def x(value: float) -> str:
        return f"{CURVE_LEFT + value / end * CURVE_WIDE:.2f}%"

    def y(value: float) -> str:
        return f"{floor - value / top * CURVE_HIGH:.1f}"

    for tick in ticks(top):
        yield f'<line class="grid" x1="0" x2="100%" y1="{y(tick)}" y2="{y(tick)}"/>'
    yield f'<line class="ceiling" x1="0" x2="100%" y1="{y(curve.ceiling)}" y2="{y(curve.ceiling)}"/>'
    yield f'<line class="mark" x1="0" x2="100%" y1="{y(curve.mark)}" y2="{y(curve.mark)}"/>'
    for tick in ticks(top)[1:]:
        yield f'<text class="tick" x="0" y="{float(y(tick)) + 4:.1f}">{tick:,.10g}</text>'
    joined = [(0.0, 0.0), *curve.points]
    for (from_x, from_y), (to_x, to_y) in pairwise(joined):
        yield f'<line class="curve" x1="{x(from_x)}" y1="{y(from_y)}" x2="{x(to_x)}" y2="{y(to_y)}"/>'
    for at, value in curve.points:
        here = f'x="{x(at)}" text-anchor="middle"'
        yield f'<circle class="ours" cx="{x(at)}" cy="{y(value)}" r="5"/>'
        yield f'<text class="value" {here} y="{float(y(value)) - 11:.1f}">{short(value)}</text>'
        yield f'<text class="tick" {here} y="{floor + 15}">{at:g}</text>'


def _said(bars: tuple[Bar, ...]) -> str:
    return ", ".join(f"{bar.label} {bar.shown}" for bar in bars)


def _said_curve(curve: Curve) -> str:
    return ", ".join(f"{short(value)} at {at:g}" for at, value in curve.points)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS)
