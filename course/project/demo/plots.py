"""Line charts as SVG: drawn for a page that may be light, dark or printed, and read out by a screen reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 170
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 20, 24
_TICKS = 4
STEPS = (5, 10, 15, 20, 30, 60, 120, 300)

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Line:
    """One line: `kind` is a class of the page's style, which gives color and dash. No value breaks the line."""

    name: str
    kind: str
    points: Points


@dataclass(frozen=True)
class Band:
    """A stretch of time with a number on top: a stage."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Chart:
    """A chart with its time axis in seconds. `says` is the sentence below the title: what to see in it.

    `top` is where its axis ends; without it, at the highest value, and no lower than `least`.
    """

    title: str
    says: str
    unit: str
    lines: Sequence[Line]
    end: float
    top: float | None = None
    bottom: float = 0.0
    limit: tuple[float, str] | None = None
    least: float = 0.0


def draw(chart: Chart, bands: Sequence[Band], *, number: int) -> str:
    """The chart as one SVG element; `number` makes the ids of a page differ."""
    top = chart.top if chart.top is not None else nice(max(_highest(chart), chart.least))

    def x(at: float) -> float:
        return LEFT + at / chart.end * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = (min(max(value, chart.bottom), top) - chart.bottom) / (top - chart.bottom)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="c{number}t c{number}d">',
        f'<title id="c{number}t">{escape(chart.title)}</title>',
        f'<desc id="c{number}d">{escape(_described(chart))}</desc>',
    ]
    for place, band in enumerate(bands):
        left, right = x(band.start), x(band.end)
        if place % 2:
            parts.append(_rect(left, right))
        parts.append(_text((left + right) / 2, TOP - 7, band.label, "stage"))
    for step in range(_TICKS + 1):
        value = chart.bottom + (top - chart.bottom) * step / _TICKS
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(_text(LEFT - 5, y(value) + 3, short(value), "tick end"))
    parts += [_text(x(at), HEIGHT - 9, f"{at:.0f}", "tick") for at in seconds(chart.end)]
    parts.append(_text(LEFT - 34, TOP - 7, chart.unit, "tick start"))
    if chart.limit is not None:
        value, name = chart.limit
        parts.append(f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(_text(LEFT + 3, y(value) + 10, name, "tick start"))
    parts += [f'<path class="{one.kind}" d="{_path(one.points, x, y)}"/>' for one in chart.lines]
    return "".join([*parts, "</svg>"])


def nice(value: float) -> float:
    """The next round number, as the top of an axis."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 4, 5, 8, 10) if size * step >= value * 0.999)


def short(value: float) -> str:
    """A number for an axis: 37.5 is not 38 there."""
    if value == round(value) or value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0")


def seconds(end: float) -> list[float]:
    """Where the time axis has a number."""
    step = next((one for one in STEPS if end / one <= 10), max(STEPS[-1], nice(end / 10)))
    return [float(at) for at in range(0, int(end) + 1, int(step))]


def _highest(chart: Chart) -> float:
    values = [value for line in chart.lines for _, value in line.points if value is not None]
    return max([*values, chart.limit[0] if chart.limit else 0.0], default=1.0)


def _described(chart: Chart) -> str:
    """The chart in words, for those who do not see it."""
    said = []
    for line in chart.lines:
        values = [value for _, value in line.points if value is not None]
        if values:
            said.append(f"{line.name}: from {short(min(values))} to {short(max(values))} {chart.unit}")
    return f"{chart.says} {'; '.join(said)}."


def _path(points: Points, x: object, y: object) -> str:
    assert callable(x) and callable(y)
    parts, pen = [], "M"
    for at, value in points:
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{x(at):.1f} {y(value):.1f}")
        pen = "L"
    return "".join(parts)


def _rect(left: float, right: float) -> str:
    return f'<rect class="band" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
