"""Makes the two PDFs of a deck with typst: the slides, tagged, and the notes with a small slide on each page."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import typst

from course.build.slides import look
from course.build.slides.fonts import VENDOR
from course.build.slides.frame import Frame
from course.build.slides.layout import Fitted, Placed
from course.build.slides.model import Deck, Picture
from course.build.slides.typst_deck import HEAD, inner, slide, string

# What is typed, in a line of notes.
CODE = 'text(font: "JetBrains Mono", size: 0.9em, {})'
FONTS = [VENDOR / "inter", VENDOR / "jetbrains-mono"]


def slides_pdf(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame, out: Path) -> None:
    """Write the slides as a PDF that a screen reader can read in order."""
    made = [slide(one, deck, frame) for one in fitted]
    pages = "\n#pagebreak()\n".join(markup for markup, _ in made)
    source = f"{_document(deck, 'slides')}#set page(width: 1280pt, height: 720pt, margin: 0pt)\n{HEAD}{pages}\n"
    _compile(source, {name: data for _, files in made for name, data in files.items()}, out)


def notes_pdf(deck: Deck, fitted: tuple[Fitted, ...], frame: Frame, out: Path) -> None:
    """Write a page per slide: the slide in small, its minutes, what to say, and where its facts come from."""
    pages: list[str] = []
    files: dict[str, bytes] = {}
    for one in fitted:
        markup, pictures = slide(one, deck, frame)
        files |= pictures
        pages.append(_note(one, markup, frame))
    source = (
        f'{_document(deck, "notes")}#set page(paper: "a4", margin: (x: 42pt, y: 40pt))\n{HEAD}'
        + "\n#pagebreak()\n".join(pages)
    )
    _compile(source, files, out)


def measured(fitted: tuple[Fitted, ...]) -> list[tuple[Fitted, Placed, float]]:
    """(slide, block, how high typst finds it) for every block that holds words."""
    blocks = [(one, placed) for one in fitted for placed in one.placed if not isinstance(placed.block, Picture)]
    asked = "\n".join(_asked(placed) for _, placed in blocks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.typ"
        path.write_text(f"#set page(width: 1280pt, height: auto)\n{HEAD}{asked}\n", encoding="utf-8")
        answer = typst.query(
            str(path), "<high>", field="value", font_paths=[str(one) for one in FONTS], ignore_system_fonts=True
        )
    return [(*block, float(high)) for block, high in zip(blocks, json.loads(answer), strict=True)]


def _asked(one: Placed) -> str:
    body = inner(one, loose=True)
    return f"#context [#metadata(measure(block(width: {one.box.w:.1f}pt)[{body}]).height.pt()) <high>]"


def _note(one: Fitted, markup: str, frame: Frame) -> str:
    light = look.LIGHT
    head = f"Slide {one.number} · {one.slide.minutes:g} min · section {one.slide.section}"
    told = [_told(line) for line in one.slide.note.split("\n") if line]
    sources = [f'#text(size: 9pt, fill: rgb("{light.muted}"), {string(line)})' for line in frame.sources(one.slide)]
    small = "scale(x: 39.8%, y: 39.8%, origin: top + left, reflow: true, box(width: 1280pt, height: 720pt, clip: true)"
    words = [f'#text(weight: 700, fill: rgb("{light.accent}"), {string(head)})', *told, *sources]
    # In brackets of their own: else the settings of these words would hold for the next small slide too.
    settings = "#set text(size: 12pt)\n#set par(leading: 0.5em, spacing: 0.9em)"
    return (
        f'#block(stroke: 0.8pt + rgb("{light.edge}"), {small}[{markup}]))\n#v(14pt)\n'
        + f"#[{settings}\n"
        + "\n\n".join(words)
        + "]\n"
    )


def _told(line: str) -> str:
    """A line of notes; the question to the room stands out, and so does what is typed."""
    parts = [part for part in enumerate(line.split("`")) if part[1]]
    said = "".join(f"#{CODE.format(string(part)) if place % 2 else string(part)}" for place, part in parts)
    return f"#text(weight: 700)[{said}]" if line.startswith("Ask:") else said


def _document(deck: Deck, what: str) -> str:
    return f"#set document(title: {string(f'Part {deck.part}: {deck.title} ({what})')}, date: none)\n"


def _compile(source: str, files: dict[str, bytes], out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        (Path(folder) / "deck.typ").write_text(source, encoding="utf-8")
        typst.compile(
            str(Path(folder) / "deck.typ"), output=str(out), font_paths=[str(one) for one in FONTS],
            ignore_system_fonts=True, pdf_standards=["ua-1"],
        )  # fmt: skip
