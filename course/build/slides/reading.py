"""A deck to be read: one slide below the other with its notes, in the flow of a page, without a script.

`make slides` writes it as a file of its own, `make site` as a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from course.build.slides import look
from course.build.slides.frame import Frame
from course.build.slides.geometry import Drawn
from course.build.slides.html import card, code, notes, runs, styles, table, variables, words
from course.build.slides.layout import Fitted, Placed
from course.build.slides.model import Card, Code, Deck, Picture, Slide, Table
from course.build.slides.svg import as_variable, svg

HERE = Path(__file__).parent
# What stands above the folded notes: who ought to open them, and when.
TOLD = {
    "lead": "What is said",
    "plain": "What is said",
    "predict": "What is said, with the answer: open it after your own",
    "handoff": "For whoever leads the room: where people are stuck, and what to ask them",
    "debrief": "What is said after the exercise",
}


@dataclass(frozen=True)
class Read:
    """One slide as HTML: its heading's words, what it shows, and what is said to it."""

    number: int
    heading: str
    shown: str
    told: str


def slides(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame) -> Iterator[Read]:
    """Every slide of a deck, in order."""
    for one in fitted:
        slide = one.slide
        around = [frame.kicker(slide, deck), f"{slide.minutes:g} min", *filter(None, [frame.dated(slide)])]
        shown = f'<p class="around">{escape(" · ".join(around))}</p>{"".join(_blocks(one.placed))}'
        told = notes(slide.note, frame.sources(slide), slide.minutes)
        shown = f'<div class="read {slide.kind}">{shown}</div>'
        yield Read(one.number, runs(slide.title), _shown(slide, shown), _told(slide, told))


def page(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame) -> str:
    """The file of its own."""
    title = escape(f"Part {deck.part}: {deck.title}")
    body = "".join(
        f"<section><h2>{one.number}. {one.heading}</h2>{one.shown}{one.told}</section>"
        for one in slides(deck, fitted, frame)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{title}</title><style>{styles()}{flow()}"
        "@media(prefers-color-scheme:dark){:root{color-scheme:dark;"
        f"{variables(look.DARK, look.CODE_DARK)}}}}}</style></head>"
        f'<body class="reading"><main><h1>{title}</h1>{body}</main></body></html>'
    )


def site_styles() -> str:
    """The same look inside the site's theme."""
    light, dark = variables(look.LIGHT, look.CODE_LIGHT), variables(look.DARK, look.CODE_DARK)
    return f':root{{{light}}}\n[data-md-color-scheme="slate"]{{{dark}}}\n{flow()}'


@lru_cache(maxsize=1)
def flow() -> str:
    """How a slide looks in the flow of a page."""
    return (HERE / "reading.css").read_text(encoding="utf-8")


def _shown(slide: Slide, inner: str) -> str:
    """A slide that is shown after an exercise gives away what it asks; whoever reads alone opens it then."""
    if slide.kind != "debrief":
        return inner
    name = "the final project" if slide.exercise == "final" else f"exercise {slide.exercise}"
    return (
        f'<details class="told later"><summary>After {name}: what holds, and what people believed</summary>'
        f"{inner}</details>"
    )


def _told(slide: Slide, inner: str) -> str:
    return f'<details class="told"><summary>{TOLD[slide.kind]}</summary>{inner}</details>'


def _blocks(placed: tuple[Placed, ...]) -> Iterator[str]:
    """Cards that follow each other stand in one grid."""
    grid: list[Card] = []
    for one in placed:
        if isinstance(one.block, Card):
            grid.append(one.block)
            continue
        if grid:
            yield _grid(grid)
            grid = []
        yield _block(one)
    if grid:
        yield _grid(grid)


def _grid(cards: list[Card]) -> str:
    inside = "".join(f'<div class="card {one.kind}">{card(one)}</div>' for one in cards)
    return f'<div class="tiles">{inside}</div>'


def _block(one: Placed) -> str:
    block = one.block
    if isinstance(block, Picture):
        assert isinstance(one.detail, Drawn)
        return f'<div class="picture">{svg(one.detail, block.alt, block.name, as_variable)}</div>'
    if isinstance(block, Table):
        return f'<div class="ruled{" pairs" if block.pairs else ""}">{table(block)}</div>'
    return code(block) if isinstance(block, Code) else words(block)
