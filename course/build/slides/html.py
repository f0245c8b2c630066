"""Paints a deck as one HTML file: reveal.js, fonts and styles inside it, so that it opens from any folder or stick."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from functools import lru_cache
from html import escape
from pathlib import Path

from course.build.slides import look
from course.build.slides.code import tokens
from course.build.slides.fonts import VENDOR
from course.build.slides.frame import Frame
from course.build.slides.geometry import Drawn
from course.build.slides.layout import Box, Fitted, Placed
from course.build.slides.model import Bullets, Card, Code, Deck, Picture, Runs, Table, Text
from course.build.slides.svg import as_variable, svg
from course.build.slides.tables import Ruled

HERE = Path(__file__).parent
FACES = (
    ("Inter", 400, "normal", "inter/inter-latin-400-normal.woff2"),
    ("Inter", 400, "italic", "inter/inter-latin-400-italic.woff2"),
    ("Inter", 700, "normal", "inter/inter-latin-700-normal.woff2"),
    ("JetBrains Mono", 400, "normal", "jetbrains-mono/jetbrains-mono-latin-400-normal.woff2"),
    ("JetBrains Mono", 700, "normal", "jetbrains-mono/jetbrains-mono-latin-700-normal.woff2"),
)


def page(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame) -> str:
    """The whole file."""
    sections = "\n".join(section(one, deck, frame) for one in fitted)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(f'Part {deck.part}: {deck.title}')}</title>",
            # Without an icon of its own a browser asks the server for one.
            f'<link rel="icon" href="data:,"><style>{_reveal_styles()}</style><style>{styles()}</style></head>',
            f'<body><main class="reveal" aria-label="Slides"><div class="slides">\n{sections}\n</div></main>',
            f"<script>{_asset('reveal/reveal.js')}</script>",
            f"<script>{_asset('reveal/notes.js')}</script>",
            f"<script>{(HERE / 'deck.js').read_text(encoding='utf-8')}</script></body></html>",
        ]
    )


def section(fitted: Fitted, deck: Deck, frame: Frame) -> str:
    """One slide."""
    slide = fitted.slide
    level = 1 if slide.kind == "lead" else 2
    body = "".join(_placed(one) for one in fitted.placed)
    title = f'<h{level} style="{_at(fitted.title)};font-size:{fitted.title_size:g}px">{runs(slide.title)}</h{level}>'
    around = "".join(f'<p class="{name}">{escape(text)}</p>' for name, text in frame.words(fitted, deck))
    dark = f' data-background-color="{look.LIGHT.deep}"' if slide.kind == "lead" else ""
    seconds = round(slide.minutes * 60)
    return (
        f'<section class="{slide.kind}" data-timing="{seconds}"{dark}>{around}'
        f"{_extra(fitted, deck, frame)}{title}{body}"
        f'<aside class="notes">{notes(slide.note, frame.sources(slide), slide.minutes)}</aside></section>'
    )


def notes(note: str, sources: list[str], minutes: float) -> str:
    """What only the speaker sees."""
    lines = [line for line in note.split("\n") if line]
    told = "".join(f"<p>{runs_of_note(line)}</p>" for line in lines)
    return f"<p><strong>{minutes:g} min</strong></p>{told}" + "".join(
        f"<p><small>{escape(one)}</small></p>" for one in sources
    )


def runs_of_note(line: str) -> str:
    """A line of notes; the question to the room stands out, and so does what is typed."""
    said = re.sub("`([^`]+)`", r"<code>\1</code>", escape(line))
    return f"<strong>{said}</strong>" if line.startswith("Ask:") else said


def runs(words: Runs) -> str:
    """Styled words."""
    found = []
    for run in words:
        text = escape(run.text)
        text = f"<code>{text}</code>" if run.code else text
        text = f"<em>{text}</em>" if run.italic else text
        found.append(f"<strong>{text}</strong>" if run.bold else text)
    return "".join(found)


def _placed(one: Placed) -> str:
    kind = type(one.block).__name__.lower()
    extra = f" {one.block.kind}" if isinstance(one.block, Card) else ""
    extra += " pairs" if isinstance(one.block, Table) and one.block.pairs else ""
    return f'<div class="box {kind}{extra}" style="{_at(one.box)};font-size:{one.size:.2f}px">{_inner(one)}</div>'


def _inner(one: Placed) -> str:
    block = one.block
    if isinstance(block, Card):
        return card(block, one.size)
    if isinstance(block, Picture):
        assert isinstance(one.detail, Drawn)
        return svg(one.detail, block.alt, block.name, as_variable)
    if isinstance(block, Table):
        assert isinstance(one.detail, Ruled)
        return table(block, one.detail)
    if isinstance(block, Code):
        return code(block)
    return words(block)


def words(block: object) -> str:
    """A paragraph or a list."""
    if isinstance(block, Text):
        return f"<p>{runs(block.runs)}</p>"
    assert isinstance(block, Bullets)
    tag = "ol" if block.ordered else "ul"
    opened = f'{tag} class="sections"' if block.sections else tag
    items = "".join(f'<li class="l{item.level}" data-mark="{item.mark}">{runs(item.runs)}</li>' for item in block.items)
    return f"<{opened}>{items}</{tag}>"


def card(block: Card, size: float = 0) -> str:
    """A box with its title; without a size it takes that of its surroundings."""
    inside = "".join(words(one) for one in block.blocks)
    if block.kind == "option":
        return f'<span class="letter">{runs(block.title)}</span>{inside}'
    style = f' style="font-size:{size * look.CARD_TITLE / look.CARD:.2f}px"' if size else ""
    return (f"<h3{style}>{runs(block.title)}</h3>" if block.title else "") + inside


def table(block: Table, ruled_: Ruled | None = None) -> str:
    """A table; without measures it is as wide as its words."""
    columns = "".join(f'<col style="width:{wide:.1f}px">' for wide in ruled_.widths) if ruled_ else ""
    heights = [f' style="height:{high:.1f}px"' for high in ruled_.heights] if ruled_ else [""] * len(block.rows)
    head = "".join(f'<th scope="col">{runs(cell)}</th>' for cell in block.rows[0])
    body = ""
    for number, row in enumerate(block.rows[1:], start=1):
        cells = "".join(f"<td>{runs(cell)}</td>" for cell in row[1:])
        first = f"<td>{runs(row[0])}</td>" if block.pairs else f'<th scope="row">{runs(row[0])}</th>'
        body += f"<tr{heights[number]}>{first}{cells}</tr>"
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr{heights[0]}>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def code(block: Code) -> str:
    """Lines of a file in colors, and below them which file."""
    lines = []
    for line in tokens(block.text, block.language):
        lines.append("".join(f'<span class="t-{kind}">{escape(text)}</span>' for text, kind in line))
    named = f'<p class="file">{escape(block.source)}</p>' if block.source else ""
    return f"<pre><code>{chr(10).join(lines)}</code></pre>{named}"


def _extra(fitted: Fitted, deck: Deck, frame: Frame) -> str:
    """What some kinds of slides have beside their blocks: the stripe of the parts, the clock of an exercise."""
    slide = fitted.slide
    if slide.kind == "lead":
        segments = "".join(f'<i class="{"here" if one == deck.part else ""}"></i>' for one in frame.parts)
        return f'<div class="stripe" aria-hidden="true">{segments}</div>'
    if slide.kind == "handoff":
        number = "Final" if slide.exercise == "final" else slide.exercise
        return (
            f'<div class="panel"><span>exercise</span><b class="{number.lower()}">{number}</b>'
            f'<button type="button" class="clock" data-minutes="{slide.minutes:g}" '
            f'aria-label="Start or stop the clock of {slide.minutes:g} minutes">{clock(slide.minutes)}</button>'
            f"<small>press T to start the clock</small></div>"
        )
    return ""


def clock(minutes: float) -> str:
    """Minutes as a clock shows them."""
    return f"{int(minutes)}:{round(minutes % 1 * 60):02d}"


def _at(box: Box) -> str:
    return f"left:{box.x:.1f}px;top:{box.y:.1f}px;width:{box.w:.1f}px;height:{box.h:.1f}px"


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    # A script inside a page ends at the first closing tag, also where that stands in a text.
    return (VENDOR / name).read_text(encoding="utf-8").replace("</script", "<\\/script")


def _reveal_styles() -> str:
    """reveal's styles without those for paper, which set every word in 20 points; ours print slides as they are."""
    text = _asset("reveal/reveal.css")
    start = text.index("@media print{html:not(.print-pdf)")
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if text[place] == "}" and depth == 0:
            return text[:start] + text[place + 1 :]
    raise AssertionError("reveal.css: the styles for paper are never closed")


@lru_cache(maxsize=1)
def styles() -> str:
    faces = "".join(face(*one) for one in FACES)
    light = variables(look.LIGHT, look.CODE_LIGHT)
    dark = variables(look.DARK, look.CODE_DARK)
    themes = f":root{{color-scheme:light;{light}}}:root.dark{{color-scheme:dark;{dark}}}"
    return faces + themes + (HERE / "deck.css").read_text(encoding="utf-8")


def face(family: str, weight: int, style: str, path: str) -> str:
    """A font that the slides bring along, inside the styles: a page from the disk may not load another file."""
    data = base64.b64encode((VENDOR / path).read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


def variables(colours: look.Colours, code: dict[str, str]) -> str:
    """A set of colors as CSS knows them."""
    named = {name.replace("_", "-"): value for name, value in asdict(colours).items()}
    return "".join(f"--{name}:{value};" for name, value in (named | {f"t-{k}": v for k, v in code.items()}).items())
