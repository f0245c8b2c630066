"""Paints a deck as typst source, for the PDF of the slides and the PDF of the notes."""

from __future__ import annotations

from collections.abc import Iterator

from course.build.slides import look
from course.build.slides.code import tokens
from course.build.slides.frame import Frame
from course.build.slides.geometry import Drawn
from course.build.slides.grid import indent_of
from course.build.slides.layout import Box, Fitted, Placed
from course.build.slides.model import Bullets, Card, Code, Deck, Picture, Runs, Table, Text, plain
from course.build.slides.svg import as_light, svg
from course.build.slides.tables import Ruled

L = look.LIGHT
HEAD = f"""
#set text(font: "Inter", lang: "en", fill: rgb("{L.text}"), top-edge: 0.8em, bottom-edge: -0.2em, hyphenate: false)
#set par(leading: {look.LINE - 1:.2f}em, spacing: {look.LINE - 1:.2f}em, justify: false)
#show heading: set block(above: 0pt, below: 0pt)
#let c(t) = h(0.12em) + text(font: "JetBrains Mono", size: 0.9em, features: (calt: 0), box(t)) + h(0.12em)
#let at(x, y, w, h, body) = place(top + left, dx: x, dy: y, block(width: w, height: h, body))
"""
LEAD = '#set text(fill: rgb("#d5dcec"))\n#show emph: set text(style: "normal", fill: rgb("#93a9ff"))\n'
CARDS = {"plain": (L.box, L.ink), "good": (L.good, L.good_ink), "bad": (L.bad, L.bad_ink), "option": (L.box, L.ink)}


def string(text: str) -> str:
    """A typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def runs(words: Runs) -> str:
    """Styled words, as markup."""
    found = []
    for run in words:
        one = f"c({string(run.text)})" if run.code else string(run.text)
        one = f"emph({one})" if run.italic else one
        found.append(f'#text(weight: 700, fill: rgb("{L.ink}"), {one})' if run.bold else f"#{one}")
    return "".join(found)


def slide(fitted: Fitted, deck: Deck, frame: Frame) -> tuple[str, dict[str, bytes]]:
    """(markup of one slide on a page of 1280 by 720, the pictures that it names)."""
    parts = [_background(fitted)]
    files: dict[str, bytes] = {}
    parts += list(_around(fitted, deck, frame))
    level = 1 if fitted.slide.kind == "lead" else 2
    ink = "white" if level == 1 else f'rgb("{L.ink}")'
    align = "bottom" if level == 1 else "top"
    size = fitted.title_size
    style = f"size: {size:g}pt, weight: 700, fill: {ink}, tracking: -0.015em"
    title = f"#heading(level: {level}, text({style}, [{runs(fitted.slide.title)}]))"
    parts.append(_at(fitted.title, f"#set text(size: {size:g}pt)\n#set par(leading: 0.14em)\n#align({align})[{title}]"))
    for place, one in enumerate(fitted.placed):
        if isinstance(one.block, Picture):
            assert isinstance(one.detail, Drawn)
            name = f"p{deck.part}-{fitted.number}-{place}.svg"
            files[name] = svg(one.detail, one.block.alt, one.block.name, as_light).encode()
            parts.append(_at(one.box, f"#image({string(name)}, width: 100%, alt: {string(one.block.alt)})"))
        else:
            white = LEAD if level == 1 else ""
            parts.append(_at(one.box, white + inner(one)))
    return "\n".join(parts), files


def inner(one: Placed, *, loose: bool = False) -> str:
    """The markup of a block, without its place; a loose one takes the height that its words need."""
    block, size = one.block, one.size
    high = "auto" if loose else f"{one.box.h:.1f}pt"
    head = f"#set text(size: {size:.2f}pt)\n"
    if isinstance(block, Card):
        return head + _card(block, size, one.box.w, high)
    if isinstance(block, Table):
        assert isinstance(one.detail, Ruled)
        return head + _table(block, one.detail, loose=loose)
    if isinstance(block, Code):
        return head + _code(block, one.box.w, "auto" if loose else f"{one.box.h - _named(block):.1f}pt")
    return head + _words(block)


def _background(fitted: Fitted) -> str:
    kind = fitted.slide.kind
    if kind == "lead":
        return f'#place(top + left, rect(width: 1280pt, height: 720pt, fill: rgb("{L.deep}")))'
    stripe = {"predict": L.accent, "debrief": L.good_ink}.get(kind)
    return f'#place(top + left, rect(width: 1280pt, height: 8pt, fill: rgb("{stripe}")))' if stripe else ""


def _around(fitted: Fitted, deck: Deck, frame: Frame) -> Iterator[str]:
    lead, handoff = fitted.slide.kind == "lead", fitted.slide.kind == "handoff"
    muted = "#a3aec6" if lead else L.muted
    if handoff:
        yield _panel(fitted)
    if lead:
        wide = (1152 - 8 * (len(frame.parts) - 1)) / len(frame.parts)
        for part in frame.parts:
            colour = "#93a9ff" if part == deck.part else "#37436b"
            x = 64 + (part - 1) * (wide + 8)
            rect = f'rect(width: {wide:.1f}pt, height: 10pt, radius: 5pt, fill: rgb("{colour}"))'
            yield f"#place(top + left, dx: {x:.1f}pt, dy: 116pt, {rect})"
    places = {"kicker": (400 if handoff else 64, 34, "left"), "foot-left": (64, 684, "left"),
              "foot-middle": (300, 684, "center"), "foot-right": (64, 684, "right")}  # fmt: skip
    for name, words in frame.words(fitted, deck):
        if handoff and name == "foot-left":
            continue
        x, y, side = places[name]
        size, colour, weight = (14, muted, 400) if name != "kicker" else (17, L.accent, 700)
        if name == "kicker" and lead:
            y, size, colour = 66, 24, "#93a9ff"
        wide = 1152 if name != "foot-middle" else 980
        body = f'#align({side}, text(size: {size}pt, weight: {weight}, fill: rgb("{colour}"), {string(words)}))'
        yield f"#at({x}pt, {y}pt, {wide}pt, 32pt)[{body}]"


def _panel(fitted: Fitted) -> str:
    final = fitted.slide.exercise == "final"
    number, size = ("Final", 104) if final else (fitted.slide.exercise, 180)
    return (
        f'#place(top + left, rect(width: 336pt, height: 720pt, fill: rgb("{L.deep}"))[#set align(center + horizon)\n'
        f'#text(size: 24pt, weight: 700, fill: rgb("#93a9ff"))[exercise]#v(28pt)'
        f"#text(size: {size}pt, weight: 700, fill: white, {string(number)})#v(40pt)"
        f"#text(size: 40pt, weight: 700, fill: white, {string(f'{fitted.slide.minutes:g} min')})])"
    )


def _at(box: Box, body: str) -> str:
    return f"#at({box.x:.1f}pt, {box.y:.1f}pt, {box.w:.1f}pt, {box.h:.1f}pt)[{body}]"


def _words(block: object) -> str:
    if isinstance(block, Text):
        return f"#par[{runs(block.runs)}]"
    assert isinstance(block, Bullets)
    items = "".join(f"[#pad(left: {look.INDENT * (item.level - 1):.2f}em)[{runs(item.runs)}]]" for item in block.items)
    room = indent_of(block, 1)
    spacing = look.LINE - 1 + look.ITEM_GAP
    dot = f'box(width: {room}em, align(left, text(weight: 700, fill: rgb("{L.accent}"), M)))'
    if block.sections:
        rows = ", ".join(
            f'text(weight: 700, fill: rgb("#93a9ff"), {string(item.mark)}), [{runs(item.runs)}]' for item in block.items
        )
        return f"#grid(columns: ({room}em, 1fr), row-gutter: {spacing}em, {rows})"
    if block.ordered:
        mark = dot.replace("M", 'str(n) + "."')
        return f"#enum(numbering: n => {mark}, number-align: left, body-indent: 0pt, spacing: {spacing}em){items}"
    return f"#list(marker: {dot.replace('M', '[•]')}, body-indent: 0pt, spacing: {spacing}em){items}"


def _card(card: Card, size: float, wide: float, high: str) -> str:
    fill, ink = CARDS[card.kind]
    frame = f'#block(width: {wide:.1f}pt, height: {high}, fill: rgb("{fill}"), radius: 12pt, inset: {look.PAD_CARD}pt)'
    if card.kind == "option":
        letter = (
            f'#box(width: 38pt, height: 38pt, radius: 19pt, fill: rgb("{L.accent}"), '
            f"align(center + horizon, text(size: 20pt, weight: 700, fill: white)[{plain(card.title)}]))"
        )
        words = "".join(_words(one) for one in card.blocks)
        return f"{frame}[#align(horizon)[#grid(columns: (52pt, 1fr), align: horizon, [{letter}], [{words}])]]"
    ratio = look.CARD_TITLE / look.CARD
    head = ""
    if card.title:
        title = "".join(f'#text(fill: rgb("{ink}"), weight: 700, {string(run.text)})' for run in card.title)
        head = f"#block(below: {look.LINE - 1 + look.ITEM_GAP:.2f}em)[#set text(size: {size * ratio:.2f}pt)\n{title}]"
    gap = f"#v({look.ITEM_GAP:.2f}em)\n"
    return f"{frame}[{head}{gap.join(_words(one) for one in card.blocks)}]"


def _table(table: Table, ruled: Ruled, *, loose: bool) -> str:
    widths = ", ".join(f"{one:.1f}pt" for one in ruled.widths)
    heights = ", ".join("auto" if loose else f"{one:.1f}pt" for one in ruled.heights)
    head = ", ".join(f'[#text(weight: 700, fill: rgb("{L.accent}"))[{runs(cell)}]]' for cell in table.rows[0])
    rows = []
    if table.pairs:
        return _pairs(table, widths, heights)
    for number, row in enumerate(table.rows[1:]):
        line = f'table.hline(stroke: 1pt + rgb("{L.edge}")), ' if number else ""
        first = f'[#text(weight: 700, fill: rgb("{L.ink}"))[{runs(row[0])}]]'
        rows.append(line + ", ".join([first, *(f"[{runs(cell)}]" for cell in row[1:])]))
    return (
        f"#set par(leading: {look.TABLE_LINE - 1:.2f}em)\n"
        f"#table(columns: ({widths},), rows: ({heights},), stroke: none, align: left + horizon, "
        f"inset: (x: {look.PAD_CELL_X}pt, y: {look.PAD_CELL_Y}pt), "
        f'fill: (x, y) => if y > 0 and calc.even(y) {{ rgb("{L.code}") }}, '
        f'table.header({head}), table.hline(stroke: 2pt + rgb("{L.accent}")), {", ".join(rows)})'
    )


def _pairs(table: Table, widths: str, heights: str) -> str:
    """Two columns, red and green, with paper between the rows."""
    head = ", ".join(
        f'[#text(weight: 700, fill: rgb("{ink}"))[{runs(cell)}]]'
        for cell, ink in zip(table.rows[0], (L.bad_ink, L.good_ink), strict=True)
    )
    cells = ", ".join(f"[{runs(cell)}]" for row in table.rows[1:] for cell in row)
    return (
        f"#set par(leading: {look.TABLE_LINE - 1:.2f}em)\n"
        f"#table(columns: ({widths},), rows: ({heights},), align: left + horizon, "
        f"inset: (x: {look.PAD_CELL_X}pt, y: {look.PAD_CELL_Y}pt), stroke: (x, y) => if y > 0 {{ 5pt + white }}, "
        f'fill: (x, y) => if y > 0 {{ if x == 0 {{ rgb("{L.bad}") }} else {{ rgb("{L.good}") }} }}, '
        f"table.header({head}), {cells})"
    )


def _named(block: Code) -> float:
    """The height of the line below code that names its file."""
    return 22.0 if block.source else 0.0


def _code(block: Code, wide: float, high: str) -> str:
    lines = []
    for line in tokens(block.text, block.language):
        pieces = [f'#text(fill: rgb("{look.CODE_LIGHT[kind]}"), {string(text)})' for text, kind in line]
        lines.append("".join(pieces))
    named = (
        f'#block(width: 100%, above: 3pt)[#align(right, text(font: "JetBrains Mono", size: 14pt, '
        f'fill: rgb("{L.muted}"), {string(block.source)}))]'
        if block.source
        else ""
    )
    return (
        f'#block(width: {wide:.1f}pt, height: {high}, below: 0pt, fill: rgb("{L.code}"), radius: 10pt, clip: true, '
        f'stroke: (left: 5pt + rgb("{L.accent}")), inset: {look.PAD_CODE}pt)['
        f'#set text(font: "JetBrains Mono", features: (calt: 0))\n#set par(leading: {look.CODE_LINE - 1:.2f}em)\n'
        f"{' #linebreak() '.join(lines)}]{named}"
    )
