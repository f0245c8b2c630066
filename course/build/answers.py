"""`python -m course answers`: the answer book as a PDF: every question, its model answer, key points and options."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typst

from checker.bank import BankFault, Item, Topic, read_bank
from course.build.slides.fonts import VENDOR
from course.start.places import this_clone

TITLE = "Answer book"
HEAD = """
#set document(title: "Answer book", author: "")
#set text(font: "Inter", lang: "en", size: 9.5pt)
#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1", number-align: center)
#set par(leading: 0.6em, spacing: 0.8em)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 10.5pt)
#show raw: set text(font: "JetBrains Mono", size: 0.92em)
"""


def main(argv: list[str]) -> int:
    """0: written, 1: the bank is at fault, 2: misuse."""
    parser = argparse.ArgumentParser(prog="python -m course answers", description=__doc__)
    parser.add_argument("--out", type=Path, help="another file than build/answers.pdf")
    options = parser.parse_args(argv)
    places = this_clone()
    out = (options.out or places.build / "answers.pdf").resolve()
    try:
        bank = read_bank(places.root / "course" / "questions")
    except BankFault as fault:
        print(f"error: {fault}\ntry: {fault.next_step}", file=sys.stderr)
        return 1
    write(bank, out)
    count = sum(len(topic.items) for topic in bank)
    print(f"{count} questions in {places.named(out)}. For instructors: it has every answer.")
    return 0


def write(bank: tuple[Topic, ...], out: Path) -> None:
    """Write the book as a tagged PDF, a topic beginning on a page of its own."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "answers.typ"
        source.write_text(HEAD + "\n#pagebreak()\n".join(map(_topic, bank)), encoding="utf-8")
        fonts = [str(VENDOR / "inter"), str(VENDOR / "jetbrains-mono")]
        out.write_bytes(typst.compile(str(source), font_paths=fonts, ignore_system_fonts=True, pdf_standards=["ua-1"]))


def _topic(topic: Topic) -> str:
    return "\n\n".join([f"= {words(topic.title)}", f"_Source: {words(topic.source)}_", *map(_item, topic.items)])


def _item(item: Item) -> str:
    return "\n\n".join(_lines(item))


def _lines(item: Item) -> Iterator[str]:
    yield f"== {item.id} {words(item.asks)}"
    yield words(" ".join(item.answer.splitlines()))
    yield "\n".join(["A good answer names:", *(f"- {words(point)}" for point in item.points)])
    yield f"#strong[Practice.] {words(item.prompt)}"
    options = [
        f"[#strong[{letter}{' (right)' if option.right else ''}] {words(option.text)} -- #emph[{words(option.why)}]]"
        for letter, option in item.letters.items()
    ]
    yield f"#block(inset: (left: 4mm), stack(spacing: 0.7em, {', '.join(options)}))"


def words(text: str) -> str:
    """Plain words as typst markup; `code` between backticks stays code."""
    parts = enumerate(text.split("`"))
    return "".join(f"#raw({_string(part)})" if place % 2 else f"#{_string(part)}" for place, part in parts if part)


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
